import { ERROR_CLASSES } from '../http-client/error-class.ts';
import { quantileOf, type Sketch } from './sketch.ts';
import type { Tally } from './tally.ts';

/** What a tally says, as pages and scripts want it. */
export interface Values {
  readonly deliveries: number;
  readonly delivered: number;
  readonly dead: number;
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly retries: number;
  /** Share of deliveries that the first attempt delivered. Rates are from 0 to 1, and null of nothing. */
  readonly firstAttemptRate: number | null;
  /** Share of attempts that succeeded. */
  readonly attemptSuccessRate: number | null;
  /** Share of attempts that were not the first of their delivery. */
  readonly retryRate: number | null;
  /** Milliseconds until endpoints answered, over all attempts. */
  readonly answerMs: Times;
  /** Milliseconds from acceptance to delivery, over all delivered. */
  readonly latencyMs: Times;
  /** Failed attempts by class. */
  readonly errors: Readonly<Record<string, number>>;
}

interface Times {
  readonly average: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export function valuesOf({ counts, errors, answers, latencies }: Tally): Values {
  const { deliveries, delivered, dead, attempts, failedAttempts, retries } = counts;
  return {
    deliveries,
    delivered,
    dead,
    attempts,
    failedAttempts,
    retries,
    firstAttemptRate: ratio(counts.deliveredFirst, deliveries),
    attemptSuccessRate: ratio(attempts - failedAttempts, attempts),
    retryRate: ratio(retries, attempts),
    answerMs: timesOf(answers, ratio(counts.answerMs, attempts)),
    latencyMs: timesOf(latencies, ratio(counts.latencyMs, delivered)),
    errors: byClass(errors),
  };
}

const timesOf = (sketch: Sketch, average: number | null): Times => ({
  average: average === null ? null : Math.round(average * 10) / 10,
  p50: average === null ? null : quantileOf(sketch, 0.5),
  p95: average === null ? null : quantileOf(sketch, 0.95),
  p99: average === null ? null : quantileOf(sketch, 0.99),
});

/** Classes of what fails: without an answer, or the first digit of its status code. */
export const FAILURE_CLASSES = [...ERROR_CLASSES, '1xx', '2xx', '3xx', '4xx', '5xx', 'other'] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** @param error an error class, or a status code */
export const classOfError = (error: string): FailureClass => {
  const name = /^[1-5]\d\d$/.test(error) ? `${error[0]}xx` : error;
  return FAILURE_CLASSES.find((known) => known === name) ?? 'other';
};

function byClass(errors: ReadonlyMap<string, number>): Partial<Record<FailureClass, number>> {
  const sums: Partial<Record<FailureClass, number>> = {};
  for (const [error, n] of errors) sums[classOfError(error)] = (sums[classOfError(error)] ?? 0) + n;
  return sums;
}

/** To four digits; null when the whole is 0. */
export const ratio = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
