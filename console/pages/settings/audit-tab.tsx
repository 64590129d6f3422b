import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef, useFilters } from '../../list/filters.tsx';
import { useList } from '../../list/use-list.ts';
import { AuditEntry } from '../../parts/audit-entry.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { Time } from '../../parts/time.tsx';

type Entry = Row<'/v1/audit'>;

const FILTERS = [
  { name: 'entityId', label: 'About', hint: 'The id of an endpoint, key or the like' },
  { name: 'credential', label: 'By', hint: 'The id of a key, or first' },
  { name: 'operation', label: 'Call', hint: 'Such as patchTarget' },
] as const satisfies FilterDef[];

/** Who changed what. */
export function AuditTab() {
  const list = useList('/v1/audit', useFilters(FILTERS));
  return (
    <DataList
      name="audit"
      label="Audit trail"
      list={list}
      columns={COLUMNS}
      idOf={idOf}
      toolbar={<FilterBar defs={FILTERS} list="audit" />}
      panel={(id) => <Panel id={id} rows={list.rows} />}
      empty={
        <Empty text="Nothing was changed that these filters let through. Each call that changes something is listed here." />
      }
    />
  );
}

const idOf = ({ id }: Entry): string => id;

const COLUMNS: readonly Column<Entry>[] = [
  { id: 'at', header: 'When', onPhone: true, width: '130px', cell: ({ at }) => <Time at={at} /> },
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
  { id: 'address', header: 'From', cell: ({ address }) => address ?? '–' },
];

function Panel({ id, rows }: { readonly id: string; readonly rows: readonly Entry[] }) {
  const entry = rows.find((each) => each.id === id);
  return entry ? <AuditEntry entry={entry} /> : <>This entry is not among those that are loaded.</>;
}
