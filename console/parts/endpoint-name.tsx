import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { $api } from '../api/client.ts';
import { isMissing } from '../api/problem.ts';
import type { Row, Schemas } from '../api/types.ts';
import { linkTo } from '../app/links.ts';
import { addressOf } from './address.ts';
import { Foreign } from './layout.tsx';

type Target = Row<'/v1/targets'>;

/** What an endpoint is called: its name, or its URL without the scheme. */
export const endpointName = ({ name, ...to }: Pick<Schemas['Target'], 'name' | 'url' | 'address'>): string =>
  name ?? addressOf(to).replace(/^https?:\/\//, '');

const KEPT = { staleTime: 60_000 } as const;

/**
 * The endpoints of the tenant, by id: the first 200, read once a minute. A list of deliveries names a few of them over and
 * over.
 */
export function useEndpoints(): ReadonlyMap<string, Target> {
  return useFirstEndpoints().data ?? NONE;
}

const useFirstEndpoints = () =>
  $api.useQuery('get', '/v1/targets', { params: { query: { limit: 200 } } }, { ...KEPT, select: byId });

const NONE: ReadonlyMap<string, Target> = new Map();

interface Page {
  readonly items: readonly Target[];
}

/** Made once of each answer, however many rows ask. */
const maps = new WeakMap<Page, ReadonlyMap<string, Target>>();

function byId(page: Page): ReadonlyMap<string, Target> {
  const known = maps.get(page) ?? new Map(page.items.map((each) => [each.id, each]));
  maps.set(page, known);
  return known;
}

/** One endpoint: from the list if that has it, else by itself, which tells one that was deleted. */
export function useEndpoint(id: string | undefined): {
  readonly endpoint: Target | undefined;
  readonly isGone: boolean;
} {
  const first = useFirstEndpoints();
  const listed = first.data?.get(id ?? '');
  const { data, error } = $api.useQuery(
    'get',
    '/v1/targets/{id}',
    { params: { path: { id: id ?? '' } } },
    { ...KEPT, enabled: id !== undefined && !first.isPending && !listed },
  );
  return { endpoint: listed ?? data, isGone: isMissing(error) };
}

/** An endpoint by its id: its name as a link to its page. */
export function EndpointName({ id }: { readonly id: string | undefined }) {
  const listed = useEndpoints().get(id ?? '');
  if (id === undefined) return <>–</>;
  return listed ? <EndpointLink id={id} endpoint={listed} /> : <UnlistedName id={id} />;
}

function UnlistedName({ id }: { readonly id: string }) {
  const { endpoint, isGone } = useEndpoint(id);
  if (isGone) {
    return (
      <Box component="span" sx={{ color: 'text.secondary' }}>
        Deleted, …{id.slice(-6)}
      </Box>
    );
  }
  return <EndpointLink id={id} endpoint={endpoint} />;
}

function EndpointLink({ id, endpoint }: { readonly id: string; readonly endpoint: Target | undefined }) {
  return (
    <Link component={RouterLink} to={linkTo.endpoint(id)} color="inherit">
      <Foreign text={endpoint ? endpointName(endpoint) : `${id.slice(0, 12)}…`} />
    </Link>
  );
}
