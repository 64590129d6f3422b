import type { Posthorn, Schemas } from '../../client/index.ts';
import type { Kind } from './declared.ts';

/** What there is. */

type Views = {
  readonly eventTypes: Schemas['EventType'];
  readonly filters: Schemas['Filter'];
  readonly targets: Schemas['Target'];
  readonly subscriptions: Schemas['Subscription'];
};

export type View<K extends Kind = Kind> = Views[K];
export type Existing = { readonly [K in Kind]: readonly Views[K][] };

/** A type of event is known by its name. */
export const idOf = (view: View): string => ('id' in view ? view.id : view.name);

const PAGE = 200;

/** Everything that a file can declare, without what something else looks after: an alert rule, or `posthorn listen`. */
export async function readExisting(api: Posthorn, signal: AbortSignal): Promise<Existing> {
  const query = { limit: PAGE };
  const options = { signal };
  const [eventTypes, filters, targets, subscriptions] = await Promise.all([
    all(api.listEventTypes(query, options)),
    all(api.listFilters(query, options)),
    all(api.listTargets(query, options)),
    all(api.listSubscriptions(query, options)),
  ]);
  const foreign = new Set(subscriptions.filter(isForeign).map(({ id }) => id));
  const isOurs = (one: { readonly subscriptionId?: string | undefined }): boolean =>
    !isForeign(one) && !(one.subscriptionId !== undefined && foreign.has(one.subscriptionId));
  return {
    eventTypes,
    filters: filters.filter(isOurs),
    targets: targets.filter(isOurs),
    subscriptions: subscriptions.filter(({ id }) => !foreign.has(id)),
  };
}

const isForeign = (one: object): boolean => 'alertRuleId' in one || 'listener' in one;

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
