/** Failures that open the breaker: a batch's worth, and half of all answers. */
export const BREAKER = { failures: 10, share: 0.5 } as const;

const FIRST_PROBE_MS = 5000;

/** As long as SQS delays a message at most. */
const LAST_PROBE_MS = 900_000;

/** How long to wait for the next probe: twice as long after each that failed. @param probes that have failed */
export const probeDelayMs = (probes: number): number =>
  Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(probes, 20));
