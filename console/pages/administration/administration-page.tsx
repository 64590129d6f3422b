import { PageHead } from '../../parts/layout.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { CostsTab } from './costs-tab.tsx';
import { EnvironmentAuditTab } from './environment-audit-tab.tsx';
import { HealthTab } from './health-tab.tsx';
import { TenantsTab } from './tenants-tab.tsx';
import { TroubledTab } from './troubled-tab.tsx';

const TABS = {
  health: HealthTab,
  tenants: TenantsTab,
  endpoints: TroubledTab,
  costs: CostsTab,
  audit: EnvironmentAuditTab,
} as const;

const LABELS = [
  ['health', 'Health'],
  ['tenants', 'Tenants'],
  ['endpoints', 'Endpoints in trouble'],
  ['costs', 'Costs'],
  ['audit', 'Audit trail'],
] as const;

/** What the operator of the environment sees, over all tenants. */
export function Page() {
  return (
    <>
      <PageHead title="Administration" />
      <PageTabs label="Administration" tabs={LABELS} own={['open', 'month', 'state', 'tenantId']}>
        {(shown) => {
          const Tab = TABS[shown];
          return <Tab />;
        }}
      </PageTabs>
    </>
  );
}
