import type { NotifyOfHealth } from '../endpoint-health/note-health.ts';
import { meaningOf } from '../http-client/verdict.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { isEphemeral } from '../values/ids.ts';
import { disabledAlert } from './alert-texts.ts';
import type { Notifier } from './notify.ts';
import { targetDisabled, targetRecovered } from './operational-events.ts';

/**
 * Notifies the tenant that a target gets no more deliveries, or gets them again, and the operator that a target is
 * disabled; nobody of a listener's. Never throws: what came of the deliveries has to be noted all the same.
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
    if (isEphemeral(target.id)) return;
    const subject = { tenant, target, keepSeconds, generation };
    try {
      if (isClosed) await notifyTenant([targetRecovered(subject, before, 'probe', now())]);
      if (!disabled) return;
      const last = attempts.find((attempt) => meaningOf(attempt) === 'gone') ?? attempts.at(-1);
      const since = after?.failingSince;
      await Promise.all([
        notifyTenant([targetDisabled(subject, disabled, since, last)]),
        notifyOperator(disabledAlert(subject, disabled.reason, since)),
      ]);
    } catch (error) {
      warn('tenant not notified', { ...about({ tenant, target: target.id }), ...errorFields(error) });
    }
  };
