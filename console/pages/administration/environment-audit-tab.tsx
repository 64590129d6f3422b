import { type FilterDef, useFilters } from '../../list/filters.tsx';
import { useList } from '../../list/use-list.ts';
import { AUDIT_FILTERS, AuditList } from '../../parts/audit/audit-list.tsx';

const FILTERS = [
  { name: 'tenantId', label: 'Tenant', hint: 'Its id' },
  ...AUDIT_FILTERS,
] as const satisfies FilterDef[];

/** What administrators changed; with a tenant, who changed what of it. */
export function EnvironmentAuditTab() {
  return (
    <AuditList
      name="environment-audit"
      label="Audit trail of the environment"
      list={useList('/v1/environment/audit', useFilters(FILTERS))}
      filters={FILTERS}
      showsTenant
      emptyText="No administrator has changed anything that these filters let through."
    />
  );
}
