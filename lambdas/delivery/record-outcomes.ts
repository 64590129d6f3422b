import type { Outcome } from './outcome-schema.ts';

export interface RecordDeps {
  /** Writes outcomes to the delivery log. Writing the same again changes nothing, if it says so. */
  putOutcomes(outcomes: readonly Outcome[], areRepeated?: boolean): Promise<void>;
  /** Adds outcomes to the counters. Adding the same again counts them twice. @returns until when tenants are watched */
  countOutcomes(outcomes: readonly Outcome[]): Promise<WatchMarks>;
  readonly watchers: Watchers;
  /** Tells CloudWatch of outcomes that are written. Never throws. */
  measure(outcomes: readonly Outcome[]): void;
}

/** Until when tenants are watched: RFC 3339 by tenant. Tenants that nobody watches are missing, or their time is over. */
type WatchMarks = ReadonlyMap<string, string>;

/** Those who watch tenants live. Neither throws. */
export interface Watchers {
  /** Tells those who are known to watch. */
  tell(outcomes: readonly Outcome[]): Promise<void>;
  /** Tells those whom marks show for the first time. */
  learn(outcomes: readonly Outcome[], marks: WatchMarks): Promise<void>;
}

/**
 * Counts outcomes, and tells those who watch, and CloudWatch: once all is written that does not add up when it comes again,
 * and beside the counters, so that it takes next to no time.
 */
export async function countAndTell(
  { countOutcomes, watchers, measure }: Pick<RecordDeps, 'countOutcomes' | 'watchers' | 'measure'>,
  outcomes: readonly Outcome[],
): Promise<void> {
  const [marks] = await Promise.all([countOutcomes(outcomes), watchers.tell(outcomes)]);
  await watchers.learn(outcomes, marks);
  measure(outcomes);
}

/**
 * Writes outcomes to the log, unless it has them, and counts them: the counters last, since only they add up when a batch
 * comes again.
 * @param areRepeated whether some may have been written before
 */
export async function recordOutcomes(
  deps: RecordDeps,
  outcomes: readonly Outcome[],
  areRepeated: boolean,
): Promise<void> {
  await deps.putOutcomes(
    outcomes.filter(({ logged }) => !logged),
    areRepeated,
  );
  await countAndTell(deps, outcomes);
}
