import { filterSettings } from '../../api/filters.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { SubscriptionView } from '../../api/subscriptions.ts';
import type { Filter, Subscription } from '../../config/entities.ts';
import type { Maker } from '../../config/maker.ts';
import { kindNameOf } from '../../destinations/kinds.ts';
import type { EndpointHealth } from '../../endpoint-health/health.ts';
import { type Caller, isWithin } from '../../http/caller.ts';
import { invalid, notFound } from '../../http/errors.ts';
import { anyRevision, type Precondition, type Revision } from '../../http/precondition.ts';
import { skip } from '../../platform/items.ts';
import type { Target } from '../../targets/target.ts';
import { refuseOwned } from '../alert-subscription.ts';
import { type Binding, getBound, refuseUnbound } from '../bindings.ts';
import type { ManageDeps } from '../deps.ts';
import { shownTo } from '../hide-secrets.ts';
import { cursorOf, idOfCursor, type Page, pageAnswer, pageOf } from '../lists/page.ts';
import type { Call, Operation } from '../operation.ts';
import { changedMeanwhile } from '../optimistic-update.ts';
import { removeSubscription } from '../remove-subscription.ts';
import { checked } from '../request.ts';
import { addressIn, disabledIn, madeWithIn, publicKeyIn } from '../views.ts';
import { filterFrom, partsOf } from './filters.ts';
import { type OwnSettings, type Wanted, wantedOf } from './subscription-forms.ts';
import { currentHealth } from './target-status.ts';
import { secretIn, sendChallenge, usableTarget } from './targets.ts';
import { refuseBadTransform } from './transform-test.ts';

type Routes = typeof ROUTES;

export const createSubscription: Operation<Routes['createSubscription']> = async (
  deps,
  { tenant, body, make },
) => {
  const { targets, filters, subscriptions } = deps;
  const wanted = wantedOf(body);
  const id = make.id('sub');
  const [target, filter] = await Promise.all([
    bindTarget(deps, tenant, wanted, id, make),
    bindFilter(deps, tenant, wanted, id, make),
  ]);
  const limits = deps.limitsOf(tenant);
  await Promise.all([
    subscriptions.refuseBeyondLimit(tenant, id, limits),
    target.isNew && targets.refuseBeyondLimit(tenant, target.entity.id, limits),
    filter.isNew && filters.refuseBeyondLimit(tenant, filter.entity.id, limits),
  ]);
  // The subscription comes last: when it can be seen, it is complete.
  const [bound] = await Promise.all([
    target.isNew ? targets.add(tenant, target.entity) : target.entity,
    filter.isNew && filters.add(tenant, filter.entity),
    deps.owned.putAddress(tenant, id),
  ]);
  const times = { createdAt: make.at, updatedAt: make.at };
  const frame = { id, ...times, revision: 1 };
  const made = subscriptionFrom(wanted.own, target.entity.id, filter.entity.id, frame);
  const subscription = await subscriptions.add(tenant, made);
  if (!target.isNew || !filter.isNew) await refuseUnbound(deps, tenant, subscription);
  if (target.isNew) await sendChallenge(deps, tenant, bound);
  const { body: view, revision } = await shown(deps, tenant, subscription);
  return { status: 201, body: { ...view, ...(target.isNew && secretIn(bound)) }, revision };
};

const subscriptionFrom = (
  { name, description, metadata, active = true }: OwnSettings,
  targetId: string,
  filterId: string,
  frame: Pick<Subscription, 'id' | 'createdAt' | 'updatedAt' | 'revision'>,
): Subscription => ({ name, description, metadata, active, targetId, filterId, ...frame });

export interface Bound<E> {
  readonly entity: E;
  /** Made for this subscription, and not stored yet. */
  readonly isNew: boolean;
}

/** The target that a subscription is to have. @throws ApiError when there is none of that id, or it can't be used */
export async function bindTarget(
  { targets, environment, transformer }: Pick<ManageDeps, 'targets' | 'environment' | 'transformer'>,
  tenant: string,
  wanted: Wanted,
  owner: string,
  make: Maker,
): Promise<Bound<Target>> {
  if ('settings' in wanted.target) {
    const { transform } = wanted.target.settings;
    await refuseBadTransform({ transformer }, tenant, transform, wanted.targetField('transform'));
    const { overlapHours } = environment;
    const making = { make, secret: wanted.secret, overlapHours };
    const made = usableTarget(environment, wanted.target.settings, making, wanted.targetField);
    return { entity: { ...made, owner }, isNew: true };
  }
  const entity = await targets.findLasting(tenant, wanted.target.id);
  if (!entity) throw invalid('no such target', 'targetId');
  return { entity, isNew: false };
}

/** The filter that a subscription is to have. @throws ApiError when there is none of that id, or it can't be used */
export async function bindFilter(
  { filters }: Pick<ManageDeps, 'filters'>,
  tenant: string,
  wanted: Wanted,
  owner: string,
  make: Maker,
): Promise<Bound<Filter>> {
  if ('settings' in wanted.filter) {
    const settings = checked(filterSettings, wanted.filter.settings);
    return { entity: { ...filterFrom(settings, make), owner }, isNew: true };
  }
  const entity = await filters.findLasting(tenant, wanted.filter.id);
  if (!entity) throw invalid('no such filter', 'filterId');
  return { entity, isNew: false };
}

