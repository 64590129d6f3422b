import Add from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import { useMemo } from 'react';
import type { Query } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { DataList } from '../../list/data-list.tsx';
import { FilterBar, type FilterDef, useFilters } from '../../list/filters.tsx';
import { SearchField } from '../../list/search-field.tsx';
import { useList } from '../../list/use-list.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { statusLabel } from '../../parts/status.tsx';
import { CreateEndpoint } from './create/create-endpoint.tsx';
import { COLUMNS, type Endpoint } from './endpoint-columns.tsx';
import { EndpointPanel } from './endpoint-panel.tsx';

const STATES = ['open', 'failing', 'paused', 'slow', 'unverified', 'disabled'] as const;

const FILTERS = [
  {
    name: 'state',
    label: 'State',
    options: [
      { value: 'troubled', label: 'In trouble' },
      ...STATES.map((value) => ({ value, label: statusLabel(value, 'endpoint') })),
    ],
  },
  {
    name: 'active',
    label: 'Switch',
    options: [
      { value: 'true', label: 'On' },
      { value: 'false', label: 'Switched off by its owner' },
    ],
  },
] as const satisfies FilterDef[];

/** The API has no search by name, so the page reads the list to search it, up to here without being asked. */
const SEARCHED = 1000;

const matches =
  (words: string) =>
  ({ id, name, url, description }: Endpoint): boolean =>
    [id, name, url, description].some((text) => text?.toLowerCase().includes(words));

const idOf = ({ id }: Endpoint): string => id;

export function Page() {
  const may = useMay();
  const { targetIds } = useSession();
  const [url, change] = useUrlState();
  const filters = useFilters(FILTERS);
  // Whoever writes a value into the address that there is not is told so by the API.
  const whole = useList('/v1/targets', { ...filters, include: 'health' } as Query<'/v1/targets'>);
  const words = url.get('q')?.trim().toLowerCase() ?? '';
  const list = useMemo(
    () =>
      words === ''
        ? whole
        : { ...whole, rows: whole.rows.filter(matches(words)), mayGoOn: whole.rows.length < SEARCHED },
    [whole, words],
  );
  useRefresh(
    ({ targets, outcomes, changed }) =>
      Boolean(targets?.length || outcomes?.length || changed?.includes('targets')),
    ['/v1/targets'],
    // Each row with its health costs reads, and a list has many.
    10_000,
  );
  // Whoever is limited to endpoints can't make another one.
  const mayCreate = may('manage') && targetIds === undefined;
  const create = mayCreate && (
    <Button variant="contained" startIcon={<Add />} onClick={() => change({ new: '1' }, { push: true })}>
      Add endpoint
    </Button>
  );
  return (
    <>
      <PageHead
        title="Endpoints"
        below={targetIds ? 'Your endpoints. New ones are added where you found this page.' : undefined}
        actions={create}
      />
      <DataList
        name="endpoints"
        label="Endpoints"
        list={list}
        columns={COLUMNS}
        idOf={idOf}
        panel={(id) => <EndpointPanel id={id} />}
        pageOf={linkTo.endpoint}
        toolbar={
          <>
            <SearchField label="Search name, URL, description, id" />
            <FilterBar defs={FILTERS} list="endpoints" />
          </>
        }
        empty={
          words !== '' || Object.keys(filters).length > 0 ? (
            <Empty text="No endpoint fits these filters." link={{ to: '/endpoints', label: 'Show all' }} />
          ) : (
            <NoEndpoints mayCreate={mayCreate} />
          )
        }
      />
      {mayCreate && url.has('new') && <CreateEndpoint onClose={() => change({ new: undefined })} />}
    </>
  );
}

function NoEndpoints({ mayCreate }: { readonly mayCreate: boolean }) {
  if (!mayCreate) return <Empty text="There is no endpoint here yet." />;
  return (
    <Empty
      text="There is no endpoint yet. Add one here, or with a call that subscribes it at once:"
      line={curlLine('POST', '/v1/subscriptions', {
        url: 'https://example.com/hook',
        events: ['order.**'],
      })}
    />
  );
}
