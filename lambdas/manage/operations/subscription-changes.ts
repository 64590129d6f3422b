import { type FilterSettings, filterSettings } from '../../api/filters.ts';
import type { ROUTES } from '../../api/routes.ts';
import { FILTER_MEMBERS, patchable, TARGET_MEMBERS } from '../../api/subscriptions.ts';
import type { TargetSettings } from '../../api/targets.ts';
import type { Filter, Subscription } from '../../config/entities.ts';
import type { Entity } from '../../config/entity.ts';
import { ApiError, invalid } from '../../http/errors.ts';
import { anyRevision, type Precondition } from '../../http/precondition.ts';
import type { Target } from '../../targets/target.ts';
import type { JsonObject } from '../../values/json.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import { ownedAlone } from '../bindings.ts';
import { changedMeanwhile } from '../changing.ts';
import type { ManageDeps, ManageSettings } from '../deps.ts';
import type { Call, Operation } from '../operation.ts';
import { checked } from '../request.ts';
import { eventsLeft, filterFrom, patchedParts } from './filters.ts';
import { type Wanted, wantedOf } from './subscription-forms.ts';
import { type Bound, bindFilter, bindTarget, revisionOf, shown } from './subscriptions.ts';
import { settingsOf, targetFrom } from './target-settings.ts';
import { forgetTarget } from './target-status.ts';
import { newSecretIn, refuseUnusable, sendChallenge } from './targets.ts';

type Routes = typeof ROUTES;

/** A subscription with what it binds, as it is before a change. */
interface Before {
  readonly subscription: Subscription;
  readonly target: Target;
  readonly filter: Filter;
  /** Whether they were made with it, and no other subscription binds them. */
  readonly isAlone: { readonly target: boolean; readonly filter: boolean };
}

/**
 * What becomes of something bound: a new one takes its place, or it is changed. A change is made on what is there when
 * it is written, so that it undoes nobody else's.
 */
type Piece<E> = { readonly made: E } | { readonly edit: (current: E) => E };

/** What a change comes to; what is left out stays. */
interface After {
  readonly subscription: Subscription;
  readonly target?: Piece<Target> | undefined;
  readonly filter?: Piece<Filter> | undefined;
}

export const patchSubscription: Operation<Routes['patchSubscription']> = async (deps, call) =>
  changed(deps, call, (before) => patched(deps, call, before));

async function patched(
  deps: ManageDeps,
  call: Call<Routes['patchSubscription']>,
  before: Before,
): Promise<After> {
  const patch = unsnaked(call.body);
  const isAbout = (members: readonly string[]): boolean =>
    members.some((member) => Object.hasOwn(patch, member));
  const about = { target: isAbout(TARGET_MEMBERS), filter: isAbout(FILTER_MEMBERS) };
  refuseShared(before, about, patch);
  const merged = checked(patchable, mergePatch(documentOf(before, patch), patch));
  const { name, description, metadata, active, targetId, filterId } = merged;
  if (targetId !== before.target.id && !(await deps.targets.find(call.tenant, targetId))) {
    throw invalid('no such target', 'targetId');
  }
  if (filterId !== before.filter.id && !(await deps.filters.find(call.tenant, filterId))) {
    throw invalid('no such filter', 'filterId');
  }
  const own = { name, description, metadata, active: active ?? true, targetId, filterId };
  return {
    subscription: { ...before.subscription, ...own },
    target: about.target
      ? { edit: (target) => patchedTarget(deps.settings, { ...before, target }, patch, call) }
      : undefined,
    filter: about.filter
      ? { edit: (filter) => patchedFilter({ ...before, filter }, patch, call) }
      : undefined,
  };
}

/** The members of the other spelling. */
const SNAKE = new Map([
  ['target_url', 'url'],
  ['secret_key', 'secret'],
  ['event_types', 'events'],
  ['is_active', 'active'],
]);

function unsnaked(patch: JsonObject): JsonObject {
  for (const [snake, ours] of SNAKE) {
    if (!Object.hasOwn(patch, snake) || !Object.hasOwn(patch, ours)) continue;
    throw invalid(`expected either ${snake} or ${ours}`, snake);
  }
  return Object.fromEntries(
    Object.entries(patch).map(([member, value]) => [SNAKE.get(member) ?? member, value]),
  );
}

