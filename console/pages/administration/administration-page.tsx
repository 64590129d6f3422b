import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useUrlState } from '../../app/url-state.ts';
import { PageHead } from '../../parts/layout.tsx';
import { CostsTab } from './costs-tab.tsx';
import { EnvironmentAuditTab } from './environment-audit-tab.tsx';
import { HealthTab } from './health-tab.tsx';
import { TenantsTab } from './tenants-tab.tsx';
import { TroubledTab } from './troubled-tab.tsx';

const TABS = {
  health: { label: 'Health', Tab: HealthTab },
  tenants: { label: 'Tenants', Tab: TenantsTab },
  endpoints: { label: 'Endpoints in trouble', Tab: TroubledTab },
  costs: { label: 'Costs', Tab: CostsTab },
  audit: { label: 'Audit trail', Tab: EnvironmentAuditTab },
} as const;

const isTab = (name: string | null): name is keyof typeof TABS => name !== null && Object.hasOwn(TABS, name);

/** What the operator of the environment sees, over all tenants. */
export function Page() {
  const [url, change] = useUrlState();
  const name = url.get('tab');
  const chosen = isTab(name) ? name : 'health';
  const { Tab: Chosen } = TABS[chosen];
  return (
    <>
      <PageHead title="Administration" />
      <Tabs
        value={chosen}
        onChange={(_, tab: string) => change({ tab, open: undefined }, { push: true })}
        variant="scrollable"
        allowScrollButtonsMobile
        aria-label="Administration"
        sx={{ mb: 2 }}
      >
        {Object.entries(TABS).map(([tab, { label }]) => (
          <Tab key={tab} value={tab} label={label} id={`tab-${tab}`} aria-controls="administration-panel" />
        ))}
      </Tabs>
      <div role="tabpanel" id="administration-panel" aria-labelledby={`tab-${chosen}`}>
        <Chosen />
      </div>
    </>
  );
}
