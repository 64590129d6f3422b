import type { Sketch } from './sketch.ts';

/** Amounts that are counted of deliveries. */
const COUNTS = [
  /** Deliveries whose first attempt was made, or that died without one. */
  'deliveries',
  'attempts',
  /** Attempts that were not the first of their delivery. */
  'retries',
  'failedAttempts',
  /** Of these, requests that a fast lane cut and the slow lane makes again: the endpoint has not failed on them yet. */
  'cut',
  'delivered',
  /** Deliveries that the first attempt delivered. */
  'deliveredFirst',
  'dead',
  /** Milliseconds that endpoints took to answer, over all attempts. */
  'answerMs',
  /** Milliseconds from acceptance to delivery, over all delivered. */
  'latencyMs',
  /**
   * How often a delivery came to wait in a table: after an attempt, or held without one. Of a tenant alone, like the two that
   * follow.
   */
  'parked',
  /** Batches of outcomes that counted something, without those of dead letters. What a delivery costs depends on them. */
  'batches',
  /** Batches of dead letters. */
  'deadBatches',
] as const;
type Count = (typeof COUNTS)[number];
export type Counts = Readonly<Record<Count, number>>;

/** What was counted in some time of a tenant, a target or an event type. */
export interface Tally {
  readonly counts: Counts;
  /** Failed attempts by what failed: an error class, or a status code as text. */
  readonly errors: ReadonlyMap<string, number>;
  readonly answers: Sketch;
  readonly latencies: Sketch;
}

export const NO_COUNTS = Object.fromEntries(COUNTS.map((count) => [count, 0])) as Counts;

/** Adds up in place. */
export interface Adder {
  addCounts(counts: Counts): void;
  addErrors(errors: ReadonlyMap<string, number>): void;
  addSketches(sketches: Pick<Tally, 'answers' | 'latencies'>): void;
  readonly tally: Tally;
}

export function adder(): Adder {
  const counts: Record<Count, number> = { ...NO_COUNTS };
  const errors = new Map<string, number>();
  const answers = new Map<number, number>();
  const latencies = new Map<number, number>();
  return {
    addCounts(more) {
      for (const count of COUNTS) counts[count] += more[count];
    },
    addErrors: (more) => addAll(errors, more),
    addSketches(more) {
      addAll(answers, more.answers);
      addAll(latencies, more.latencies);
    },
    tally: { counts, errors, answers, latencies },
  };
}

function addAll<K>(into: Map<K, number>, more: ReadonlyMap<K, number>): void {
  for (const [name, n] of more) into.set(name, (into.get(name) ?? 0) + n);
}

/** How bad it looks, to list the worst first. A death weighs as much as a failed attempt, and comes on top. */
export const badnessOf = ({ counts }: Pick<Tally, 'counts'>): number => counts.failedAttempts + counts.dead;
