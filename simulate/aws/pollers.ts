import type { Kernel } from '../kernel/kernel.ts';
import { EVENT_SOURCE } from './numbers.ts';

/**
 * How many batches a mapping may have under way: more from second to second while all pollers are busy and messages wait,
 * fewer when invocations are throttled, and slowly fewer when not all are needed.
 */
export function createPollers(
  kernel: Kernel,
  maxConcurrency: number,
  isBehind: () => boolean,
  startsFull = false,
) {
  const most = Math.min(maxConcurrency, EVENT_SOURCE.maxConcurrency);
  const least = Math.min(EVENT_SOURCE.idlePollers, most);
  const perMs = EVENT_SOURCE.rampPerMinute / 60_000;
  let allowed: number = startsFull ? most : least;
  let busy = 0;
  let changedAt = kernel.now();
  let shrunkAt = Number.NEGATIVE_INFINITY;

  function adjust(): void {
    const ms = kernel.now() - changedAt;
    changedAt = kernel.now();
    if (busy >= Math.floor(allowed) && isBehind()) allowed = Math.min(most, allowed + ms * perMs);
    // No page says how fast: a tenth of the way up is a guess.
    else if (busy < Math.floor(allowed)) allowed = Math.max(least, allowed - (ms * perMs) / 10);
  }

  return {
    /** Whether another batch may begin. */
    isFree(): boolean {
      adjust();
      return busy < Math.floor(allowed);
    },
    take(): void {
      busy++;
    },
    give(): void {
      adjust();
      busy--;
    },
    /** Invocations were refused. */
    shrink(): void {
      const { factor, everyMs } = EVENT_SOURCE.backoff;
      if (kernel.now() - shrunkAt < everyMs) return;
      shrunkAt = kernel.now();
      allowed = Math.max(Math.min(2, most), allowed * factor);
    },
    get waiting(): number {
      return Math.max(least, Math.floor(allowed)) - busy;
    },
    get allowed(): number {
      return Math.floor(allowed);
    },
    get busy(): number {
      return busy;
    },
  };
}
