import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { $api } from '../api/client.ts';
import type { Schemas } from '../api/types.ts';
import { linkTo } from '../app/links.ts';
import { Foreign } from './layout.tsx';

type Target = Pick<Schemas['Target'], 'id' | 'url' | 'name'>;

/** What an endpoint is called: its name, or its URL without the scheme. */
export const endpointName = ({ name, url }: Pick<Target, 'name' | 'url'>): string =>
  name ?? url.replace(/^https?:\/\//, '');

const KEPT = { staleTime: 60_000 } as const;

/**
 * The endpoints of the tenant, by id: the first 200, read once a minute. A list of deliveries names a few of them over and
 * over.
 */
export function useEndpoints(): ReadonlyMap<string, Target> {
  const { data } = $api.useQuery(
    'get',
    '/v1/targets',
    { params: { query: { limit: 200 } } },
    { ...KEPT, select: byId },
  );
  return data ?? NONE;
}

const NONE: ReadonlyMap<string, Target> = new Map();

const byId = ({ items }: { readonly items: readonly Target[] }): ReadonlyMap<string, Target> =>
  new Map(items.map((each) => [each.id, each]));

/** An endpoint by its id: its name as a link to its page. */
export function EndpointName({ id }: { readonly id: string | undefined }) {
  const known = useEndpoints().get(id ?? '');
  if (id === undefined) return <>–</>;
  return (
    <Link component={RouterLink} to={linkTo.endpoint(id)} color="inherit">
      <Foreign text={known ? endpointName(known) : `${id.slice(0, 12)}…`} />
    </Link>
  );
}
