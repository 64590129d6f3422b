import { type EndpointHealth, FAILING_MS, later, type Observation, observe } from './health.ts';

/**
 * The circuit breaker of an endpoint. `observe` opens it, after `BREAKER` failures; while it is open, only probes are
 * posted, and an answer to one of them closes it.
 */

type Open = NonNullable<EndpointHealth['open']>;

const FIRST_PROBE_MS = 5000;

/** As long as SQS delays a message at most. */
const LAST_PROBE_MS = 900_000;

/** How long to wait for the next probe: twice as long after each that failed. @param probes that have failed */
export const probeDelayMs = (probes: number): number =>
  Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(probes, 20));

/** Whether an endpoint whose breaker is open has failed once more since this time. */
export const hasFailedSince = ({ open }: EndpointHealth, time: number): boolean =>
  (open?.failedAt ?? 0) > time;

/**
 * Failures count once in the time from one probe to the next. What owners ask for comes at any time, and a hundred of them
 * would put off the next probe by a quarter of an hour.
 */
function failed({ probes, failedAt, ...open }: Open, now: number): Open {
  const isCounted = failedAt === undefined || now - failedAt >= probeDelayMs(probes);
  return { ...open, probes: probes + Number(isCounted), failedAt: now };
}

/** What is known after a probe of an open breaker. An endpoint that refuses a request is there: the breaker closes. */
export function observeProbe(
  health: EndpointHealth,
  seen: Observation,
  now: number,
  disableAfterMs: number,
): EndpointHealth {
  if (!health.open) return observe(health, seen, now, disableAfterMs);
  const next = observe(health, { ...seen, silent: 0 }, now, disableAfterMs);
  if (next.disabled) return next;
  // Only an answer closes it. A probe that timed out is not counted as a failure either, so `failed` may be 0 here.
  if (seen.ok + seen.rejected === 0) {
    return { ...next, open: failed(health.open, now) };
  }
  // Its backlog comes now: not in the fast lanes.
  return {
    ...next,
    open: undefined,
    silent: undefined,
    failed: 0,
    ok: 0,
    countedSince: now,
    slowUntil: later(next.slowUntil, now + FAILING_MS),
  };
}
