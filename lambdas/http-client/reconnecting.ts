import type { Connections } from './connections.ts';
import { classifyError } from './error-class.ts';
import { exchange, type Outcome, type Request } from './exchange.ts';

/**
 * A request over a connection that its server has closed is reset after one round trip. A request that is reset later has
 * been worked on: that is the endpoint's own failure.
 */
const STALE_WITHIN_MS = 1000;

/** What came of a request. */
export interface Exchanged {
  readonly outcome: Outcome;
  /** It took two requests. */
  readonly isReconnected: boolean;
}

/**
 * Servers close idle connections, perhaps in the moment in which one is used again. Such a request tells nothing of the
 * endpoint. It is safe to repeat, since receivers know events by their ids (RFC 9110, 9.2.2). So it is made once more at
 * once, in the time that is left, and both are one attempt.
 *
 * @param timeoutMs for both
 * @param clock milliseconds since the epoch
 */
export async function reconnecting(
  connections: Connections,
  request: Request,
  timeoutMs: number,
  clock: () => number,
): Promise<Exchanged> {
  const began = performance.now();
  const outcome = await exchange(connections, 'any', request, timeoutMs, clock);
  const took = performance.now() - began;
  if (!isStale(outcome) || took > STALE_WITHIN_MS) return { outcome, isReconnected: false };
  const again = await exchange(connections, 'fresh', request, timeoutMs - took, clock);
  return { outcome: again, isReconnected: true };
}

const isStale = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.isStale && classifyError(outcome.error) === 'reset';
