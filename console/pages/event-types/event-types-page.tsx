import Add from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { useUrlState } from '../../app/url-state.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { SearchField } from '../../list/search-field.tsx';
import { useWholeList } from '../../list/use-whole-list.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import type { EventType } from '../../parts/catalogue.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { Time } from '../../parts/time.tsx';
import { useMayDescribe } from './abilities.ts';
import { Deprecation } from './deprecation.tsx';

const EventTypeDetail = lazy(() => import('./event-type-detail.tsx'));
const EventTypeForm = lazy(() => import('./event-type-form.tsx'));

const COLUMNS: readonly Column<EventType>[] = [
  {
    id: 'name',
    header: 'Event type',
    width: '1.4fr',
    onPhone: true,
    cell: ({ name }) => (
      <code>
        <bdi>{name}</bdi>
      </code>
    ),
    sortBy: ({ name }) => name,
  },
  {
    id: 'description',
    header: 'Description',
    width: '2fr',
    cell: ({ description }) => <bdi>{description}</bdi>,
    sortBy: ({ description }) => description ?? '',
  },
  {
    id: 'version',
    header: 'Version',
    width: '80px',
    cell: ({ version }) => <bdi>{version}</bdi>,
    sortBy: ({ version }) => version,
  },
  {
    id: 'has',
    header: 'Has',
    width: '130px',
    cell: ({ schema, sample }) =>
      [schema !== undefined && 'schema', sample !== undefined && 'sample'].filter(Boolean).join(', ') || '–',
  },
  {
    id: 'state',
    header: 'State',
    width: '120px',
    onPhone: true,
    cell: (row) => <Deprecation of={row} />,
    sortBy: ({ deprecated }) => (deprecated ? 1 : 0),
  },
  {
    id: 'updated',
    header: 'Changed',
    width: '100px',
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
    sortBy: ({ updatedAt }) => updatedAt,
  },
];

const idOf = ({ name }: EventType): string => name;

/** The catalogue: what is published, described for those who receive it. */
export function Page() {
  const all = useWholeList('/v1/event-types');
  const [url] = useUrlState();
  const navigate = useNavigate();
  const mayDescribe = useMayDescribe();
  const [isCreating, setCreating] = useState(false);
  const text = useDeferredValue((url.get('q') ?? '').trim().toLowerCase());
  const rows = useMemo(
    () =>
      all.rows.filter(({ name, description }) =>
        `${name}\n${description ?? ''}`.toLowerCase().includes(text),
      ),
    [all.rows, text],
  );
  useRefresh(({ changed }) => changed?.includes('event-types') ?? false, ['/v1/event-types']);
  return (
    <>
      <PageHead
        title="Event types"
        below="What is published, with a schema and a sample for those who receive it."
        actions={
          mayDescribe && (
            <Button variant="contained" startIcon={<Add />} onClick={() => setCreating(true)}>
              Create event type
            </Button>
          )
        }
      />
      <DataList
        name="event-types"
        label="Event types"
        list={{ ...all, rows }}
        columns={COLUMNS}
        idOf={idOf}
        toolbar={<SearchField label="Search name and description" />}
        panel={(name) => (
          <Suspense fallback={<LinearProgress aria-label="Loading" />}>
            <EventTypeDetail name={name} inPanel />
          </Suspense>
        )}
        pageOf={linkTo.eventType}
        empty={
          all.rows.length > 0 ? (
            <Empty text="No event type is like this. Change the search above." />
          ) : (
            <Empty
              text="No event type is described yet. Events can be published without; a description helps those who receive them."
              {...(mayDescribe && {
                line: curlLine('PUT', '/v1/event-types/order.created', {
                  description: 'An order was placed.',
                  sample: { order: 4711, total: 19.9 },
                }),
              })}
            />
          )
        }
      />
      {isCreating && (
        <Suspense>
          <EventTypeForm
            onClose={() => setCreating(false)}
            onSaved={(name) => void navigate(linkTo.eventType(name))}
          />
        </Suspense>
      )}
    </>
  );
}
