import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef, useFilters } from '../../list/filters.tsx';
import { useList } from '../../list/use-list.ts';
import { AuditEntry } from '../../parts/audit-entry.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { Time } from '../../parts/time.tsx';

type Entry = Row<'/v1/environment/audit'>;

const FILTERS = [
  { name: 'tenantId', label: 'Tenant', hint: 'Its id' },
  { name: 'entityId', label: 'About', hint: 'The id of an endpoint, key or the like of that tenant' },
  { name: 'credential', label: 'By', hint: 'The id of a key, or first' },
  { name: 'operation', label: 'Call', hint: 'Such as patchTenant' },
] as const satisfies FilterDef[];

/** What administrators changed; with a tenant, who changed what of it. */
export function EnvironmentAuditTab() {
  const list = useList('/v1/environment/audit', useFilters(FILTERS));
  const entryOf = (id: string): Entry | undefined => list.rows.find((each) => each.id === id);
  return (
    <DataList
      name="environment-audit"
      label="Audit trail of the environment"
      list={list}
      columns={COLUMNS}
      idOf={idOf}
      toolbar={<FilterBar defs={FILTERS} list="environment-audit" />}
      panel={(id) => {
        const entry = entryOf(id);
        return entry ? <AuditEntry entry={entry} /> : 'This entry is not among those that are loaded.';
      }}
      empty={<Empty text="No administrator has changed anything that these filters let through." />}
    />
  );
}

const idOf = ({ id }: Entry): string => id;

const COLUMNS: readonly Column<Entry>[] = [
  { id: 'at', header: 'When', onPhone: true, width: '130px', cell: ({ at }) => <Time at={at} /> },
  { id: 'tenant', header: 'Tenant', cell: ({ tenantId }) => tenantId },
  { id: 'operation', header: 'Call', onPhone: true, cell: ({ operation }) => operation },
  {
    id: 'entities',
    header: 'About',
    width: '2fr',
    cell: ({ entities }) => <Foreign text={entities.map(({ kind, id }) => `${kind} ${id}`).join(', ')} />,
  },
  {
    id: 'by',
    header: 'By',
    cell: ({ credential, credentialName }) => <Foreign text={credentialName ?? credential} />,
  },
];
