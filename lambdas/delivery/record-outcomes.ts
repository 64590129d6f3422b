import { emitMetrics } from '../platform/log.ts';
import type { Outcome } from './outcome-schema.ts';

export interface RecordDeps {
  /** Writes outcomes to the delivery log. Writing the same again changes nothing, if it says so. */
  putOutcomes(outcomes: readonly Outcome[], areRepeated?: boolean): Promise<void>;
  /** Adds outcomes to the counters. Adding the same again counts them twice. */
  countOutcomes(outcomes: readonly Outcome[]): Promise<void>;
}

/**
 * Writes outcomes to the log and counts them: the counters last, since only they add up when a batch comes again.
 * @param areRepeated whether some may have been written before
 */
export async function recordOutcomes(
  deps: RecordDeps,
  outcomes: readonly Outcome[],
  areRepeated: boolean,
): Promise<void> {
  await deps.putOutcomes(outcomes, areRepeated);
  await deps.countOutcomes(outcomes);
  emitMetrics({ Recorded: outcomes.length });
}