/** What a patch is merged into. */
function documentOf({ subscription, target, filter }: Before, patch: JsonObject): JsonObject {
  const { name, metadata, description, active, targetId, filterId } = subscription;
  const { name: _, description: __, metadata: ___, active: ____, ...ofTarget } = settingsOf(target);
  return {
    ...ofTarget,
    ...patchedParts(filter, patch),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(metadata && { metadata }),
    active,
    targetId,
    filterId,
  };
}

/** A target or filter is changed through the subscription that it was made with, and only while no other binds it. */
function refuseShared(
  { target, filter, isAlone }: Before,
  about: { target: boolean; filter: boolean },
  patch: JsonObject,
): void {
  const refuse = (members: readonly string[], bound: Entity): void => {
    const field = members.find((member) => Object.hasOwn(patch, member));
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
  if (about.target && !isAlone.target) refuse(TARGET_MEMBERS, target);
  if (about.filter && !isAlone.filter) refuse(FILTER_MEMBERS, filter);
}

function patchedTarget(
  environment: ManageSettings,
  before: Before,
  patch: JsonObject,
  { make }: Changing,
): Target {
  const merged = checked(patchable, mergePatch(documentOf(before, patch), patch));
  const { name: _, targetId, filterId, secret, ...rest } = merged;
  const { events, where, filters: __, jsonpath, during, ...settings } = rest;
  const { name, description, metadata, active } = settingsOf(before.target);
  const making = { make, secret, overlapHours: environment.overlapHours, previous: before.target };
  return refuseUnusable(
    environment,
    targetFrom({ ...settings, name, description, metadata, active }, making),
  );
}

function patchedFilter(before: Before, patch: JsonObject, { make }: Changing): Filter {
  const merged = checked(patchable, mergePatch(documentOf(before, patch), patch));
  const { events, where, filters, jsonpath, during } = merged;
  const { name, description, metadata, active } = before.filter;
  const settings = {
    name,
    events,
    where,
    filters,
    jsonpath,
    during,
    description,
    metadata,
    active,
  };
  const wanted = { ...checked(filterSettings, settings), ...eventsLeft(before.filter, patch) };
  return filterFrom(wanted, make, before.filter);
}

export const putSubscription: Operation<Routes['putSubscription']> = async (deps, call) => {
  const wanted = wantedOf(call.body);
  const bound = await Promise.all([
    bindTarget(deps, call.tenant, wanted, call.id, call.make),
    bindFilter(deps, call.tenant, wanted, call.id, call.make),
  ]);
  return changed(deps, call, (before) => replaced(deps.settings, call, wanted, bound, before));
};

/** What was made with the subscription is changed; anything else gives its place to what is bound now. */
async function replaced(
  environment: ManageSettings,
  { make }: Changing,
  wanted: Wanted,
  [target, filter]: readonly [Bound<Target>, Bound<Filter>],
  before: Before,
): Promise<After> {
  const { name, description, metadata, active = true } = wanted.own;
  const isTargetKept = target.isNew && before.isAlone.target;
  const isFilterKept = filter.isNew && before.isAlone.filter;
  const editTarget = (previous: Target): Target => {
    const { settings } = wanted.target as { settings: TargetSettings };
    const { overlapHours } = environment;
    const making = { make, secret: wanted.secret, overlapHours, previous };
    return refuseUnusable(environment, targetFrom(settings, making), wanted.targetField);
  };
  const editFilter = (previous: Filter): Filter => {
    const { settings } = wanted.filter as { settings: FilterSettings };
    return filterFrom(checked(filterSettings, settings), make, previous);
  };
  const targetId = isTargetKept ? before.target.id : target.entity.id;
  const filterId = isFilterKept ? before.filter.id : filter.entity.id;
  return {
    subscription: { ...before.subscription, name, description, metadata, active, targetId, filterId },
    target: isTargetKept ? { edit: editTarget } : target.isNew ? { made: target.entity } : undefined,
    filter: isFilterKept ? { edit: editFilter } : filter.isNew ? { made: filter.entity } : undefined,
  };
}

type Changing = Pick<Call, 'tenant' | 'id' | 'ifMatch' | 'make'>;

/**
 * Makes a change. What is new comes first, so that the subscription never binds what is not there; then the
 * subscription itself, which is where two changes at once meet; then what was there already and is changed. What was
 * made with the subscription and is bound by none any more goes.
 */
async function changed(deps: ManageDeps, call: Changing, plan: (before: Before) => Promise<After>) {
  const { tenant, id, ifMatch, make } = call;
  const stored: { targetId?: string; filterId?: string } = {};
  let settled: { before: Before; after: After } | undefined;
  const edit = async (current: Subscription): Promise<Subscription> => {
    const before = await boundBy(deps, tenant, current);
    if (!ifMatch(revisionOf(before))) throw changedMeanwhile();
    const after = await plan(before);
    refuseUnwritable(before, after);
    await storeNew(deps, tenant, after, stored);
    settled = { before, after };
    return after.subscription;
  };
  const next = await deps.subscriptions
    .change(tenant, id, anyRevision, make.at, edit)
    .catch(async (error) => {
      // Refused, so nothing binds what was stored for it.
      if (error instanceof ApiError) await deps.owned.deleteOwned(tenant, stored);
      throw error;
    });
  const { before, after } = settled!;
  const target = await writeTarget(deps, call, before, after);
  if (after.filter && 'edit' in after.filter) {
    await deps.filters.change(
      tenant,
      before.filter.id,
      asSeen(call, before.filter),
      make.at,
      after.filter.edit,
    );
  }
  if (target) await sendChallenge(deps, tenant, target);
  await deleteOrphans(deps, tenant, before, next);
  const answer = await shown(deps, tenant, next);
  return { ...answer, body: { ...answer.body, ...(target && newSecretIn(target, before.target)) } };
}

/** What can't be written is refused before anything is. */
function refuseUnwritable({ target, filter }: Before, after: After): void {
  if (after.target && 'edit' in after.target) after.target.edit(target);
  if (after.filter && 'edit' in after.filter) after.filter.edit(filter);
}

async function storeNew(
  { targets, filters }: Pick<ManageDeps, 'targets' | 'filters'>,
  tenant: string,
  { target, filter }: After,
  stored: { targetId?: string; filterId?: string },
): Promise<void> {
  if (target && 'made' in target) {
    await targets.refuseBeyondLimit(tenant, target.made.id);
    await targets.add(tenant, target.made);
    stored.targetId = target.made.id;
  }
  if (filter && 'made' in filter) {
    await filters.refuseBeyondLimit(tenant, filter.made.id);
    await filters.add(tenant, filter.made);
    stored.filterId = filter.made.id;
  }
}

async function writeTarget(
  { targets }: Pick<ManageDeps, 'targets'>,
  call: Changing,
  before: Before,
  { target }: After,
): Promise<Target | undefined> {
  if (!target) return undefined;
  if ('made' in target) return target.made;
  const { tenant, make } = call;
  return targets.change(tenant, before.target.id, asSeen(call, before.target), make.at, target.edit);
}

/** Whoever has set a condition has set it for what is bound as well. */
const asSeen =
  ({ ifMatch }: Changing, { revision }: Entity): Precondition =>
  (now) =>
    ifMatch === anyRevision || now === revision;

async function boundBy(
  deps: Pick<ManageDeps, 'targets' | 'filters' | 'subscriptions'>,
  tenant: string,
  subscription: Subscription,
): Promise<Before> {
  const [target, filter, owned] = await Promise.all([
    deps.targets.existing(tenant, subscription.targetId),
    deps.filters.existing(tenant, subscription.filterId),
    ownedAlone(deps, tenant, subscription),
  ]);
  const isAlone = { target: owned.targetId !== undefined, filter: owned.filterId !== undefined };
  return { subscription, target, filter, isAlone };
}

async function deleteOrphans(
  deps: ManageDeps,
  tenant: string,
  { subscription, target, filter }: Before,
  next: Subscription,
): Promise<void> {
  const hasLeft = {
    target: target.owner === subscription.id && next.targetId !== target.id,
    filter: filter.owner === subscription.id && next.filterId !== filter.id,
  };
  if (!hasLeft.target && !hasLeft.filter) return;
  const { targetId, filterId } = await ownedAlone(deps, tenant, subscription);
  await deps.owned.deleteOwned(tenant, {
    ...(hasLeft.target && targetId && { targetId }),
    ...(hasLeft.filter && filterId && { filterId }),
  });
  if (hasLeft.target && targetId) await forgetTarget(deps, { tenant, target: targetId });
}
