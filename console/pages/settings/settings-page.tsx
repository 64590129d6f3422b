import { PageHead } from '../../parts/layout.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { AuditTab } from './audit-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { LookTab } from './look-tab.tsx';
import { PortalTab } from './portal-tab.tsx';
import { TenantTab } from './tenant-tab.tsx';

const TABS = { keys: KeysTab, portal: PortalTab, look: LookTab, tenant: TenantTab, audit: AuditTab } as const;

const LABELS = [
  ['keys', 'Keys'],
  ['portal', 'Portal links'],
  ['look', 'Portal look'],
  ['tenant', 'Tenant'],
  ['audit', 'Audit trail'],
] as const;

/** What a tenant decides for itself: who may do what, and how its portal looks. */
export function Page() {
  return (
    <>
      <PageHead title="Settings" />
      <PageTabs label="Settings" tabs={LABELS}>
        {(shown) => {
          const Tab = TABS[shown];
          return <Tab />;
        }}
      </PageTabs>
    </>
  );
}
