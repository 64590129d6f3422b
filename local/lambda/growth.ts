/** When a function whose invocations wait gets another environment. */

/** How a stretch of time was used, in cores. A thread that waits for a core counts as one that computes. */
export interface Usage {
  readonly overMs: number;
  /** Cores that this process used, or would have, had the machine had them. */
  readonly computing: number;
  /** Cores that the function's own environments used. */
  readonly own: number;
  /** Share of the time in which the main thread, which answers every call, was busy. */
  readonly main: number;
  /** What the machine has. */
  readonly cores: number;
}

/**
 * How often a function with waiting invocations decides. Starting an environment costs 100 ms of processor time, so an
 * invocation first waits this long for a busy one; in a shorter time usage says little.
 */
export const DECIDE_MS = 50;

/** With this share of the cores or of the main thread in use, another environment only takes time from the others. */
const BUSY = 0.8;

/**
 * Environments that use less than this, in cores, wait for something that is not this machine, such as a slow endpoint.
 * Those of a busy machine that wait for the emulators use more, all together, however many they are.
 */
const WAITING = 0.1;

/** How long the environments must have waited before a busy machine starts another one. */
const PATIENCE_MS = 250;

/** Starts another environment, or decides again after DECIDE_MS: with usage from the same time on, or from now on. */
export type Decision = 'start' | 'watch on' | 'watch anew';

/**
 * Decides for a function whose environments are all in use.
 * @param waitedMs how long its oldest invocation has waited
 */
export function decideGrowth(waitedMs: number, { overMs, computing, own, main, cores }: Usage): Decision {
  if (waitedMs < DECIDE_MS) return 'watch on';
  if (computing < BUSY * cores && main < BUSY) return 'start';
  if (overMs < PATIENCE_MS) return 'watch on';
  return own < WAITING && waitedMs >= PATIENCE_MS ? 'start' : 'watch anew';
}
