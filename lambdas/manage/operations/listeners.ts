import type { ListenerView } from '../../api/listeners.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Filter, Subscription } from '../../config/entities.ts';
import type { Maker } from '../../config/maker.ts';
import { ApiError, notFound } from '../../http/errors.ts';
import { ANSWER_SECONDS, LISTENER_LEASE_MS, MAX_LISTENERS, RATE_PER_SECOND } from '../../listeners/limits.ts';
import {
  isListenerId,
  isOver,
  LISTENER_RETRY,
  type Listener,
  type ListenerRef,
  partsOf,
} from '../../listeners/listener.ts';
import type { KnownListener } from '../../listeners/listener-store.ts';
import { skip } from '../../platform/items.ts';
import type { Target } from '../../targets/target.ts';
import { ephemeralUlid, withPrefix } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { ManageDeps } from '../deps.ts';
import type { Operation } from '../operation.ts';
import type { ManageRequest } from '../request.ts';
import { filterFrom, partsOf as partsOfFilter } from './filters.ts';
import { targetFrom } from './target-settings.ts';
import { refuseUnusable } from './targets.ts';

type Routes = typeof ROUTES;

/** Its own item comes first: what a request that breaks off has made is removed when that is over. */
export const createListener: Operation<Routes['createListener']> = async (deps, call) => {
  const { tenant, body, make, request } = call;
  const ref = { tenant, listener: withPrefix('lsn', ephemeralUlid(make.ulid())) };
  const ids = partsOf(ref.listener);
  const { name, ...settings } = body;
  const target = targetOf(deps, ref, addressOf(request, deps.environment, ref), name, make);
  const filter: Filter = { ...filterFrom(settings, make), id: ids.filter };
  await refuseBeyondLimits(deps, ref, make.now);
  const listener: Listener = {
    until: make.now + LISTENER_LEASE_MS,
    createdAt: make.now,
  };
  await deps.listeners.addListener(ref, listener);
  const [made] = await Promise.all([deps.targets.add(tenant, target), deps.filters.add(tenant, filter)]);
  const subscription = await deps.subscriptions.add(tenant, subscriptionOf(ref, name, make));
  const view = viewOf({ ...ref, ...listener }, subscription, filter);
  return { status: 201, body: { ...view, secret: made.secrets[0]!.value } };
};

/**
 * Where this API is, as API Gateway says it: no header of the client decides to where deliveries go. A name of one's own may have
 * a path before the API's.
 */
function addressOf(
  { rawPath, requestContext: { domainName } }: ManageRequest,
  { isPlainHttp }: ManageDeps['environment'],
  { tenant, listener }: ListenerRef,
): string {
  const before = rawPath.slice(0, rawPath.lastIndexOf('/v1/listeners'));
  const scheme = isPlainHttp ? 'http' : 'https';
  return `${scheme}://${domainName}${before}/v1/listeners/${tenant}/${listener}/requests`;
}

function targetOf(
  { environment }: Pick<ManageDeps, 'environment'>,
  { listener }: ListenerRef,
  url: string,
  name: string | undefined,
  make: Maker,
): Target {
  const settings = {
    url,
    name,
    retry: { ...LISTENER_RETRY, schedule: [...LISTENER_RETRY.schedule] },
    timeoutSeconds: ANSWER_SECONDS,
    rateLimit: { perSecond: RATE_PER_SECOND },
  };
  const made = targetFrom(settings, { make, overlapHours: environment.overlapHours });
  return refuseUnusable(environment, { ...made, id: partsOf(listener).target });
}

function subscriptionOf({ listener }: ListenerRef, name: string | undefined, { at }: Maker): Subscription {
  const { subscription: id, target: targetId, filter: filterId } = partsOf(listener);
  return { id, name, active: true, targetId, filterId, createdAt: at, updatedAt: at, revision: 1 };
}