export const getSubscription: Operation<Routes['getSubscription']> = async (deps, { tenant, caller, id }) => {
  const answer = await shown(deps, tenant, await deps.subscriptions.existing(tenant, id));
  return { ...answer, body: shownTo(caller, answer.body) };
};

type ViewDeps = Pick<ManageDeps, 'targets' | 'filters' | 'health'>;

export async function shown(deps: ViewDeps, tenant: string, subscription: Subscription) {
  const [binding] = await getBound(deps, tenant, [subscription]);
  if (!binding) throw notFound('subscription');
  const healthOf = await currentHealth(deps, tenant, [binding.target.id]);
  const body = viewOf(binding, healthOf(binding.target.id));
  return { status: 200, body, revision: revisionOf(binding) } as const;
}

/** A view of a subscription is made of three entities, and changes with each of them. */
export const revisionOf = ({ subscription, target, filter }: Binding): Revision =>
  `${subscription.revision}.${target.revision}.${filter.revision}`;

const viewOf = (
  { subscription, target, filter }: Binding,
  health: EndpointHealth | undefined,
): SubscriptionView => {
  const { name, description, metadata } = subscription;
  return {
    id: subscription.id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(metadata && { metadata }),
    active: subscription.active,
    targetId: target.id,
    filterId: filter.id,
    kind: kindNameOf(target),
    ...addressIn(target),
    ...partsOf(filter),
    signature: target.signature,
    ...publicKeyIn(target),
    retry: { ...target.retry, schedule: [...target.retry.schedule] },
    timeoutSeconds: target.timeoutMs / 1000,
    ...disabledIn(health),
    ...madeWithIn(subscription),
    createdAt: subscription.createdAt,
    updatedAt: subscription.updatedAt,
  };
};

export const listSubscriptions: Operation<Routes['listSubscriptions']> = async (
  deps,
  { tenant, caller, query },
) => {
  const page = pageOf(query);
  const { found, more } = await pageWithin(deps, tenant, caller, page);
  const bindings = await getBound(deps, tenant, found, skip);
  const healthOf = await currentHealth(
    deps,
    tenant,
    bindings.map(({ target }) => target.id),
    skip,
  );
  const views = new Map(
    bindings.map((binding) => [
      binding.subscription.id,
      shownTo(caller, viewOf(binding, healthOf(binding.target.id))),
    ]),
  );
  return pageAnswer(
    found.map(({ id }) => ({ view: views.get(id), cursor: cursorOf('sub', id) })),
    page,
    more,
  );
};

/** Subscriptions that one page looks through for those of the caller's targets: no key leads from a target to them. */
const MAX_LOOKED = 1000;

/** A page of those that the caller may see. @returns `more`, where the list goes on behind what was looked through */
async function pageWithin(
  { subscriptions }: Pick<ManageDeps, 'subscriptions'>,
  tenant: string,
  caller: Caller,
  { limit, cursor, newestFirst }: Page,
): Promise<{ found: Subscription[]; more?: string }> {
  const after = idOfCursor('sub', cursor);
  if (!caller.targets) return { found: await subscriptions.list(tenant, { limit, after, newestFirst }) };
  const looked = await subscriptions.list(tenant, { limit: MAX_LOOKED, after, newestFirst });
  const found = looked.filter(({ targetId }) => isWithin(caller, targetId));
  if (found.length >= limit) return { found: found.slice(0, limit) };
  return { found, ...(looked.length === MAX_LOOKED && { more: cursorOf('sub', looked.at(-1)!.id) }) };
}

export const deleteSubscription: Operation<Routes['deleteSubscription']> = async (
  deps,
  { tenant, id, ifMatch, make },
) => {
  await removeSubscription(deps, tenant, id, make, async (current) => {
    await refuseOwned(deps, tenant, current);
    await refuseChanged(deps, tenant, current, ifMatch);
  });
  return { status: 204 };
};

/** @throws ApiError when a subscription, or what it binds, is not as the caller has seen it */
async function refuseChanged(
  deps: Pick<ManageDeps, 'targets' | 'filters'>,
  tenant: string,
  subscription: Subscription,
  ifMatch: Precondition,
): Promise<void> {
  const [binding] = await getBound(deps, tenant, [subscription]);
  if (binding && !ifMatch(revisionOf(binding))) throw changedMeanwhile();
}

export const pauseSubscription: Operation<Routes['pauseSubscription']> = (deps, call) =>
  switchTo(deps, call, false);
export const resumeSubscription: Operation<Routes['resumeSubscription']> = (deps, call) =>
  switchTo(deps, call, true);

type Switching = Pick<Call, 'tenant' | 'id' | 'ifMatch' | 'make'>;

async function switchTo(deps: ManageDeps, { tenant, id, ifMatch, make }: Switching, active: boolean) {
  const next = await deps.subscriptions.change(tenant, id, anyRevision, make.at, async (current) => {
    await refuseChanged(deps, tenant, current, ifMatch);
    return { ...current, active };
  });
  return shown(deps, tenant, next);
}
