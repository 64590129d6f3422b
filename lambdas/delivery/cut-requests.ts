import { PATIENCE_MS } from '../endpoint-health/patience.ts';
import type { Attempt } from '../http-client/attempt-record.ts';

/** How much longer than a fast lane's patience a request takes that is cut there. */
const SLACK_MS = 500;

/**
 * Whether a fast lane cut a request, to make it again in the slow lane. The log marks it as uncounted, as it does probes. Fast
 * lanes make first requests alone, and cut them at a known time.
 * @param number of the attempt, 1 for a delivery's first
 */
export const isCut = (
  { uncounted, error, ms }: Pick<Attempt, 'uncounted' | 'error' | 'ms'>,
  number: number,
): boolean =>
  uncounted === true &&
  error === 'timeout' &&
  number === 1 &&
  ms >= PATIENCE_MS &&
  ms < PATIENCE_MS + SLACK_MS;
