import type { Decision } from '../delivery/decision.ts';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { asWaiting, outcomeOf } from '../delivery/outcome.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { refName } from '../values/target-ref.ts';

export interface HoldAtOnceDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Writes outcomes of deliveries that nothing else is known of. */
  logFirst(outcomes: readonly Outcome[]): Promise<void>;
  /** Puts deliveries of one target into its hold queue, for the first time. */
  holdFirst(deliveries: readonly DeliveryMessage[]): Promise<void>;
  /** Reports outcomes that are in the log, so that they are counted, and seen by those who watch. @throws SendError */
  reportLogged(outcomes: readonly Outcome[]): Promise<void>;
}

const FOR_RECOVERY: Decision = { kind: 'hold', reason: 'recovery' };

/**
 * Puts deliveries whose endpoints wait for a probe into the hold queues, without the way through the slow lane. The log has
 * it first: once a delivery is held, a probe may post it, and what comes of that must not be overwritten.
 * @returns those that could not be held: the slow lane takes them there
 */
export async function holdAtOnce(
  deps: HoldAtOnceDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<readonly DeliveryMessage[]> {
  if (deliveries.length === 0) return [];
  const now = deps.now();
  const conclusions = deliveries.map((one) => ({ received: one, delivery: one, decision: FOR_RECOVERY }));
  const outcomes = conclusions.flatMap((one) => outcomeOf(one, now) ?? []);
  try {
    await deps.logFirst(outcomes);
  } catch (error) {
    warn('deliveries not held', { ...aboutAll(deliveries), ...errorFields(error) });
    return deliveries;
  }
  const waiting = conclusions.map((one) => asWaiting(one, now));
  const [unheld] = await Promise.all([holdEach(deps, waiting), report(deps, outcomes)]);
  const left = deliveries.filter((one) => unheld.has(refName(one)));
  emitMetrics({ HeldAtOnce: deliveries.length - left.length });
  return left;
}

/** Each target is held for itself, so a fault with one leaves the others. @returns the targets that failed, by `refName` */
async function holdEach(deps: HoldAtOnceDeps, waiting: readonly DeliveryMessage[]): Promise<Set<string>> {
  const unheld = new Set<string>();
  await Promise.all(
    [...Map.groupBy(waiting, refName)].map(async ([name, ofTarget]) => {
      try {
        await deps.holdFirst(ofTarget);
      } catch (error) {
        warn('deliveries not held', { ...aboutAll(ofTarget), ...errorFields(error) });
        unheld.add(name);
      }
    }),
  );
  return unheld;
}

/** What is not reported is not counted; the log has it all the same. */
async function report(deps: HoldAtOnceDeps, outcomes: readonly Outcome[]): Promise<void> {
  try {
    await deps.reportLogged(outcomes);
  } catch (error) {
    warn('outcomes not reported', { ...aboutAll(outcomes), ...errorFields(error) });
  }
}
