import { lazy, Suspense, useMemo } from 'react';
import type { Query } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import { useMay } from '../../app/session.tsx';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, useFilters } from '../../list/filters.tsx';
import { SpanLine, useListSpan } from '../../list/list-span.tsx';
import { useList } from '../../list/use-list.ts';
import {
  ACCEPTED_COLUMN,
  ATTEMPTS_COLUMN,
  ENDPOINT_COLUMN,
  EVENT_COLUMN,
  NEXT_COLUMN,
  OUTCOME_COLUMN,
  SINCE_COLUMN,
  STATUS_COLUMN,
  SUBSCRIPTION_COLUMN,
  TYPE_COLUMN,
} from '../../parts/delivery/columns.tsx';
import { CODE_FILTER, REASON_FILTER, statusFilter, TYPE_FILTER } from '../../parts/delivery/filters.ts';
import { LazyDetail } from '../../parts/delivery/lazy-detail.tsx';
import type { DeliveryRow } from '../../parts/delivery/types.ts';
import { useLiveRows } from '../../parts/delivery/use-live-rows.ts';
import { usePlaces } from '../../parts/delivery/use-places.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { ExportButton } from '../../parts/export/export-list.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { isAgeless, listWords } from './words.ts';

/** Loaded when rows are selected. */
const BulkActions = lazy(() => import('../../parts/delivery/bulk.tsx'));

const COLUMNS = [
  STATUS_COLUMN,
  OUTCOME_COLUMN,
  TYPE_COLUMN,
  ENDPOINT_COLUMN,
  SUBSCRIPTION_COLUMN,
  EVENT_COLUMN,
  ATTEMPTS_COLUMN,
  NEXT_COLUMN,
  { ...SINCE_COLUMN, isHidden: true },
  ACCEPTED_COLUMN,
];

/** Every delivery, whatever became of it. */
export function Page() {
  const may = useMay();
  const places = usePlaces();
  const { targetId } = places;
  const defs = useMemo(
    () => [statusFilter(targetId), ...places.filters, TYPE_FILTER, REASON_FILTER, CODE_FILTER],
    [places, targetId],
  );
  const filters = useFilters(defs);
  const span = useListSpan(listWords(filters.status), isAgeless(filters));
  const query = { ...filters, ...(targetId !== undefined && { targetId }), ...span.query };
  const list = useList('/v1/deliveries', query as Query<'/v1/deliveries'>);
  const { rows, newCount } = useLiveRows(list.rows, query);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead title="Deliveries" below={<SpanLine of={span} />} />
      <DataList
        name="deliveries"
        label="Deliveries"
        list={{ ...list, rows }}
        columns={COLUMNS}
        idOf={idOf}
        newCount={newCount}
        pageOf={linkTo.delivery}
        panel={(id) => <LazyDetail id={id} />}
        toolbar={<FilterBar defs={defs} list="deliveries" />}
        tools={<ExportButton path="/v1/deliveries" query={query} name="deliveries" />}
        {...(may('manage') && {
          actions: (selected: readonly DeliveryRow[], clear: () => void) => (
            <Suspense>
              <BulkActions selected={selected} clear={clear} />
            </Suspense>
          ),
        })}
        empty={
          <Empty
            text={
              isFiltered
                ? 'No delivery fits these filters in this time. Remove a filter, or look at a longer time.'
                : 'No deliveries in this time. An event that a subscription wants shows up here when it is published.'
            }
            {...(!isFiltered && {
              line: curlLine('POST', '/v1/events', { type: 'order.created', data: { order: 4711 } }),
            })}
            link={
              isFiltered
                ? { to: '/deliveries', label: 'Show all deliveries' }
                : { to: '/subscriptions', label: 'See what the subscriptions want' }
            }
          />
        }
      />
    </>
  );
}

const idOf = ({ id }: DeliveryRow): string => id;
