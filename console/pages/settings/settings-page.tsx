import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useUrlState } from '../../app/url-state.ts';
import { PageHead } from '../../parts/layout.tsx';
import { AuditTab } from './audit-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { LookTab } from './look-tab.tsx';
import { PortalTab } from './portal-tab.tsx';
import { TenantTab } from './tenant-tab.tsx';

const TABS = {
  keys: { label: 'Keys', Tab: KeysTab },
  portal: { label: 'Portal links', Tab: PortalTab },
  look: { label: 'Portal look', Tab: LookTab },
  tenant: { label: 'Tenant', Tab: TenantTab },
  audit: { label: 'Audit trail', Tab: AuditTab },
} as const;

const isTab = (name: string | null): name is keyof typeof TABS => name !== null && Object.hasOwn(TABS, name);

/** What a tenant decides for itself: who may do what, and how its portal looks. */
export function Page() {
  const [url, change] = useUrlState();
  const name = url.get('tab');
  const chosen = isTab(name) ? name : 'keys';
  const { Tab: Chosen } = TABS[chosen];
  return (
    <>
      <PageHead title="Settings" />
      <Tabs
        value={chosen}
        onChange={(_, tab: string) => change({ tab, open: undefined }, { push: true })}
        variant="scrollable"
        allowScrollButtonsMobile
        aria-label="Settings"
        sx={{ mb: 2 }}
      >
        {Object.entries(TABS).map(([tab, { label }]) => (
          <Tab key={tab} value={tab} label={label} id={`tab-${tab}`} aria-controls="settings-panel" />
        ))}
      </Tabs>
      <div role="tabpanel" id="settings-panel" aria-labelledby={`tab-${chosen}`}>
        <Chosen />
      </div>
    </>
  );
}
