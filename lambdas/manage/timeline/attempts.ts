import type { TimelineEntry } from '../../api/timeline.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import { PATIENCE_MS } from '../../endpoint-health/health.ts';
import type { Attempt } from '../../http-client/attempt-record.ts';
import { HEEDED, isSuccess } from '../../http-client/status-codes.ts';
import { counted, duration, errorWords, rfc3339 } from './words.ts';

/** What an entry says of its delivery. */
export type Whose = Pick<TimelineEntry, 'deliveryId' | 'subscriptionId' | 'targetId'>;

/** A time in milliseconds since the epoch, and the entry of that time. */
export interface Timed {
  readonly at: number;
  readonly entry: TimelineEntry;
}

export const timed = (at: number, entry: Omit<TimelineEntry, 'at'>): Timed => ({
  at,
  entry: { at: rfc3339(at), ...entry },
});

export const endOf = ({ at, ms }: Attempt): number => at + ms;

/** How much longer than a fast lane's patience a request takes that is cut there. */
const SLACK_MS = 500;

/**
 * A request that a fast lane cut. The log marks it as uncounted, as it does probes. Fast lanes make first requests alone,
 * and cut them at a known time.
 */
const isCut = ({ uncounted, error, ms }: Attempt, number: number): boolean =>
  uncounted === true &&
  error === 'timeout' &&
  number === 1 &&
  ms >= PATIENCE_MS &&
  ms < PATIENCE_MS + SLACK_MS;

/** Attempts of a delivery, and the waits between them as far as the attempts show them. */
export function attemptEntries({ attempts, dropped = 0, replayedAt }: LoggedDelivery, whose: Whose): Timed[] {
  const first = attempts[0];
  const unkept = `${counted(dropped, 'earlier attempt')} ${dropped === 1 ? 'is' : 'are'} no longer kept.`;
  const before =
    dropped > 0 && first
      ? [timed(first.at, { ...whose, kind: 'earlier', count: dropped, text: unkept })]
      : [];
  const made = attempts.flatMap((attempt, i) => {
    const number = dropped + i + 1;
    const next = attempts[i + 1];
    const isReplayedNext =
      next && replayedAt !== undefined && replayedAt > attempt.at && replayedAt <= next.at;
    return [
      timed(attempt.at, { ...whose, ...attemptEntry(attempt, number) }),
      ...(next && !isReplayedNext ? waitBetween(attempt, next, number, whose) : []),
    ];
  });
  return [...before, ...made];
}

function attemptEntry(attempt: Attempt, number: number): Omit<TimelineEntry, 'at'> {
  const { status, error, ms, uncounted } = attempt;
  const wasCut = isCut(attempt, number);
  const isProbe = uncounted === true && !wasCut;
  return {
    kind: 'attempt',
    attempt: number,
    durationMs: ms,
    ...(status !== undefined && { statusCode: status }),
    ...(error && { error }),
    ...(isProbe && { probe: true }),
    text: `Attempt ${number}${isProbe ? ', a probe of the failing endpoint' : ''}: ${resultOf(attempt, wasCut)}`,
  };
}

function resultOf({ status, error, ms }: Attempt, wasCut: boolean): string {
  if (wasCut) return 'no answer came within 2 seconds, so the request was cut.';
  if (status !== undefined) return `the endpoint answered ${status} after ${duration(ms)}.`;
  return `${errorWords(error)}, after ${duration(ms)}.`;
}

/** A shorter pause between two attempts is no wait worth telling. */
const SHORT_MS = 250;

function waitBetween(attempt: Attempt, next: Attempt, number: number, whose: Whose): Timed[] {
  const since = endOf(attempt);
  const ms = next.at - since;
  const wait = { ...whose, kind: 'waited', until: rfc3339(next.at) } as const;
  if (isCut(attempt, number)) {
    const text = 'It moved to the slow lane, where a request may take as long as its target allows.';
    return [timed(since, { ...whose, kind: 'moved', waitingFor: 'lane', text })];
  }
  // An answer that the log marks as arrived is followed by a replay alone.
  if (ms < SHORT_MS || (attempt.status !== undefined && isSuccess(attempt.status))) return [];
  // A probe that failed leaves its delivery where it was.
  if (attempt.uncounted || next.uncounted) {
    const text = `It waited for ${duration(ms)}, since its endpoint kept failing.`;
    return [timed(since, { ...wait, waitingFor: 'recovery', text })];
  }
  const { status, retryAfterMs = 0 } = attempt;
  const asked = HEEDED.has(status) && retryAfterMs > 0 && ms >= retryAfterMs;
  const why = asked ? `; the endpoint had asked for at least ${duration(retryAfterMs)}` : '';
  const text = `It waited for ${duration(ms)} before the next attempt${why}.`;
  return [timed(since, { ...wait, waitingFor: 'retry', text })];
}
