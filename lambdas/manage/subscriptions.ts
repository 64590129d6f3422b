import { type Binding, deleteOwned, getBound, putSubscription } from '../adapters/config-store.ts';
import { listDeliveries } from '../adapters/delivery-log.ts';
import { requireEnv } from '../adapters/env.ts';
import { invalid, notFound } from '../adapters/http.ts';
import { filterSettings } from '../api/filters.ts';
import type { ROUTES } from '../api/routes.ts';
import type { SubscriptionView } from '../api/subscriptions.ts';
import type { Filter, Subscription, Target } from '../domain/config.ts';
import { ulidOf } from '../domain/ids.ts';
import type { Maker } from '../domain/maker.ts';
import { configTable, configured } from './configured.ts';
import { filterFrom, filters } from './filters.ts';
import type { Call, Operation } from './operation.ts';
import { cursorOf, pageAnswer, pageOf } from './page.ts';
import { checked } from './request.ts';
import { type OwnSettings, type Wanted, wantedOf } from './subscription-forms.ts';
import { targetFrom } from './target-settings.ts';
import { overlapHours, refuseUnusable, secretIn, sendChallenge, targets } from './targets.ts';
import { deliveryView } from './views.ts';

type Routes = typeof ROUTES;

const logTable = requireEnv('LOG_TABLE');

export const subscriptions = configured<Subscription>('subscription');

export const createSubscription: Operation<Routes['createSubscription']> = async ({ tenant, body, make }) => {
  const wanted = wantedOf(body);
  const id = make.id('sub');
  const [target, filter] = await Promise.all([
    bindTarget(tenant, wanted, id, make),
    bindFilter(tenant, wanted, id, make),
  ]);
  await Promise.all([
    subscriptions.refuseBeyondLimit(tenant),
    target.isNew && targets.refuseBeyondLimit(tenant),
    filter.isNew && filters.refuseBeyondLimit(tenant),
  ]);
  const times = { createdAt: make.at, updatedAt: make.at };
  const subscription = subscriptionFrom(wanted.own, target.entity.id, filter.entity.id, {
    id,
    ...times,
    revision: 1,
  });
  await putSubscription(configTable, tenant, {
    subscription,
    ...(target.isNew && { target: target.entity }),
    ...(filter.isNew && { filter: filter.entity }),
  });
  if (target.isNew) await sendChallenge(tenant, target.entity);
  const view = viewOf({ subscription, target: target.entity, filter: filter.entity });
  return {
    status: 201,
    body: { ...view, ...(target.isNew && secretIn(target.entity)) },
    revision: subscription.revision,
  };
};

const subscriptionFrom = (
  { name, description, metadata, active = true }: OwnSettings,
  targetId: string,
  filterId: string,
  frame: Pick<Subscription, 'id' | 'createdAt' | 'updatedAt' | 'revision'>,
): Subscription => ({ name, description, metadata, active, targetId, filterId, ...frame });

interface Bound<E> {
  readonly entity: E;
  /** Made for the subscription, and not stored yet. */
  readonly isNew: boolean;
}

/** The target that a subscription is to have. @throws ApiError when there is none of that id, or it can't be used */
export async function bindTarget(
  tenant: string,
  wanted: Wanted,
  owner: string,
  make: Maker,
): Promise<Bound<Target>> {
  if ('settings' in wanted.target) {
    const made = targetFrom(wanted.target.settings, { make, secret: wanted.secret, overlapHours });
    return { entity: { ...refuseUnusable(made, wanted.targetField), owner }, isNew: true };
  }
  const entity = await targets.find(tenant, wanted.target.id);
  if (!entity) throw invalid('no such target', 'targetId');
  return { entity, isNew: false };
}

/** The filter that a subscription is to have. @throws ApiError when there is none of that id, or it can't be used */
export async function bindFilter(
  tenant: string,
  wanted: Wanted,
  owner: string,
  make: Maker,
): Promise<Bound<Filter>> {
  if ('settings' in wanted.filter) {
    const settings = checked(filterSettings, wanted.filter.settings);
    return { entity: { ...filterFrom(settings, make), owner }, isNew: true };
  }
  const entity = await filters.find(tenant, wanted.filter.id);
  if (!entity) throw invalid('no such filter', 'filterId');
  return { entity, isNew: false };
}

