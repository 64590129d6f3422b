import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { $api } from '../api/client.ts';
import type { Row } from '../api/types.ts';
import { linkTo } from '../app/links.ts';
import { Foreign } from './layout.tsx';

type Subscription = Row<'/v1/subscriptions'>;

/** What a subscription is called: its name, or where it sends. */
export const subscriptionName = ({ name, url, id }: Subscription): string =>
  name ?? url?.replace(/^https?:\/\//, '') ?? id;

const KEPT = { staleTime: 60_000 } as const;

const useFirstSubscriptions = () =>
  $api.useQuery('get', '/v1/subscriptions', { params: { query: { limit: 200 } } }, KEPT);

/** The subscriptions of the tenant: the first 200, read once a minute. */
export const useSubscriptions = (): readonly Subscription[] => useFirstSubscriptions().data?.items ?? NONE;

const NONE: readonly Subscription[] = [];

/** A subscription by its id: its name as a link to its page. One that was deleted has no name any more. */
export function SubscriptionName({ id }: { readonly id: string }) {
  const first = useFirstSubscriptions();
  const listed = first.data?.items.find((each) => each.id === id);
  const { data } = $api.useQuery(
    'get',
    '/v1/subscriptions/{id}',
    { params: { path: { id } } },
    { ...KEPT, enabled: !first.isPending && !listed },
  );
  const known = listed ?? data;
  return (
    <Link component={RouterLink} to={linkTo.subscription(id)} color="inherit">
      <Foreign text={known ? subscriptionName(known) : `${id.slice(0, 12)}…`} />
    </Link>
  );
}
