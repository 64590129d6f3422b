import { useFilters } from '../../list/filters.tsx';
import { useList } from '../../list/use-list.ts';
import { AUDIT_FILTERS, AuditList } from '../../parts/audit/audit-list.tsx';

/** Who changed what. */
export function AuditTab() {
  return (
    <AuditList
      name="audit"
      label="Audit trail"
      list={useList('/v1/audit', useFilters(AUDIT_FILTERS))}
      filters={AUDIT_FILTERS}
      emptyText="Nothing was changed that these filters let through. Each call that changes something is listed here."
    />
  );
}
