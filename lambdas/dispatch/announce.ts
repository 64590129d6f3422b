import { emitMetrics, errorFields, warn } from '../adapters/log.ts';
import type { TargetRef } from '../adapters/standing-store.ts';
import { disabledAlert } from '../domain/alert-texts.ts';
import type { Target } from '../domain/config.ts';
import { GONE } from '../domain/decide.ts';
import { targetDisabled, targetRecovered } from '../domain/operational-events.ts';
import type { Attempt } from '../domain/outcome.ts';
import type { Standing } from '../domain/standing.ts';
import { alert, tell } from '../notices.ts';

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
export async function announce(
  { tenant }: TargetRef,
  target: Target,
  before: Standing | undefined,
  after: Standing | undefined,
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
    if (isClosed) await tell([targetRecovered(subject, before, 'probe', Date.now())]);
    if (!disabled) return;
    const last = attempts.find(({ status }) => status === GONE) ?? attempts.at(-1);
    const since = after?.failingSince;
    await Promise.all([
      tell([targetDisabled(subject, disabled, since, last)]),
      alert(disabledAlert(subject, disabled.reason, since)),
    ]);
  } catch (error) {
    warn('owner not told', { target: target.id, ...errorFields(error) });
  }
}
