import type { CounterItem } from '../stats/counters.ts';

/** What the counters say of deliveries, as far as it has a price. */
export interface Work {
  /** Deliveries whose first attempt was made, or that died without one. */
  readonly deliveries: number;
  readonly attempts: number;
  /** Attempts that were not the first of their delivery. */
  readonly retries: number;
  readonly delivered: number;
  /** Deliveries that the first attempt delivered. */
  readonly deliveredFirst: number;
  readonly dead: number;
  /** Milliseconds that endpoints took to answer, over all attempts. */
  readonly answerMs: number;
  /** How often a delivery came to wait in a table: after an attempt, or held without one. */
  readonly parked: number;
  /** Batches of outcomes: they tell a trickle, where each delivery has functions to itself, from a flood that shares them. */
  readonly batches: number;
  /** Batches of dead letters. */
  readonly deadBatches: number;
}

export const NO_WORK: Work = {
  deliveries: 0,
  attempts: 0,
  retries: 0,
  delivered: 0,
  deliveredFirst: 0,
  dead: 0,
  answerMs: 0,
  parked: 0,
  batches: 0,
  deadBatches: 0,
};

/** Of some ten thousand items a request: written out, it takes a tenth of the time of a loop over names. */
export const addWork = (one: Work, other: Work): Work => ({
  deliveries: one.deliveries + other.deliveries,
  attempts: one.attempts + other.attempts,
  retries: one.retries + other.retries,
  delivered: one.delivered + other.delivered,
  deliveredFirst: one.deliveredFirst + other.deliveredFirst,
  dead: one.dead + other.dead,
  answerMs: one.answerMs + other.answerMs,
  parked: one.parked + other.parked,
  batches: one.batches + other.batches,
  deadBatches: one.deadBatches + other.deadBatches,
});

export function sumOfWork(works: Iterable<Work>): Work {
  let sum = NO_WORK;
  for (const work of works) sum = addWork(sum, work);
  return sum;
}

/** Record waits for two seconds to fill a batch. */
const SPANS_A_MINUTE = 30;

/** Batches that are expected of so many things at random within a minute. */
const expectedBatches = (things: number): number => SPANS_A_MINUTE * (1 - (1 - 1 / SPANS_A_MINUTE) ** things);

/** What an item counts. Earlier releases counted no batches. */
export function workOf({ minutes }: Pick<CounterItem, 'minutes'>): Work {
  const counted = sumOfWork(Array.from(minutes.values(), ({ counts }) => counts));
  if (counted.batches + counted.deadBatches > 0) return counted;
  const each = [...minutes.values()].map(({ counts }) =>
    expectedBatches(Math.max(counts.attempts, counts.dead)),
  );
  return { ...counted, batches: each.reduce((sum, n) => sum + n, 0) };
}
