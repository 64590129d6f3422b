import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useMemo, useRef } from 'react';
import { Link as RouterLink } from 'react-router';
import type { Query } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, useFilters } from '../../list/filters.tsx';
import { SpanLine, useListSpan } from '../../list/list-span.tsx';
import { useList } from '../../list/use-list.ts';
import { useNewCount } from '../../list/use-new-count.ts';
import { typeFits } from '../../parts/delivery/fits.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { ExportButton } from '../../parts/export/export-list.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { useLimitedTo } from '../../parts/limited.ts';
import { COLUMNS, type EventRow } from './columns.tsx';
import { EVENT_FILTERS, isAgeless } from './filters.ts';
import { GoToId } from './go-to-id.tsx';

const EventDetail = lazy(() => import('./event-detail.tsx'));

/** What was published. A consumer that is limited to some endpoints finds events through their deliveries. */
export function Page() {
  return useLimitedTo() === undefined ? <EventList /> : <OfOwnEndpoints />;
}

function EventList() {
  const filters = useFilters(EVENT_FILTERS);
  const span = useListSpan('Events', isAgeless(filters.outcome), true);
  const query = { ...filters, ...span.query };
  const list = useList('/v1/events', query as Query<'/v1/events'>);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead title="Events" below={<SpanLine of={span} />} actions={<GoToId />} />
      <DataList
        name="events"
        label="Events"
        list={list}
        columns={COLUMNS}
        idOf={idOf}
        newCount={useNewEvents(list.rows, query)}
        pageOf={linkTo.event}
        panel={(id) => (
          <Suspense fallback={<LinearProgress aria-label="Loading" />}>
            <EventDetail id={id} />
          </Suspense>
        )}
        toolbar={<FilterBar defs={EVENT_FILTERS} list="events" />}
        tools={<ExportButton path="/v1/events" query={query} name="events" />}
        empty={
          <Empty
            text={
              isFiltered
                ? 'No event fits these filters in this time. Remove a filter, or look at a longer time.'
                : 'No events in this time. Publish one, and it shows up here.'
            }
            line={curlLine('POST', '/v1/events', { type: 'order.created', data: { order: 4711 } })}
            link={
              isFiltered
                ? { to: '/events', label: 'Show all events' }
                : { to: '/event-types', label: 'See the event types' }
            }
          />
        }
      />
    </>
  );
}

/** Events show up with their first outcome. An outcome does not say an event's source, and what becomes of it comes later. */
function useNewEvents(
  rows: readonly EventRow[],
  { type, source, outcome, to }: Readonly<Record<string, string | undefined>>,
): number {
  const known = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);
  const announced = useRef({ of: rows, ids: new Set<string>() });
  return useNewCount(({ outcomes = [] }) => {
    if (source || outcome || to) return 0;
    if (announced.current.of !== rows) announced.current = { of: rows, ids: new Set() };
    const { ids } = announced.current;
    const before = ids.size;
    for (const { eventId, type: its, attempt } of outcomes) {
      // A later attempt is of an event that was there before the list was.
      if (attempt <= 1 && !known.has(eventId) && (!type || typeFits(type, its))) ids.add(eventId);
    }
    return ids.size - before;
  }, rows);
}

function OfOwnEndpoints() {
  return (
    <>
      <PageHead title="Events" actions={<GoToId />} />
      <Typography>
        You see the events that went to your endpoints. Find one by its id, or among the{' '}
        <Link component={RouterLink} to="/deliveries">
          deliveries
        </Link>
        .
      </Typography>
    </>
  );
}

const idOf = ({ id }: EventRow): string => id;
