import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef, useFilters } from '../../list/filters.tsx';
import { useList } from '../../list/use-list.ts';
import { Empty } from '../../parts/empty.tsx';
import { endpointName } from '../../parts/endpoint-name.tsx';
import { healthReason, troubledSince } from '../../parts/health-words.ts';
import { Foreign } from '../../parts/layout.tsx';
import { countText } from '../../parts/numbers.ts';
import { Status, statusLabel } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';

type Troubled = Row<'/v1/environment/targets'>;

const STATES = ['disabled', 'unverified', 'open', 'paused', 'failing', 'slow'] as const;

const FILTERS = [
  {
    name: 'state',
    label: 'State',
    options: STATES.map((value) => ({ value, label: statusLabel(value, 'endpoint') })),
  },
  { name: 'tenantId', label: 'Tenant', hint: 'Its id' },
] as const satisfies FilterDef[];

/** Endpoints in trouble, of all tenants. */
export function TroubledTab() {
  const filters = useFilters(FILTERS) as { state?: (typeof STATES)[number]; tenantId?: string };
  const list = useList('/v1/environment/targets', filters);
  return (
    <DataList
      name="troubled"
      label="Endpoints in trouble"
      list={list}
      columns={COLUMNS}
      idOf={idOf}
      toolbar={<FilterBar defs={FILTERS} list="troubled" />}
      empty={<Empty text="No endpoint of any tenant is in trouble." />}
    />
  );
}

const idOf = ({ tenant, target }: Troubled): string => `${tenant.id} ${target.id}`;

const COLUMNS: readonly Column<Troubled>[] = [
  {
    id: 'tenant',
    header: 'Tenant',
    onPhone: true,
    cell: ({ tenant }) => <Foreign text={tenant.name ?? tenant.id} />,
  },
  {
    id: 'endpoint',
    header: 'Endpoint',
    width: '2fr',
    onPhone: true,
    cell: ({ target }) => <Foreign text={endpointName(target)} />,
  },
  {
    id: 'state',
    header: 'State',
    width: '150px',
    cell: ({ health }) => <Status kind="endpoint" of={health.state} />,
  },
  { id: 'reason', header: 'Reason', width: '2fr', cell: ({ health }) => healthReason(health) ?? '–' },
  {
    id: 'since',
    header: 'Since',
    cell: ({ health }) => {
      const since = troubledSince(health);
      return since ? <Time at={since} /> : '–';
    },
  },
  {
    id: 'waiting',
    header: 'Waiting',
    width: '80px',
    align: 'right',
    cell: ({ health }) => countText(health.waiting),
  },
];
