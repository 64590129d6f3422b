import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef } from '../../list/filters.tsx';
import type { ListState } from '../../list/use-list.ts';
import { Empty } from '../empty.tsx';
import { Foreign } from '../layout.tsx';
import { Time } from '../time.tsx';
import { AuditEntry } from './audit-entry.tsx';
import { callText, credentialText } from './call-words.ts';

type Entry = Row<'/v1/audit'>;

/** Filters that each list of the audit trail takes. */
export const AUDIT_FILTERS = [
  { name: 'entityId', label: 'About', hint: 'The id of an endpoint, key or the like' },
  { name: 'credential', label: 'By', hint: 'The id of a key, or first' },
  { name: 'operation', label: 'Call', hint: 'Such as patchTarget' },
] as const satisfies FilterDef[];

interface AuditListProps {
  readonly name: string;
  readonly label: string;
  readonly list: ListState<Entry>;
  readonly filters: readonly FilterDef[];
  /** Of several tenants: whose entities a call was about is worth a column. */
  readonly showsTenant?: boolean;
  readonly emptyText: string;
}

/** Calls that changed something, the newest first. */
export function AuditList({ name, label, list, filters, showsTenant = false, emptyText }: AuditListProps) {
  return (
    <DataList
      name={name}
      label={label}
      list={list}
      columns={showsTenant ? WITH_TENANT : COLUMNS}
      idOf={idOf}
      toolbar={<FilterBar defs={filters} list={name} />}
      panel={(id) => {
        const entry = list.rows.find((each) => each.id === id);
        return entry ? <AuditEntry entry={entry} /> : 'This entry is not among those that are loaded.';
      }}
      empty={<Empty text={emptyText} />}
    />
  );
}

const idOf = ({ id }: Entry): string => id;

const COLUMNS: readonly Column<Entry>[] = [
  { id: 'at', header: 'When', onPhone: true, width: '130px', cell: ({ at }) => <Time at={at} /> },
  { id: 'operation', header: 'Call', onPhone: true, cell: ({ operation }) => callText(operation) },
  {
    id: 'entities',
    header: 'About',
    width: '2fr',
    cell: ({ entities }) => <Foreign text={entities.map(({ kind, id }) => `${kind} ${id}`).join(', ')} />,
  },
  {
    id: 'by',
    header: 'By',
    cell: ({ credential, credentialName }) => <Foreign text={credentialText(credential, credentialName)} />,
  },
  { id: 'address', header: 'From', cell: ({ address }) => address ?? '–' },
];

const WITH_TENANT: readonly Column<Entry>[] = COLUMNS.toSpliced(1, 0, {
  id: 'tenant',
  header: 'Tenant',
  cell: ({ tenantId }) => tenantId,
});
