/** What an invocation, or one tenant's part of it, may do. */
export interface Share {
  /** Events and deliveries beyond an event's first. */
  readonly work: number;
  /** Payloads read from the bucket. */
  readonly bytes: number;
  /** Values compared and index nodes visited. */
  readonly steps: number;
}

/**
 * What one invocation does before it leaves the rest to the next, in 30 seconds of 0.3 of a processor (512 MB).
 * 1,000 pieces of work are some 100 requests of each kind. 32 MB take a second to fetch and another to parse. A step
 * takes up to 0.2 microseconds of a whole processor, so 5 million of them are 3 to 4 seconds here. The worst that could
 * be made up takes four times as long: wildcards whose texts nearly fit all along a payload of 100 KB, thousands of
 * regular expressions with large classes, each met for the first time.
 */
export const ALL: Share = { work: 1000, bytes: 32 * 1024 * 1024, steps: 5_000_000 };

/** Messages in a batch, as the pipeline stack has it, and so tenants at most. */
const BATCH = 10;

/**
 * What each tenant may do at least, whatever others have used: a tenant whose events are costly delays its own alone.
 * Half a million steps are 50 conditions at their worst, so an event for 10,000 filters ends within 200 invocations
 * whatever it meets on the way, and within 20 when no other tenant's events are with it.
 */
export const LEAST_SHARE: Share = shareOf(ALL, BATCH);

/** Splits what is left of an invocation among tenants. */
export interface Budget {
  /** A tenant's share. @param tenants those that are still to come, this one included */
  share(tenants: number): Share;
  spend(used: Share): void;
}

/** One for each invocation, its repetitions of single messages included. */
export function createBudget(): Budget {
  let left = ALL;
  return {
    share: (tenants) => combine(shareOf(left, tenants), LEAST_SHARE, Math.max),
    spend(used) {
      left = combine(left, used, (a, b) => Math.max(0, a - b));
    },
  };
}

function shareOf({ work, bytes, steps }: Share, parts: number): Share {
  return {
    work: Math.floor(work / parts),
    bytes: Math.floor(bytes / parts),
    steps: Math.floor(steps / parts),
  };
}

const combine = (a: Share, b: Share, how: (a: number, b: number) => number): Share => ({
  work: how(a.work, b.work),
  bytes: how(a.bytes, b.bytes),
  steps: how(a.steps, b.steps),
});
