import { lazy, Suspense, useMemo } from 'react';
import { linkTo } from '../../app/links.ts';
import { useMay } from '../../app/session.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, useFilters } from '../../list/filters.tsx';
import { SpanLine, useListSpan } from '../../list/list-span.tsx';
import { useList } from '../../list/use-list.ts';
import {
  ACCEPTED_COLUMN,
  ATTEMPTS_COLUMN,
  ENDPOINT_COLUMN,
  EVENT_COLUMN,
  LAST_COLUMN,
  REASON_COLUMN,
  SINCE_COLUMN,
  STATUS_COLUMN,
  SUBSCRIPTION_COLUMN,
  TYPE_COLUMN,
} from '../../parts/delivery/columns.tsx';
import { REASON_FILTER } from '../../parts/delivery/filters.ts';
import { LazyDetail } from '../../parts/delivery/lazy-detail.tsx';
import type { DeliveryRow } from '../../parts/delivery/types.ts';
import { useLiveRows } from '../../parts/delivery/use-live-rows.ts';
import { usePlaces } from '../../parts/delivery/use-places.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { ExportButton } from '../../parts/export/export-list.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { SelectedActions } from './actions.tsx';
import { AllOfFilter } from './all-of-filter.tsx';
import type { DeadQuery } from './selection.ts';

const StartedJob = lazy(() => import('./started-job.tsx'));

const COLUMNS = [
  // All are dead; on a phone the word stands for the row.
  { ...STATUS_COLUMN, isHidden: true },
  REASON_COLUMN,
  LAST_COLUMN,
  TYPE_COLUMN,
  ENDPOINT_COLUMN,
  SUBSCRIPTION_COLUMN,
  EVENT_COLUMN,
  ATTEMPTS_COLUMN,
  { ...SINCE_COLUMN, header: 'Died' },
  { ...ACCEPTED_COLUMN, isHidden: true },
];

/** Deliveries that will not be tried again by themselves. */
export function Page() {
  const may = useMay();
  const [url] = useUrlState();
  const job = url.get('job');
  const places = usePlaces();
  const { targetId, isLimited, names } = places;
  const defs = useMemo(() => [REASON_FILTER, ...places.filters], [places]);
  const filters = useFilters(defs);
  const span = useListSpan('Dead letters', true);
  const query = { ...filters, ...(targetId !== undefined && { targetId }), ...span.query } as DeadQuery;
  const list = useList('/v1/dead-letters', query);
  const { rows, newCount } = useLiveRows(list.rows, { ...query, status: 'dead' });
  return (
    <>
      <PageHead title="Dead letters" below={<SpanLine of={span} />} />
      <Suspense>{job !== null && <StartedJob id={job} />}</Suspense>
      <DataList
        name="dead-letters"
        label="Dead letters"
        list={{ ...list, rows }}
        columns={COLUMNS}
        idOf={idOf}
        newCount={newCount}
        pageOf={linkTo.delivery}
        panel={(id) => <LazyDetail id={id} />}
        toolbar={<FilterBar defs={defs} list="dead-letters" />}
        tools={
          <>
            {may('manage') && !isLimited && rows.length > 0 && <AllOfFilter query={query} names={names} />}
            <ExportButton
              path="/v1/dead-letters"
              query={query as Record<string, string>}
              name="dead-letters"
            />
          </>
        }
        {...(may('manage') && {
          actions: (selected: readonly DeliveryRow[], clear: () => void) => (
            <SelectedActions selected={selected} clear={clear} />
          ),
        })}
        empty={
          <Empty
            text={
              Object.keys(filters).length > 0
                ? 'No dead letter fits these filters.'
                : 'No dead letters: every delivery has arrived, or will be tried again by itself.'
            }
            {...(Object.keys(filters).length > 0
              ? { link: { to: '/dead-letters', label: 'Show all dead letters' } }
              : {
                  line: curlLine('GET', '/v1/dead-letters?format=csv'),
                  link: { to: '/deliveries', label: 'See all deliveries' },
                })}
          />
        }
      />
    </>
  );
}

const idOf = ({ id }: DeliveryRow): string => id;
