import type { DrainMessage } from '../../delivery/messages.ts';
import {
  type EndpointHealth,
  freshStart,
  type StoredHealth,
  UNKNOWN,
  withoutPause,
} from '../../endpoint-health/health.ts';
import { enabledAlert } from '../../notifications/alert-texts.ts';
import { targetRecovered } from '../../notifications/operational-events.ts';
import { fail, type OnUnreadable } from '../../platform/items.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { about } from '../../platform/log-fields.ts';
import type { Target } from '../../targets/target.ts';
import { refName, type TargetRef } from '../../values/target-ref.ts';
import type { ManageDeps } from '../deps.ts';

/** What the engine knows of targets, as far as the API shows and changes it. */

/** Endpoint health by target id. The read is consistent, so that a target is shown as enabled once it is. */
export async function currentHealth(
  { health }: Pick<ManageDeps, 'health'>,
  tenant: string,
  ids: Iterable<string>,
  onUnreadable: OnUnreadable = fail,
): Promise<(id: string) => StoredHealth | undefined> {
  const refs = [...new Set(ids)].map((target) => ({ tenant, target }));
  const healthByTarget = await health.readHealth(refs, {
    consistent: true,
    onUnreadable: (_, error) => onUnreadable(error),
  });
  return (id) => healthByTarget.get(refName({ tenant, target: id }));
}

type Restarting = Pick<ManageDeps, 'health' | 'holdQueue' | 'sendToSlowLane' | 'notifier'>;

/** Lets a target start afresh, whatever its endpoint did before. @param keepSeconds how long its tenant keeps events */
export async function restart(
  deps: Restarting,
  tenant: string,
  target: Target,
  keepSeconds: number | undefined,
  now: number,
): Promise<void> {
  const ref = { tenant, target: target.id };
  const known = (await currentHealth(deps, tenant, [target.id]))(target.id);
  const { before } = await deps.health.changeHealth(ref, known, (health) => health && freshStart(health));
  if (before?.open || before?.disabled) await drainNow(deps, ref, now);
  if (before?.disabled) await notifyOfRestart(deps, { tenant, target, keepSeconds }, before, now);
}

type Draining = Pick<ManageDeps, 'health' | 'holdQueue' | 'sendToSlowLane'>;

/** Held deliveries need not wait for the next probe. */
async function drainNow(
  { holdQueue, sendToSlowLane }: Draining,
  { tenant, target }: TargetRef,
  now: number,
  delaySeconds = 0,
): Promise<void> {
  const at = now + delaySeconds * 1000;
  const drain: DrainMessage = { v: 1, kind: 'call', tenant, target, at };
  if (await holdQueue.scheduleDrainEarlier({ tenant, target }, at)) await sendToSlowLane(drain, delaySeconds);
}

/**
 * Tries a target at once, since its owner says that it is well: ends the pause that its endpoint asked for, and brings the
 * next probe forward. The breaker stays open until the probe has an answer.
 */
export async function tryTarget(deps: Draining, ref: TargetRef, now: number): Promise<void> {
  const known = (await currentHealth(deps, ref.tenant, [ref.target]))(ref.target);
  const { before } = await deps.health.changeHealth(ref, known, (health) => health && withoutPause(health));
  if (before?.open || (before?.pausedUntil ?? 0) > now) await drainNow(deps, ref, now);
}

/** As long as a client takes from its ticket to its connection. */
const CONNECT_SECONDS = 1;

/** Lets a listener's target start afresh, also after a pause: its client connects anew. */
export async function restartReconnecting(deps: Draining, ref: TargetRef, now: number): Promise<void> {
  const known = (await currentHealth(deps, ref.tenant, [ref.target]))(ref.target);
  const { before } = await deps.health.changeHealth(ref, known, (health) =>
    health?.disabled ? health : health && withoutPause(freshStart(health)),
  );
  if (before?.open && !before.disabled) await drainNow(deps, ref, now, CONNECT_SECONDS);
}

/** As long as most endpoints take to answer. */
const ATTEMPT_SECONDS = 3;

/**
 * Lets held deliveries go after one that is tried now: if that closes the breaker, they follow. If it is still on its way,
 * one of them is a probe as well.
 */
export async function drainAfterTry(deps: Draining, ref: TargetRef, now: number): Promise<void> {
  const known = (await currentHealth(deps, ref.tenant, [ref.target]))(ref.target);
  if (known?.open) await drainNow(deps, ref, now, ATTEMPT_SECONDS);
}

/** Never throws: the target is enabled, whether the news can be sent or not. */
async function notifyOfRestart(
  { notifier }: Restarting,
  subject: { tenant: string; target: Target; keepSeconds: number | undefined },
  before: EndpointHealth,
  now: number,
): Promise<void> {
  try {
    await Promise.all([
      notifier.notifyTenant([targetRecovered(subject, before, 'owner', now)]),
      notifier.notifyOperator(enabledAlert(subject)),
    ]);
  } catch (error) {
    const { tenant, target } = subject;
    warn('tenant not notified', { ...about({ tenant, target: target.id }), ...errorFields(error) });
  }
}

/**
 * Notes whether its owner has switched a target off, for the index of targets in trouble. To repeat a request whose second
 * write has failed makes up for it.
 */
export async function noteSwitch(
  deps: Pick<ManageDeps, 'health'>,
  tenant: string,
  { id, active }: Pick<Target, 'id' | 'active'>,
): Promise<void> {
  const known = (await currentHealth(deps, tenant, [id]))(id);
  await deps.health.changeHealth({ tenant, target: id }, known, (health) =>
    Boolean(health?.switchedOff) === !active
      ? health
      : { ...(health ?? UNKNOWN), switchedOff: active ? undefined : true },
  );
}

/** Forgets what was known of a removed target. Its held deliveries are released, and die, when they are drained next. */
export async function forgetTarget(
  {
    health,
    rateSlots,
    challenges,
    failingTargets,
  }: Pick<ManageDeps, 'health' | 'rateSlots' | 'challenges' | 'failingTargets'>,
  ref: TargetRef,
): Promise<void> {
  await Promise.all([
    health.forgetHealth(ref),
    rateSlots.forgetSlots(ref),
    challenges.forgetChallenge(ref),
    failingTargets.forgetFailing(ref),
  ]);
}
