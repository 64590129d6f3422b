import { type FilterSettings, filterSettings } from '../../api/filters.ts';
import type { ROUTES } from '../../api/routes.ts';
import { FILTER_MEMBERS, patchable, TARGET_MEMBERS } from '../../api/subscriptions.ts';
import type { TargetSettings } from '../../api/target-schemas.ts';
import type { Filter } from '../../config/entities.ts';
import type { Entity } from '../../config/entity.ts';
import { ApiError, invalid } from '../../http/errors.ts';
import type { Target } from '../../targets/target.ts';
import type { JsonObject } from '../../values/json.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import type { Environment, ManageDeps } from '../deps.ts';
import type { Call, Operation } from '../operation.ts';
import { checked } from '../request.ts';
import { type After, type Before, type Changing, changeSubscription } from './change-subscription.ts';
import { eventsLeft, filterFrom, patchedParts } from './filters.ts';
import { type Wanted, wantedOf } from './subscription-forms.ts';
import { type Bound, bindFilter, bindTarget } from './subscriptions.ts';
import { settingsOf } from './target-settings.ts';
import { usableTarget } from './targets.ts';
import { refuseBadTransform } from './transform-test.ts';

type Routes = typeof ROUTES;

export const patchSubscription: Operation<Routes['patchSubscription']> = async (deps, call) =>
  changeSubscription(deps, call, (before) => patched(deps, call, before));

async function patched(
  deps: ManageDeps,
  call: Call<Routes['patchSubscription']>,
  before: Before,
): Promise<After> {
  const patch = unsnaked(call.body);
  await refuseBadTransform(deps, call.tenant, patch.transform);
  const isAbout = (members: readonly string[]): boolean =>
    members.some((member) => Object.hasOwn(patch, member));
  const about = { target: isAbout(TARGET_MEMBERS), filter: isAbout(FILTER_MEMBERS) };
  refuseShared(before, about, patch);
  const merged = checked(patchable, mergePatch(documentOf(before, patch), patch));
  const { name, description, metadata, active, targetId, filterId } = merged;
  if (targetId !== before.target.id && !(await deps.targets.findLasting(call.tenant, targetId))) {
    throw invalid('no such target', 'targetId');
  }
  if (filterId !== before.filter.id && !(await deps.filters.findLasting(call.tenant, filterId))) {
    throw invalid('no such filter', 'filterId');
  }
  const own = { name, description, metadata, active: active ?? true, targetId, filterId };
  return {
    subscription: { ...before.subscription, ...own },
    target: about.target
      ? { edit: (target) => patchedTarget(deps.environment, { ...before, target }, patch, call) }
      : undefined,
    filter: about.filter
      ? { edit: (filter) => patchedFilter({ ...before, filter }, patch, call) }
      : undefined,
  };
}

/** The members of the other spelling, and what they are called here. */
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

/** Refuses to change a target or filter that was not made with the subscription, or that another binds. @throws ApiError */
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
  environment: Environment,
  before: Before,
  patch: JsonObject,
  { make }: Changing,
): Target {
  const merged = checked(patchable, mergePatch(documentOf(before, patch), patch));
  const { name: _, targetId, filterId, secret, ...rest } = merged;
  const { events, where, filters: __, jsonpath, during, ...settings } = rest;
  const { name, description, metadata, active } = settingsOf(before.target);
  const making = { make, secret, overlapHours: environment.overlapHours, previous: before.target };
  return usableTarget(environment, { ...settings, name, description, metadata, active }, making);
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
  const { tenant, id, make } = call;
  const wanted = wantedOf(call.body);
  if ('settings' in wanted.target)
    await refuseBadTransform(deps, tenant, wanted.target.settings.transform, wanted.targetField('transform'));
  // A change that is made again on top of another one binds what it has made already.
  const bound: { target?: Promise<Bound<Target>>; filter?: Promise<Bound<Filter>> } = {};
  return changeSubscription(deps, call, (before) =>
    replaced(deps.environment, call, wanted, before, {
      target() {
        bound.target ??= bindTarget(deps, tenant, wanted, id, make);
        return bound.target;
      },
      filter() {
        bound.filter ??= bindFilter(deps, tenant, wanted, id, make);
        return bound.filter;
      },
    }),
  );
};

interface Binds {
  target(): Promise<Bound<Target>>;
  filter(): Promise<Bound<Filter>>;
}

/** Edits what was made with the subscription; any other target or filter gives its place to the one that is bound now. */
async function replaced(
  environment: Environment,
  { make }: Changing,
  wanted: Wanted,
  before: Before,
  binds: Binds,
): Promise<After> {
  const { name, description, metadata, active = true } = wanted.own;
  const editTarget = (previous: Target): Target => {
    const { settings } = wanted.target as { settings: TargetSettings };
    const { overlapHours } = environment;
    const making = { make, secret: wanted.secret, overlapHours, previous };
    return usableTarget(environment, settings, making, wanted.targetField);
  };
  const editFilter = (previous: Filter): Filter => {
    const { settings } = wanted.filter as { settings: FilterSettings };
    return filterFrom(checked(filterSettings, settings), make, previous);
  };
  // What is kept is not made as well: values that are hidden stand for those that it has.
  const isTargetKept = 'settings' in wanted.target && before.isAlone.target;
  const isFilterKept = 'settings' in wanted.filter && before.isAlone.filter;
  const [target, filter] = await Promise.all([
    isTargetKept ? { entity: before.target, isNew: false } : binds.target(),
    isFilterKept ? { entity: before.filter, isNew: false } : binds.filter(),
  ]);
  const targetId = target.entity.id;
  const filterId = filter.entity.id;
  return {
    subscription: { ...before.subscription, name, description, metadata, active, targetId, filterId },
    target: isTargetKept ? { edit: editTarget } : target.isNew ? { made: target.entity } : undefined,
    filter: isFilterKept ? { edit: editFilter } : filter.isNew ? { made: filter.entity } : undefined,
  };
}
