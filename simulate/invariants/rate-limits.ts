import { intervalMs, maxLateMs } from '../../lambdas/rate-limit/rate-limit.ts';
import type { ExpectedTarget, HistoryLimits, InvariantFactory } from './invariant.ts';
import { readRequest } from './posted-request.ts';
import { createRecent } from './recent.ts';
import { spanText } from './words.ts';

const NAME = 'rate limits hold';

/** A second, as the limit is stated; and a minute, in which a limit that is a little too fast adds up. */
const WINDOWS_MS = [1000, 60_000];

/**
 * The most requests that may reach a target's endpoint within a window.
 *
 * Slots are at least an interval apart, whatever the clocks of instances say: what is stored is the first one that is free,
 * and it only grows (lambdas/rate-limit/rate-slot-store.ts). A request leaves at its slot or up to `maxLateMs` later, by
 * its instance's clock, and takes its way. So the requests of a window are those of the slots in a time that is longer by
 * lateness, by how much ways differ, and by twice the clocks' skew; slots are rounded to whole milliseconds. That many slots
 * are one more than the time has intervals. One request more may be a drain's, which loads payloads after it has waited
 * for its slot (lambdas/hold-queue/deliver-batches.ts): drains follow each other, so one of them is late at a time.
 */
function mostWithin(windowMs: number, perSecond: number, limits: HistoryLimits): number {
  const { travelMs, clockSkewMs } = limits;
  const slotsIn = windowMs + maxLateMs(perSecond) + travelMs + 2 * clockSkewMs + 1;
  return Math.floor(slotsIn / intervalMs(perSecond)) + 2;
}

/** A message that a queue hands out twice has the slot that it had. */
const REPEATED_MS = 600_000;

/**
 * No endpoint gets more than its target's rate limit lets through, over all instances. An attempt that a fault repeats
 * goes by the same slot, and counts once.
 */
export const rateLimitsHold: InvariantFactory = ({ now, violated, expected, limits }) => {
  const made = createRecent<true>(now, REPEATED_MS);
  /** The times of a target's last requests, as many as a minute may have. */
  const targets = new Map<string, { readonly most: readonly number[]; readonly times: Ring }>();

  function known({ tenant, id }: ExpectedTarget, perSecond: number) {
    const name = `${tenant} ${id}`;
    let one = targets.get(name);
    if (!one) {
      const most = WINDOWS_MS.map((ms) => mostWithin(ms, perSecond, limits));
      one = { most, times: createRing(Math.max(...most)) };
      targets.set(name, one);
    }
    return one;
  }

  return {
    name: NAME,
    watcher: {
      reached(request) {
        const target = expected.targetAt(request.url);
        // A challenge is no delivery, and has no slot.
        if (target?.perSecond === undefined) return;
        const { events, id, attempt } = readRequest(request);
        const name = `${target.tenant} ${target.id} ${id} ${attempt}`;
        if (events.length === 0 || made.get(name)) return;
        made.set(name, true);
        const { most, times } = known(target, target.perSecond);
        for (const [i, ms] of WINDOWS_MS.entries()) {
          const first = times.before(most[i]!);
          if (first === undefined || now() - first >= ms) continue;
          violated(
            NAME,
            `expected at most ${most[i]} requests in ${spanText(ms)} to ${target.id} of ${target.tenant}, which takes ${target.perSecond} a second, found ${most[i]! + 1} in ${spanText(now() - first)}`,
          );
          break;
        }
        times.push(now());
      },
    },
  };
};

interface Ring {
  push(time: number): void;
  /** The time that was pushed `count` pushes ago, 1 for the last; undefined where there were not so many. */
  before(count: number): number | undefined;
}

function createRing(size: number): Ring {
  const times: number[] = [];
  let next = 0;
  return {
    push(time) {
      times[next] = time;
      next = (next + 1) % size;
    },
    before: (count) => times[(next - count + size) % size],
  };
}
