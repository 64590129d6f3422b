import { laneUrl } from '../../delivery/lane-queues.ts';
import type { DrainMessage } from '../../delivery/messages.ts';
import { type EndpointHealth, freshStart } from '../../endpoint-health/health.ts';
import {
  changeHealth,
  forgetHealth,
  readHealth,
  type StoredHealth,
} from '../../endpoint-health/health-store.ts';
import { scheduleDrainEarlier } from '../../hold-queue/hold-queue-store.ts';
import { enabledAlert } from '../../notifications/alert-texts.ts';
import { notifyOperator, notifyTenant } from '../../notifications/notify.ts';
import { targetRecovered } from '../../notifications/operational-events.ts';
import { requireEnv } from '../../platform/env.ts';
import { fail, type OnUnreadable } from '../../platform/items.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { sendMessages } from '../../platform/sqs.ts';
import { forgetSlots } from '../../rate-limit/rate-slot-store.ts';
import type { Target } from '../../targets/target.ts';
import { refName, type TargetRef } from '../../values/target-ref.ts';

/** What the engine knows of targets, as far as the API shows and changes it. */

const stateTable = requireEnv('STATE_TABLE');

/** Standings by target id, as they are now: whoever has just enabled a target sees that it is. */
export async function currentHealth(
  tenant: string,
  ids: Iterable<string>,
  onUnreadable: OnUnreadable = fail,
): Promise<(id: string) => StoredHealth | undefined> {
  const refs = [...new Set(ids)].map((target) => ({ tenant, target }));
  const healthByTarget = await readHealth(stateTable, refs, {
    consistent: true,
    onUnreadable: (_, error) => onUnreadable(error),
  });
  return (id) => healthByTarget.get(refName({ tenant, target: id }));
}

/** Lets a target start afresh, whatever its endpoint did before. @param keepSeconds how long its tenant keeps events */
export async function restart(
  tenant: string,
  target: Target,
  keepSeconds: number | undefined,
  now: number,
): Promise<void> {
  const ref = { tenant, target: target.id };
  const known = (await currentHealth(tenant, [target.id]))(target.id);
  const { before } = await changeHealth(stateTable, ref, known, (health) => health && freshStart(health));
  if (before?.open || before?.disabled) await drainNow(ref, now);
  if (before?.disabled) await notifyOfHealth({ tenant, target, keepSeconds }, before, now);
}

/** Those who wait for the endpoint need not wait for the next probe. */
async function drainNow({ tenant, target }: TargetRef, at: number): Promise<void> {
  const drain: DrainMessage = { v: 1, kind: 'call', tenant, target, at };
  if (!(await scheduleDrainEarlier(stateTable, { tenant, target }, at))) return;
  await sendMessages(laneUrl('slow', undefined), [{ body: drain, group: target }]);
}

/** The target is enabled, whether that can be told or not. */
async function notifyOfHealth(
  subject: { tenant: string; target: Target; keepSeconds: number | undefined },
  before: EndpointHealth,
  now: number,
): Promise<void> {
  try {
    await Promise.all([
      notifyTenant([targetRecovered(subject, before, 'owner', now)]),
      notifyOperator(enabledAlert(subject)),
    ]);
  } catch (error) {
    warn('tenant not notified', { target: subject.target.id, ...errorFields(error) });
  }
}

/** What was known of a target that is gone. Who waits in its room is let go, and dies, when somebody looks into it. */
export async function forgetTarget(tenant: string, id: string): Promise<void> {
  const ref = { tenant, target: id };
  await Promise.all([forgetHealth(stateTable, ref), forgetSlots(stateTable, ref)]);
}
