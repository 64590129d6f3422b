import { deleteOwned } from '../adapters/config-store.ts';
import { ApiError, invalid } from '../adapters/http.ts';
import { filterSettings } from '../api/filters.ts';
import type { ROUTES } from '../api/routes.ts';
import { FILTER_MEMBERS, type Patchable, patchable, TARGET_MEMBERS } from '../api/subscriptions.ts';
import type { Filter, Subscription, Target } from '../domain/config.ts';
import { type JsonObject, mergePatch } from '../domain/merge-patch.ts';
import { configTable } from './configured.ts';
import { filterFrom, filterSettingsOf, filters } from './filters.ts';
import type { Call, Operation } from './operation.ts';
import { checked } from './request.ts';
import { type Wanted, wantedOf, whereOf } from './subscription-forms.ts';
import { bindFilter, bindTarget, ownedAlone, shown, subscriptions } from './subscriptions.ts';
import { settingsOf, targetFrom } from './target-settings.ts';
import { overlapHours, refuseUnusable, sendChallenge, targets } from './targets.ts';

type Routes = typeof ROUTES;

/** A subscription with what it binds, as it is before a change. */
interface Before {
  readonly subscription: Subscription;
  readonly target: Target;
  readonly filter: Filter;
}

/** What a change comes to: only what is given is written. */
interface After {
  readonly subscription: Subscription;
  readonly target?: Target | undefined;
  readonly filter?: Filter | undefined;
}

export const patchSubscription: Operation<Routes['patchSubscription']> = async (call) =>
  changed(call, (before) => patched(call, before));

async function patched(call: Call<Routes['patchSubscription']>, before: Before): Promise<After> {
  const patch = unsnaked(call.body);
  const isAbout = (members: readonly string[]): boolean =>
    members.some((member) => Object.hasOwn(patch, member));
  const about = { target: isAbout(TARGET_MEMBERS), filter: isAbout(FILTER_MEMBERS) };
  refuseShared(before, about, patch);
  const merged = checked(patchable, mergePatch(documentOf(before, patch), patch));
  const { name, description, metadata, active, targetId, filterId } = merged;
  if (targetId !== before.target.id && !(await targets.find(call.tenant, targetId))) {
    throw invalid('no such target', 'targetId');
  }
  if (filterId !== before.filter.id && !(await filters.find(call.tenant, filterId))) {
    throw invalid('no such filter', 'filterId');
  }
  const own = { name, description, metadata, active: active ?? true, targetId, filterId };
  return {
    subscription: { ...before.subscription, ...own },
    target: about.target ? patchedTarget(before, merged, call) : undefined,
    filter: about.filter ? patchedFilter(before, merged, call) : undefined,
  };
}

/** The members of the other spelling. */
const SNAKE = new Map([
  ['target_url', 'url'],
  ['secret_key', 'secret'],
  ['event_types', 'events'],
  ['is_active', 'active'],
]);

const unsnaked = (patch: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(patch).map(([member, value]) => [SNAKE.get(member) ?? member, value]));

/** What a patch is merged into. Conditions in the short form replace those that were there. */
function documentOf({ subscription, target, filter }: Before, patch: JsonObject): JsonObject {
  const { name, metadata, description, active, targetId, filterId } = subscription;
  const { description: _, metadata: __, active: ___, ...ofTarget } = settingsOf(target);
  const { events, where } = filterSettingsOf(filter);
  return {
    ...ofTarget,
    events,
    ...(where && !Object.hasOwn(patch, 'filters') && { where }),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(metadata && { metadata }),
    active,
    targetId,
    filterId,
  };
}

/** A target or filter that was not made with the subscription is not changed through it: others may use it. */
function refuseShared(
  { subscription, target, filter }: Before,
  about: { target: boolean; filter: boolean },
  patch: JsonObject,
): void {
  const refuse = (members: readonly string[], bound: { id: string; owner?: string | undefined }): void => {
    const field = members.find((member) => Object.hasOwn(patch, member));
    if (bound.owner === subscription.id) return;
    throw new ApiError(
      409,
      'conflict',
      `it belongs to ${bound.id}, which others may use; change it there`,
      field,
    );
  };
  for (const [member, isMixed] of [
    ['targetId', about.target],
    ['filterId', about.filter],
  ] as const) {
    if (isMixed && Object.hasOwn(patch, member)) throw invalid('expected either an id or settings', member);
  }
  if (about.target) refuse(TARGET_MEMBERS, target);
  if (about.filter) refuse(FILTER_MEMBERS, filter);
}

