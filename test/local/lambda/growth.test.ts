import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECIDE_MS, decideGrowth, type Usage } from '../../../local/lambda/growth.ts';
import { runs } from '../../helpers/runs.ts';

describe('growth of a function’s environments', () => {
  const usage = (more: Partial<Usage>): Usage => ({
    overMs: 50,
    computing: 0.5,
    own: 0.4,
    main: 0.3,
    cores: 2,
    ...more,
  });

  it.each([
    ['starts while the machine has a core left', 50, {}, 'start'],
    ['lets an invocation wait for a busy one first', 49, {}, 'watch on'],
    ['starts none on a busy machine', 900, { computing: 1.6 }, 'watch on'],
    ['starts none while the main thread is busy', 900, { main: 0.9 }, 'watch on'],
    ['counts cores', 50, { computing: 1.7, cores: 4 }, 'start'],
    ['watches a busy machine anew after a while', 3000, { computing: 1.9, overMs: 250 }, 'watch anew'],
    [
      'starts one for those that only wait, in the end',
      3000,
      { computing: 1.9, overMs: 250, own: 0.05 },
      'start',
    ],
    [
      'not for an invocation that has just come',
      200,
      { computing: 1.9, overMs: 250, own: 0.05 },
      'watch anew',
    ],
  ] as const)('%s', (_, waitedMs, more, expected) => {
    expect(decideGrowth(waitedMs, usage(more))).toBe(expected);
  });
});

/** An invocation's work: it computes, then waits for something outside, some times over. */
interface Work {
  readonly computeMs: number;
  readonly waitMs: number;
  readonly times: number;
}

interface Demand {
  readonly work: Work;
  /** Callers that send their next invocation when they have the answer to the one before. */
  readonly callers: number;
}

const CAP = 16;
const START_MS = 100;

/** A machine in steps of a millisecond, whose threads share its cores evenly. */
function simulate(demands: readonly Demand[], ms: number, cores = 2) {
  const functions = demands.map(({ work, callers }) => ({
    work,
    pending: Array<number>(callers).fill(0),
    /** Each has compute and waiting time left of its present step. Without an invocation, it computes: it loads. */
    live: [] as { compute: number; wait: number; times: number; isLoading: boolean; used: number }[],
    answered: 0,
    nextDecision: 0,
    watch: { since: 0, computed: 0, own: 0 },
  }));
  let computed = 0;
  const isActive = ({ compute }: { compute: number }): boolean => compute > 0;
  for (let now = 0; now < ms; now++) {
    const active = functions.flatMap(({ live }) => live).filter(isActive);
    computed += active.length;
    const share = Math.min(1, cores / Math.max(1, active.length));
    for (const each of functions) {
      for (const environment of each.live) {
        if (isActive(environment)) {
          environment.used++;
          environment.compute -= share;
        } else if (environment.wait > 0) environment.wait--;
        else if (environment.times > 0) {
          const { computeMs, waitMs } = each.work;
          Object.assign(environment, { compute: computeMs, wait: waitMs, times: environment.times - 1 });
        } else {
          if (!environment.isLoading && environment.times === 0) {
            each.answered++;
            each.pending.push(now);
          }
          if (each.pending.length === 0) continue;
          each.pending.shift();
          Object.assign(environment, { times: each.work.times, isLoading: false });
        }
      }
      const own = each.live.reduce((sum, { used }) => sum + used, 0);
      const oldest = each.pending[0];
      const isLoading = each.live.some((environment) => environment.isLoading);
      if (oldest === undefined || isLoading || each.live.length === CAP || now < each.nextDecision) continue;
      const overMs = now - each.watch.since;
      const decision =
        each.live.length === 0
          ? 'start'
          : decideGrowth(now - oldest, {
              overMs,
              computing: (computed - each.watch.computed) / overMs,
              own: (own - each.watch.own) / overMs,
              main: 0,
              cores,
            });
      if (decision === 'start')
        each.live.push({ compute: START_MS, wait: 0, times: 0, isLoading: true, used: 0 });
      if (decision !== 'watch on') each.watch = { since: now, computed, own };
      each.nextDecision = now + DECIDE_MS;
    }
  }
  return functions.map(({ live, answered }) => ({ environments: live.length, answered }));
}

const computing: fc.Arbitrary<Demand> = fc.record({
  work: fc.record({
    computeMs: fc.integer({ min: 10, max: 40 }),
    waitMs: fc.constantFrom(0, 1),
    times: fc.integer({ min: 1, max: 5 }),
  }),
  callers: fc.integer({ min: 8, max: 64 }),
});

/** As invocations that post to an endpoint which does not answer. */
const waiting = (callers: number): Demand => ({ work: { computeMs: 1, waitMs: 8000, times: 1 }, callers });

describe('growth, simulated', () => {
  it('gives no more environments to what computes than the machine has cores for', () => {
    fc.assert(
      fc.property(computing, fc.integer({ min: 1, max: 8 }), (demand, cores) => {
        expect(simulate([demand], 5000, cores)[0]!.environments).toBeLessThanOrEqual(cores + 1);
      }),
      { numRuns: runs(30) },
    );
  });

  it('gives one for each core to what computes for long', () => {
    const long: Demand = { work: { computeMs: 60, waitMs: 1, times: 2 }, callers: 64 };
    for (const cores of [1, 2, 4, 8]) {
      expect(simulate([long], 5000, cores)[0]!.environments).toBeGreaterThanOrEqual(Math.floor(cores * 0.8));
    }
  });

  it('gives what waits for slow endpoints an environment for each, at once where the machine is free', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (callers) => {
        expect(simulate([waiting(callers)], CAP * (START_MS + 2 * DECIDE_MS))).toMatchObject([
          { environments: Math.min(callers, CAP) },
        ]);
      }),
      { numRuns: runs(20) },
    );
  });

  it('starves nothing: what waits gets its environments beside any flood, and the flood goes on', () => {
    fc.assert(
      fc.property(computing, fc.integer({ min: 1, max: 8 }), (flood, callers) => {
        const [flooded, slow] = simulate([flood, waiting(callers)], 25_000);
        expect(slow!.environments).toBe(callers);
        expect(flooded!.environments).toBeLessThanOrEqual(4);
        expect(flooded!.answered).toBeGreaterThan(0);
      }),
      { numRuns: runs(20) },
    );
  });

  it('leaves two floods equal shares of the machine', () => {
    const flood: Demand = { work: { computeMs: 3, waitMs: 1, times: 2 }, callers: 64 };
    const [first, second] = simulate([flood, flood], 10_000);
    expect(first!.answered / second!.answered).toBeGreaterThan(0.6);
    expect(first!.answered / second!.answered).toBeLessThan(1.7);
  });
});