export const getSubscription: Operation<Routes['getSubscription']> = async ({ tenant, id }) =>
  shown(tenant, await subscriptions.existing(tenant, id));

export async function shown(tenant: string, subscription: Subscription) {
  const [binding] = await getBound(configTable, tenant, [subscription]);
  if (!binding) throw notFound('subscription');
  return { status: 200, body: viewOf(binding), revision: subscription.revision } as const;
}

const viewOf = ({ subscription, target, filter }: Binding): SubscriptionView => {
  const { name, description, metadata } = subscription;
  return {
    id: subscription.id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(metadata && { metadata }),
    active: subscription.active,
    targetId: target.id,
    filterId: filter.id,
    url: target.url,
    events: [...filter.events],
    ...(filter.where && { where: filter.where }),
    signature: target.signature,
    retry: { ...target.retry, schedule: [...target.retry.schedule] },
    timeoutSeconds: target.timeoutMs / 1000,
    createdAt: subscription.createdAt,
    updatedAt: subscription.updatedAt,
  };
};

export const listSubscriptions: Operation<Routes['listSubscriptions']> = async ({ tenant, query }) => {
  const page = pageOf(query);
  const after = page.cursor && `sub_${page.cursor}`;
  const found = await subscriptions.list(tenant, { limit: page.limit, after });
  const bindings = await getBound(configTable, tenant, found);
  const views = new Map(bindings.map((binding) => [binding.subscription.id, viewOf(binding)]));
  return pageAnswer(
    found.map(({ id }) => ({ view: views.get(id), cursor: cursorOf('sub', id) })),
    page,
  );
};

/** What was made with it goes first, so that a delete which fails half-way can be repeated. */
export const deleteSubscription: Operation<Routes['deleteSubscription']> = async ({
  tenant,
  id,
  ifMatch,
}) => {
  const subscription = await subscriptions.find(tenant, id);
  if (subscription && ifMatch(subscription.revision)) {
    const owned = await ownedAlone(tenant, subscription);
    await deleteOwned(configTable, tenant, { subscriptionId: id, ...owned });
  }
  await subscriptions.remove(tenant, id, ifMatch);
  return { status: 204 };
};

/** The target and filter that were made with a subscription, where no other binds them by now. */
export async function ownedAlone(
  tenant: string,
  { id, targetId, filterId }: Subscription,
): Promise<{ targetId?: string; filterId?: string }> {
  const [target, filter, all] = await Promise.all([
    targets.find(tenant, targetId),
    filters.find(tenant, filterId),
    subscriptions.list(tenant),
  ]);
  const others = all.filter((other) => other.id !== id);
  const isTargetAlone = target?.owner === id && !others.some((other) => other.targetId === targetId);
  const isFilterAlone = filter?.owner === id && !others.some((other) => other.filterId === filterId);
  return { ...(isTargetAlone && { targetId }), ...(isFilterAlone && { filterId }) };
}

export const pauseSubscription: Operation<Routes['pauseSubscription']> = (call) => switchTo(call, false);
export const resumeSubscription: Operation<Routes['resumeSubscription']> = (call) => switchTo(call, true);

async function switchTo(
  { tenant, id, ifMatch, make }: Pick<Call, 'tenant' | 'id' | 'ifMatch' | 'make'>,
  active: boolean,
) {
  const next = await subscriptions.change(tenant, id, ifMatch, make.at, (current) => ({
    ...current,
    active,
  }));
  return shown(tenant, next);
}

/** The history stays readable as long as the log keeps it, also of a subscription that was deleted. */
export const listSubscriptionDeliveries: Operation<Routes['listSubscriptionDeliveries']> = async ({
  tenant,
  id,
  query,
  make,
}) => {
  const page = pageOf(query);
  if (!ulidOf('sub', id)) throw notFound('subscription');
  const deliveries = await listDeliveries(logTable, tenant, id, page.limit, page.cursor, make.now);
  if (deliveries.length === 0 && !page.cursor) await subscriptions.existing(tenant, id);
  return pageAnswer(
    deliveries.map((delivery) => ({ view: deliveryView(delivery, make.now), cursor: delivery.event.ulid })),
    page,
  );
};
