import { emitMetrics } from '../platform/log.ts';
import type { Outcome } from './outcome-schema.ts';

export interface RecordDeps {
  /** Writes outcomes to the delivery log. Writing the same again changes nothing, if it says so. */
  putOutcomes(outcomes: readonly Outcome[], areRepeated?: boolean): Promise<void>;
  /** Adds outcomes to the counters. Adding the same again counts them twice. @returns until when tenants are watched */
  countOutcomes(outcomes: readonly Outcome[]): Promise<WatchMarks>;
  /** Tells those who watch. Never throws. */
  tellWatchers(outcomes: readonly Outcome[], marks: WatchMarks): Promise<void>;
}

/** Until when tenants are watched: RFC 3339 by tenant. Tenants that nobody watches are missing, or their time is over. */
export type WatchMarks = ReadonlyMap<string, string>;

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
  const marks = await deps.countOutcomes(outcomes);
  await deps.tellWatchers(outcomes, marks);
  emitMetrics({ Recorded: outcomes.length });
}
