import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense, useDeferredValue, useMemo } from 'react';
import { linkTo } from '../../app/links.ts';
import { useUrlState } from '../../app/url-state.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef, useFilters } from '../../list/filters.tsx';
import { SearchField } from '../../list/search-field.tsx';
import { useWholeList } from '../../list/use-whole-list.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { addressOf } from '../../parts/address.ts';
import { ShortId } from '../../parts/copy.tsx';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { EndpointName, useEndpoints } from '../../parts/endpoint-name.tsx';
import { Time } from '../../parts/time.tsx';
import { found } from './search.ts';
import { STATE_LABELS, stateOf, subscriptionName } from './state.ts';
import { SubscriptionState } from './subscription-state.tsx';
import type { Subscription } from './use-entity.ts';

const SubscriptionDetail = lazy(() => import('./subscription-detail.tsx'));

const DEFS = [
  {
    name: 'state',
    label: 'State',
    isMany: true,
    options: Object.entries(STATE_LABELS).map(([value, label]) => ({ value, label })),
  },
  { name: 'eventType', label: 'Wants event type', hint: 'An event type such as order.created' },
  { name: 'targetId', label: 'Endpoint', hint: 'An id, tgt_…' },
] as const satisfies readonly FilterDef[];

const FIRST: readonly Column<Subscription>[] = [
  {
    id: 'name',
    header: 'Name',
    width: '1.4fr',
    onPhone: true,
    cell: (row) => <bdi>{subscriptionName(row)}</bdi>,
    sortBy: (row) => subscriptionName(row).toLowerCase(),
  },
  {
    id: 'events',
    header: 'Events',
    width: '1.4fr',
    cell: ({ events }) => (
      <code>
        <bdi>{events.join(', ')}</bdi>
      </code>
    ),
    sortBy: ({ events }) => events.join(),
  },
];

const LAST: readonly Column<Subscription>[] = [
  {
    id: 'state',
    header: 'State',
    width: '150px',
    onPhone: true,
    cell: (row) => <SubscriptionState of={row} />,
    sortBy: stateOf,
  },
  {
    id: 'created',
    header: 'Created',
    width: '100px',
    cell: ({ createdAt }) => <Time at={createdAt} />,
    sortBy: ({ createdAt }) => createdAt,
  },
  { id: 'id', header: 'Id', width: '180px', isHidden: true, cell: ({ id }) => <ShortId id={id} /> },
];

const idOf = ({ id }: Subscription): string => id;

/** All subscriptions, searched and sorted on the page. */
export function SubscriptionsTable() {
  const all = useWholeList('/v1/subscriptions');
  const [url] = useUrlState();
  const filters = useFilters(DEFS);
  const search = useDeferredValue(JSON.stringify({ ...filters, q: url.get('q') ?? '' }));
  const rows = useMemo(() => found(all.rows, JSON.parse(search)), [all.rows, search]);
  const endpoints = useEndpoints();
  const columns = useMemo(
    (): readonly Column<Subscription>[] => [
      ...FIRST,
      {
        id: 'endpoint',
        header: 'Endpoint',
        width: '1.2fr',
        cell: ({ targetId }) => <EndpointName id={targetId} />,
        sortBy: (row) => endpoints.get(row.targetId)?.name ?? addressOf(row),
      },
      ...LAST,
    ],
    [endpoints],
  );
  useRefresh(({ changed }) => changed?.includes('subscriptions') ?? false, ['/v1/subscriptions']);
  return (
    <DataList
      name="subscriptions"
      label="Subscriptions"
      list={{ ...all, rows }}
      columns={columns}
      idOf={idOf}
      toolbar={
        <>
          <SearchField label="Search name, events, URL, id" />
          <FilterBar defs={DEFS} list="subscriptions" />
        </>
      }
      panel={(id) => (
        <Suspense fallback={<LinearProgress aria-label="Loading" />}>
          <SubscriptionDetail id={id} />
        </Suspense>
      )}
      pageOf={linkTo.subscription}
      empty={
        all.rows.length > 0 ? (
          <Empty text="No subscription is like this. Change the search or the filters above." />
        ) : (
          <Empty
            text="No subscription yet. An event reaches an endpoint once a subscription wants it."
            line={curlLine('POST', '/v1/subscriptions', {
              url: 'https://example.com/hook',
              events: ['order.**'],
            })}
          />
        )
      }
    />
  );
}
