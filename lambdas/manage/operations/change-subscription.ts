import type { Filter, Subscription } from '../../config/entities.ts';
import type { Entity } from '../../config/entity.ts';
import { ApiError } from '../../http/errors.ts';
import { anyRevision, type Precondition } from '../../http/precondition.ts';
import type { Target } from '../../targets/target.ts';
import { refuseOwned } from '../alert-subscription.ts';
import { noteFormerBinding, ownedAlone } from '../bindings.ts';
import type { ManageDeps } from '../deps.ts';
import type { Call } from '../operation.ts';
import { changedMeanwhile } from '../optimistic-update.ts';
import { revisionOf, shown } from './subscriptions.ts';
import { forgetTarget } from './target-status.ts';
import { newSecretIn, sendChallenge } from './targets.ts';

/** A subscription with what it binds, as it is before a change. */
export interface Before {
  readonly subscription: Subscription;
  readonly target: Target;
  readonly filter: Filter;
  /** Whether each was made with the subscription, and no other subscription binds it. */
  readonly isAlone: { readonly target: boolean; readonly filter: boolean };
}

/**
 * What becomes of a bound target or filter: a new one takes its place, or it is edited. An edit is applied to the state
 * that is there when it is written, so that it undoes no other change.
 */
type Piece<E> = { readonly made: E } | { readonly edit: (current: E) => E };

/** A subscription as it is to be. A target or filter that is left out stays as it is. */
export interface After {
  readonly subscription: Subscription;
  readonly target?: Piece<Target> | undefined;
  readonly filter?: Piece<Filter> | undefined;
}

export type Changing = Pick<Call, 'tenant' | 'id' | 'ifMatch' | 'make'>;

/**
 * Makes a change, in four steps:
 * 1. New targets and filters are stored first, so that the subscription never binds one that does not exist.
 * 2. Then the subscription is written, which is where two changes at once meet.
 * 3. Then the target and filter that stay are edited.
 * 4. What was made with the subscription, and is bound by none any more, is deleted.
 */
export async function changeSubscription(
  deps: ManageDeps,
  call: Changing,
  plan: (before: Before) => Promise<After>,
) {
  const { tenant, id, ifMatch, make } = call;
  const stored: { targetId?: string; filterId?: string } = {};
  let settled: { before: Before; after: After } | undefined;
  const edit = async (current: Subscription): Promise<Subscription> => {
    await refuseOwned(deps, tenant, current);
    const before = await boundBy(deps, tenant, current);
    if (!ifMatch(revisionOf(before))) throw changedMeanwhile();
    const after = await plan(before);
    refuseUnwritable(before, after);
    await storeNew(deps, tenant, after, stored);
    if (after.subscription.targetId !== current.targetId)
      await noteFormerBinding(deps, tenant, current, make.now);
    settled = { before, after };
    return after.subscription;
  };
  const next = await deps.subscriptions
    .change(tenant, id, anyRevision, make.at, edit)
    .catch(async (error) => {
      // The change was refused, so nothing binds what was stored for it.
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
  if (target) await sendChallenge(deps, tenant, target, before.target);
  await deleteOrphans(deps, tenant, before, next);
  const answer = await shown(deps, tenant, next);
  return { ...answer, body: { ...answer.body, ...(target && newSecretIn(target, before.target)) } };
}

/** Refuses what can't be written, before anything is. @throws ApiError */
function refuseUnwritable({ target, filter }: Before, after: After): void {
  if (after.target && 'edit' in after.target) after.target.edit(target);
  if (after.filter && 'edit' in after.filter) after.filter.edit(filter);
}

/** @param stored notes what was stored, also where it breaks off */
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

/** A condition on the subscription's revision, which is made of three, holds for what it binds as well. */
const asSeen =
  ({ ifMatch }: Changing, { revision }: Entity): Precondition =>
  (now) =>
    ifMatch === anyRevision || now === revision;

/** @throws ApiError when the subscription's target or filter is gone */
async function boundBy(
  deps: Pick<ManageDeps, 'alertRules' | 'filters' | 'subscriptions' | 'targets'>,
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

/** Deletes what was made with the subscription and has been replaced, unless another subscription binds it. */
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