/** @throws ApiError when the tenant has as many listeners, or of what they have, as it may have */
async function refuseBeyondLimits(
  deps: ManageDeps,
  { tenant, listener }: ListenerRef,
  now: number,
): Promise<void> {
  const { targets, filters, subscriptions } = deps;
  const ids = partsOf(listener);
  const limits = deps.limitsOf(tenant);
  const [lasting] = await Promise.all([
    lastingOf(deps, tenant, now),
    subscriptions.refuseBeyondLimit(tenant, ids.subscription, limits),
    targets.refuseBeyondLimit(tenant, ids.target, limits),
    filters.refuseBeyondLimit(tenant, ids.filter, limits),
  ]);
  const others = lasting.filter((one) => one.listener !== listener);
  if (others.length < MAX_LISTENERS) return;
  throw new ApiError(
    409,
    'limit_reached',
    `expected at most ${MAX_LISTENERS} listeners for this tenant; one whose client has gone ends within five minutes`,
  );
}

const lastingOf = async (
  { listeners }: Pick<ManageDeps, 'listeners'>,
  tenant: string,
  now: number,
): Promise<KnownListener[]> => (await listeners.listListeners(tenant)).filter((one) => !isOver(one, now));

const viewOf = (
  { listener, connection, createdAt, until }: KnownListener,
  { name }: Pick<Subscription, 'name'>,
  filter: Filter,
): ListenerView => {
  const { subscription, target } = partsOf(listener);
  return {
    id: listener,
    ...(name !== undefined && { name }),
    ...partsOfFilter(filter),
    subscriptionId: subscription,
    targetId: target,
    connected: connection !== undefined,
    createdAt: rfc3339(createdAt),
    expiresAt: rfc3339(until),
  };
};

export const listListeners: Operation<Routes['listListeners']> = async (deps, { tenant, make }) => {
  return {
    status: 200,
    body: { items: await viewsOf(deps, tenant, await lastingOf(deps, tenant, make.now)) },
  };
};

export const getListener: Operation<Routes['getListener']> = async (deps, { tenant, id, make }) => {
  const found = await existingListener(deps, tenant, id);
  const [view] = isOver(found, make.now)
    ? []
    : await viewsOf(deps, tenant, [{ ...found, tenant, listener: id }]);
  if (!view) throw notFound('listener');
  return { status: 200, body: view };
};

/** One that is being made, or removed, is not complete: it is left out. */
async function viewsOf(
  deps: Pick<ManageDeps, 'filters' | 'subscriptions'>,
  tenant: string,
  lasting: readonly KnownListener[],
): Promise<ListenerView[]> {
  const parts = lasting.map(({ listener }) => partsOf(listener));
  const [subscriptions, filters] = await Promise.all([
    deps.subscriptions.findMany(
      tenant,
      parts.map(({ subscription }) => subscription),
      skip,
    ),
    deps.filters.findMany(
      tenant,
      parts.map(({ filter }) => filter),
      skip,
    ),
  ]);
  const byId = <E extends { readonly id: string }>(all: readonly E[]) =>
    new Map(all.map((one) => [one.id, one]));
  const [subscriptionOf, filterOf] = [byId(subscriptions), byId(filters)];
  return lasting.flatMap((one) => {
    const ids = partsOf(one.listener);
    const subscription = subscriptionOf.get(ids.subscription);
    const filter = filterOf.get(ids.filter);
    return subscription && filter ? [viewOf(one, subscription, filter)] : [];
  });
}

export const deleteListener: Operation<Routes['deleteListener']> = async (deps, { tenant, id }) => {
  await existingListener(deps, tenant, id);
  await deps.listeners.endListener({ tenant, listener: id });
  return { status: 204 };
};

/** @returns one that may be over, and is not removed yet @throws ApiError when there is none */
export async function existingListener(
  { listeners }: Pick<ManageDeps, 'listeners'>,
  tenant: string,
  id: string,
): Promise<Listener> {
  const found = isListenerId(id) ? await listeners.getListener({ tenant, listener: id }) : undefined;
  if (!found) throw notFound('listener');
  return found;
}
