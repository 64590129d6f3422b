import { $api } from '../../api/client.ts';
import { addressOf } from '../../parts/address.ts';
import { linkTo } from '../links.ts';
import { usePages } from '../shell/navigation.ts';

export interface Entry {
  readonly path: string;
  readonly label: string;
  readonly kind: string;
}

/** Things that are found by name are read once, and kept for a minute. */
const READ = { staleTime: 60_000 } as const;
const MOST = { params: { query: { limit: 200 } } } as const;
const SHOWN = 30;

/** What a text may mean: an id, then whatever has it in its name. */
export function useEntries(text: string): readonly Entry[] {
  const { pages, administration } = usePages();
  const targets = $api.useQuery('get', '/v1/targets', MOST, READ);
  const subscriptions = $api.useQuery('get', '/v1/subscriptions', MOST, READ);
  const types = $api.useQuery('get', '/v1/event-types', MOST, READ);
  const named: Entry[] = [
    ...[...pages, ...(administration ? [administration] : [])].map(({ path, label }) => ({
      path,
      label,
      kind: 'Page',
    })),
    ...(targets.data?.items ?? []).map(({ name, ...target }) => ({
      path: linkTo.endpoint(target.id),
      label: [...(name ? [name] : []), addressOf(target)].join(' · '),
      kind: 'Endpoint',
    })),
    ...(subscriptions.data?.items ?? []).map(({ id, name }) => ({
      path: linkTo.subscription(id),
      label: name ?? id,
      kind: 'Subscription',
    })),
    ...(types.data?.items ?? []).map(({ name }) => ({
      path: linkTo.eventType(name),
      label: name,
      kind: 'Event type',
    })),
  ];
  const byId = entryOfId(text.trim());
  const wanted = text.trim().toLowerCase();
  const found = named.filter(({ label }) => label.toLowerCase().includes(wanted));
  return [...(byId ? [byId] : []), ...found].slice(0, SHOWN);
}

/** Where an id leads, whether or not there is something. */
function entryOfId(id: string): Entry | undefined {
  const [prefix] = id.split('_');
  switch (prefix) {
    case 'evt':
      return { path: linkTo.event(id), label: id, kind: 'Event' };
    case 'dlv':
      return { path: linkTo.delivery(id), label: id, kind: 'Delivery' };
    case 'tgt':
      return { path: linkTo.endpoint(id), label: id, kind: 'Endpoint' };
    case 'sub':
      return { path: linkTo.subscription(id), label: id, kind: 'Subscription' };
    case 'rpl':
      return { path: linkTo.replay(id), label: id, kind: 'Replay' };
    case 'alr':
      return { path: linkTo.alertRule(id), label: id, kind: 'Alert rule' };
    default:
      return undefined;
  }
}
