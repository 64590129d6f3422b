import type { EndpointHealth } from '../endpoint-health/health.ts';
import { GONE } from '../http-client/answers.ts';
import type { Attempt } from '../http-client/attempt.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { disabledAlert } from './alert-texts.ts';
import { notifyOperator, notifyTenant } from './notify.ts';
import { targetDisabled, targetRecovered } from './operational-events.ts';

/** What a function has just seen of a target. */
export interface Sighting {
  readonly attempts: readonly Attempt[];
  /** How long its tenant keeps events. */
  readonly keepSeconds: number | undefined;
  /** Of the events that were posted, see `generationOf`; the least of them, if they differ. */
  readonly generation: number;
}

/**
 * Tells of what has become of a target: its owner that it gets nothing any more, or gets its deliveries again, and the
 * operator that it was given up. Never throws: what has come of the deliveries has to be noted all the same.
 */
export async function notifyOfHealth(
  { tenant }: TargetRef,
  target: Target,
  before: EndpointHealth | undefined,
  after: EndpointHealth | undefined,
  { attempts, keepSeconds, generation }: Sighting,
): Promise<void> {
  const disabled = before?.disabled ? undefined : after?.disabled;
  const isClosed = before?.open !== undefined && !after?.open && !after?.disabled;
  emitMetrics({
    BreakerOpened: Number(!before?.open && after?.open !== undefined),
    BreakerClosed: Number(isClosed),
    TargetsDisabled: Number(disabled !== undefined),
  });
  const subject = { tenant, target, keepSeconds, generation };
  try {
    if (isClosed) await notifyTenant([targetRecovered(subject, before, 'probe', Date.now())]);
    if (!disabled) return;
    const last = attempts.find(({ status }) => status === GONE) ?? attempts.at(-1);
    const since = after?.failingSince;
    await Promise.all([
      notifyTenant([targetDisabled(subject, disabled, since, last)]),
      notifyOperator(disabledAlert(subject, disabled.reason, since)),
    ]);
  } catch (error) {
    warn('owner not told', { target: target.id, ...errorFields(error) });
  }
}
