import type { EndpointHealth } from '../endpoint-health/health.ts';
import { GONE } from '../http-client/answers.ts';
import type { Attempt } from '../http-client/attempt.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import type { Target } from '../targets/target.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { disabledAlert } from './alert-texts.ts';
import { type Notifier, notifyOperator, notifyTenant } from './notify.ts';
import { targetDisabled, targetRecovered } from './operational-events.ts';

/** What a function has just seen of a target. */
export interface Sighting {
  readonly attempts: readonly Attempt[];
  /** How long its tenant keeps events. */
  readonly keepSeconds: number | undefined;
  /** Of the events that were posted, see `generationOf`; the least of them, if they differ. */
  readonly generation: number;
}

/** Notifies about what has become of a target's health. */
export type NotifyOfHealth = (
  ref: TargetRef,
  target: Target,
  before: EndpointHealth | undefined,
  after: EndpointHealth | undefined,
  sighting: Sighting,
) => Promise<void>;

/**
 * Notifies the tenant that a target gets no more deliveries, or gets them again, and the operator that a target is
 * disabled. Never throws: what came of the deliveries has to be noted all the same.
 * @param now milliseconds since the epoch
 */
export const createHealthNotifier =
  ({ notifyTenant, notifyOperator }: Notifier, now: () => number): NotifyOfHealth =>
  async ({ tenant }, target, before, after, { attempts, keepSeconds, generation }) => {
    const disabled = before?.disabled ? undefined : after?.disabled;
    const isClosed = before?.open !== undefined && !after?.open && !after?.disabled;
    emitMetrics({
      BreakerOpened: Number(!before?.open && after?.open !== undefined),
      BreakerClosed: Number(isClosed),
      TargetsDisabled: Number(disabled !== undefined),
    });
    const subject = { tenant, target, keepSeconds, generation };
    try {
      if (isClosed) await notifyTenant([targetRecovered(subject, before, 'probe', now())]);
      if (!disabled) return;
      const last = attempts.find(({ status }) => status === GONE) ?? attempts.at(-1);
      const since = after?.failingSince;
      await Promise.all([
        notifyTenant([targetDisabled(subject, disabled, since, last)]),
        notifyOperator(disabledAlert(subject, disabled.reason, since)),
      ]);
    } catch (error) {
      warn('tenant not notified', { target: target.id, ...errorFields(error) });
    }
  };

// Until dispatch hands it in.
export const notifyOfHealth = createHealthNotifier({ notifyTenant, notifyOperator }, Date.now);
