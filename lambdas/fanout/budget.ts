/** What an invocation, or one tenant's part of it, may do at most. */
export interface Share {
  /** Events and deliveries beyond an event's first. */
  readonly work: number;
  /** Payloads read from the bucket. */
  readonly bytes: number;
  /** Values compared and index nodes visited. */
  readonly steps: number;
}

/**
 * What one invocation may do in its 30 seconds of 0.3 of a processor (512 MB); the next does the rest. 1,000 pieces of
 * work are some 100 requests of each kind. 32 MB take a second to fetch and another to parse. A step takes up to 0.2
 * microseconds of a whole processor, so 5 million steps take 3 to 4 seconds here. The worst case known takes four times
 * as long: wildcards whose texts nearly fit all along a payload of 100 KB, or thousands of regular expressions with
 * large classes, each compiled for the first time.
 */
export const ALL: Share = { work: 1000, bytes: 32 * 1024 * 1024, steps: 5_000_000 };

/** Messages of a batch, as the pipeline stack sets it, and so the most tenants. */
const BATCH = 10;

/**
 * What each tenant may do at least, whatever others have used: a tenant with costly events delays only its own. Half a
 * million steps are 50 conditions at their worst, so an event for 10,000 filters ends within 200 invocations at worst,
 * and within 20 when its tenant is alone in the batch.
 */
export const LEAST_SHARE: Share = shareOf(ALL, BATCH);

/** Splits what is left of an invocation among tenants. */
export interface Budget {
  /** What the whole invocation may do. */
  readonly all: Share;
  /** A tenant's share. @param tenants how many are still to come, this one included */
  share(tenants: number): Share;
  spend(used: Share): void;
}

/** Makes the budget of one invocation, which includes its repetitions of single messages. */
export function createBudget(all: Share = ALL): Budget {
  const least = shareOf(all, BATCH);
  let left = all;
  return {
    all,
    share: (tenants) => combine(shareOf(left, tenants), least, Math.max),
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