function patchedTarget({ target }: Before, merged: Patchable, { make }: Changing): Target {
  const { name: _, targetId, filterId, events, where, filters, secret, ...settings } = merged;
  const { description, metadata, active } = settingsOf(target);
  const making = { make, secret, overlapHours, previous: target };
  return refuseUnusable(targetFrom({ ...settings, description, metadata, active }, making));
}

function patchedFilter(
  { filter }: Before,
  { events, where, filters }: Patchable,
  { make }: Changing,
): Filter {
  if (where !== undefined && filters !== undefined)
    throw invalid('expected either where or filters', 'filters');
  const settings = { ...filterSettingsOf(filter), events, where: whereOf(where, filters) };
  return filterFrom(checked(filterSettings, settings), make, filter);
}

export const putSubscription: Operation<Routes['putSubscription']> = async (call) => {
  const wanted = wantedOf(call.body);
  return changed(call, (before) => replaced(call, wanted, before));
};

async function replaced(call: Changing, wanted: Wanted, before: Before): Promise<After> {
  const { name, description, metadata, active = true } = wanted.own;
  const [target, filter] = await Promise.all([
    replacedTarget(call, wanted, before),
    replacedFilter(call, wanted, before),
  ]);
  const own = { name, description, metadata, active, targetId: target.id, filterId: filter.id };
  return {
    subscription: { ...before.subscription, ...own },
    target: 'settings' in wanted.target ? target : undefined,
    filter: 'settings' in wanted.filter ? filter : undefined,
  };
}

/** A target that was made with the subscription is changed; otherwise one is bound, or made now. */
async function replacedTarget(
  { tenant, id, make }: Changing,
  wanted: Wanted,
  { target: previous }: Before,
): Promise<Target> {
  if (!('settings' in wanted.target) || previous.owner !== id) {
    return (await bindTarget(tenant, wanted, id, make)).entity;
  }
  const making = { make, secret: wanted.secret, overlapHours, previous };
  return refuseUnusable(targetFrom(wanted.target.settings, making), wanted.targetField);
}

/** As above, for the filter. */
async function replacedFilter(
  { tenant, id, make }: Changing,
  wanted: Wanted,
  { filter: previous }: Before,
): Promise<Filter> {
  if (!('settings' in wanted.filter) || previous.owner !== id) {
    return (await bindFilter(tenant, wanted, id, make)).entity;
  }
  return filterFrom(checked(filterSettings, wanted.filter.settings), make, previous);
}

type Changing = Pick<Call, 'tenant' | 'id' | 'ifMatch' | 'make'>;

/**
 * Makes a change. What is new comes first, so that the subscription never binds what is not there; then the
 * subscription itself, which is where two changes at once meet; then what was there already and is changed. What was
 * made with the subscription and is bound by none any more goes.
 */
async function changed({ tenant, id, ifMatch, make }: Changing, plan: (before: Before) => Promise<After>) {
  let made: { before: Before; after: After } | undefined;
  const next = await subscriptions.change(tenant, id, ifMatch, make.at, async (current) => {
    const before = await boundBy(tenant, current);
    const after = await plan(before);
    made = { before, after };
    const { target, filter } = after;
    await Promise.all([
      target && target.id !== before.target.id && targets.put(tenant, target),
      filter && filter.id !== before.filter.id && filters.put(tenant, filter),
    ]);
    return after.subscription;
  });
  const { before, after } = made!;
  const { target, filter } = after;
  const any = (): boolean => true;
  if (target?.id === before.target.id) await targets.change(tenant, target.id, any, make.at, () => target);
  if (filter?.id === before.filter.id) await filters.change(tenant, filter.id, any, make.at, () => filter);
  if (target) await sendChallenge(tenant, target, target.id === before.target.id ? before.target : undefined);
  await deleteOrphans(tenant, before, next);
  return shown(tenant, next);
}

async function boundBy(tenant: string, subscription: Subscription): Promise<Before> {
  const [target, filter] = await Promise.all([
    targets.existing(tenant, subscription.targetId),
    filters.existing(tenant, subscription.filterId),
  ]);
  return { subscription, target, filter };
}

async function deleteOrphans(
  tenant: string,
  { subscription, target, filter }: Before,
  next: Subscription,
): Promise<void> {
  const hasLeft = {
    target: target.owner === subscription.id && next.targetId !== target.id,
    filter: filter.owner === subscription.id && next.filterId !== filter.id,
  };
  if (!hasLeft.target && !hasLeft.filter) return;
  const { targetId, filterId } = await ownedAlone(tenant, subscription);
  await deleteOwned(configTable, tenant, {
    ...(hasLeft.target && targetId && { targetId }),
    ...(hasLeft.filter && filterId && { filterId }),
  });
}
