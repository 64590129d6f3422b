import { useDeferredValue, useMemo } from 'react';
import { linkTo } from '../../app/links.ts';
import { useUrlState } from '../../app/url-state.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { SearchField } from '../../list/search-field.tsx';
import { useWholeList } from '../../list/use-whole-list.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { ShortId } from '../../parts/copy.tsx';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { countOf } from '../../parts/numbers.ts';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { filterLines } from './filter/words.ts';
import FilterDetail from './filter-detail.tsx';
import { usersByFilter } from './shared.ts';
import type { Filter } from './use-entity.ts';

const idOf = ({ id }: Filter): string => id;

/** All filters: those that were made with a subscription, and those that several share. */
export default function FiltersTable() {
  const all = useWholeList('/v1/filters');
  const subscriptions = useWholeList('/v1/subscriptions');
  const [url] = useUrlState();
  const words = useDeferredValue((url.get('q') ?? '').toLowerCase());
  const rows = useMemo(
    () =>
      all.rows.filter((row) =>
        [row.name ?? '', row.id, row.description ?? '', ...filterLines(row)]
          .join('\n')
          .toLowerCase()
          .includes(words.trim()),
      ),
    [all.rows, words],
  );
  const users = useMemo(() => usersByFilter(subscriptions.rows), [subscriptions.rows]);
  const columns = useMemo((): readonly Column<Filter>[] => {
    const count = (id: string): number => users.get(id)?.length ?? 0;
    return [
      {
        id: 'name',
        header: 'Name',
        width: '1fr',
        onPhone: true,
        cell: ({ id, name }) => (name === undefined ? <ShortId id={id} /> : <bdi>{name}</bdi>),
        sortBy: ({ name, id }) => name?.toLowerCase() ?? id,
      },
      {
        id: 'events',
        header: 'Events',
        width: '1.2fr',
        cell: ({ events }) => (
          <code>
            <bdi>{events.join(', ')}</bdi>
          </code>
        ),
        sortBy: ({ events }) => events.join(),
      },
      {
        id: 'conditions',
        header: 'Conditions',
        width: '2fr',
        cell: (row) => <bdi>{filterLines(row).slice(1).join(', and ')}</bdi>,
      },
      {
        id: 'used',
        header: 'Used by',
        width: '140px',
        onPhone: true,
        cell: ({ id }) => (count(id) === 0 ? 'None' : countOf(count(id), 'subscription')),
        sortBy: ({ id }) => count(id),
      },
      {
        id: 'state',
        header: 'State',
        width: '110px',
        cell: ({ active }) => <Status kind="use" of={active ? 'active' : 'off'} />,
        sortBy: ({ active }) => (active ? 0 : 1),
      },
      {
        id: 'updated',
        header: 'Changed',
        width: '100px',
        cell: ({ updatedAt }) => <Time at={updatedAt} />,
        sortBy: ({ updatedAt }) => updatedAt,
      },
    ];
  }, [users]);
  useRefresh(
    ({ changed }) => changed?.some((each) => each === 'filters' || each === 'subscriptions') ?? false,
    ['/v1/filters', '/v1/subscriptions'],
  );
  return (
    <DataList
      name="filters"
      label="Filters"
      list={{ ...all, rows }}
      columns={columns}
      idOf={idOf}
      toolbar={<SearchField label="Search name, events, conditions, id" />}
      panel={(id) => <FilterDetail id={id} users={users.get(id) ?? []} />}
      pageOf={linkTo.filter}
      empty={
        all.rows.length > 0 ? (
          <Empty text="No filter is like this. Change the search above." />
        ) : (
          <Empty
            text="No filter yet. A filter that is made by itself can be shared by subscriptions."
            line={curlLine('POST', '/v1/filters', { name: 'orders', events: ['order.**'] })}
          />
        )
      }
    />
  );
}
