import { dollarsOf } from '../../cost/dollars.ts';
import { MOST_POINTS, type RecoveryCase } from '../../report/results.ts';
import { quantiles } from '../../world/quantiles.ts';
import type { World } from '../../world/world.ts';
import type { Sampler } from './series.ts';
import type { Group, Tally } from './tally.ts';

export interface CaseEnd {
  readonly result: RecoveryCase;
  readonly simulatedSeconds: number;
  /** What else is of interest, printed beside. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface CaseState {
  readonly kind: RecoveryCase['kind'];
  readonly world: World;
  readonly tally: Tally;
  readonly sampler: Sampler;
  /** Virtual times. */
  readonly began: number;
  readonly from: number;
  readonly until: number;
}

/** Adds a case up, once its world is quiet or nothing more is to be expected of it. */
export function endCase({ kind, world, tally, sampler, began, from, until }: CaseState): CaseEnd {
  const elapsedMs = world.kernel.now() - began;
  world.settle();
  const { byService, total, perMillion } = dollarsOf(world.meter.snapshot(), {
    elapsedMs,
    deliveries: tally.count.delivered,
  });
  const done = tally.lastArrival(until) ?? until;
  return {
    result: {
      kind,
      deliveries: tally.count.accepted,
      trouble: { from: seconds(from - began), until: seconds(until - began) },
      doneSeconds: seconds(Math.max(0, done - until)),
      others: {
        before: latencyOf(tally, 'others', began, from),
        since: latencyOf(tally, 'others', from, world.kernel.now()),
      },
      lost: tally.waiting,
      twice: tally.twice,
      series: sampler.end(MOST_POINTS),
    },
    simulatedSeconds: seconds(elapsedMs),
    figures: {
      newcomers: latencyOf(tally, 'newcomers', began, world.kernel.now()),
      dead: Object.fromEntries(tally.reasons),
      missing: tally.missing(5),
      quarantined: countIn(world, 'Quarantine'),
      deadLetters: countIn(world, 'DeadLetters'),
      mostEnvironments: Object.fromEntries(
        [...world.functions].map(([name, { stats }]) => [name, stats.mostBusy]),
      ),
      errors: statsOf(world, 'errors'),
      throttles: statsOf(world, 'throttles'),
      tableThrottles: tableThrottlesOf(world),
      dollars: { total, perMillion, ...byService },
      megabytes: Math.round(process.memoryUsage().rss / 1e6),
      steps: world.kernel.steps,
      digest: world.kernel.trace.digest(),
    },
  };
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

function latencyOf(
  { latencies }: Tally,
  group: Group,
  from: number,
  until: number,
): RecoveryCase['others']['before'] {
  const ms = latencies
    .filter((each) => each.group === group && each.at >= from && each.at < until)
    .map((each) => each.ms);
  const [p50, p99] = quantiles(ms, 0.5, 0.99);
  return { p50: Math.round(p50), p99: Math.round(p99) };
}

function countIn({ queues }: World, name: string): number {
  const counts = queues.find((queue) => queue.name.startsWith(name))?.counts();
  return counts ? counts.visible + counts.inFlight + counts.delayed : 0;
}

const statsOf = ({ functions }: World, stat: 'errors' | 'throttles'): Record<string, number> =>
  Object.fromEntries(
    [...functions].flatMap(([name, { stats }]) => (stats[stat] > 0 ? [[name, stats[stat]]] : [])),
  );

/** By table, where it is and why: requests, and items of batches. */
function tableThrottlesOf({ dynamo }: World): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { table, index, reason, count } of dynamo.stats().throttles) {
    const place = [table, index, reason].filter(Boolean).join(' ');
    sums[place] = (sums[place] ?? 0) + count;
  }
  return sums;
}

/** Lets a world go on until all that was accepted before a time is delivered or dead. */
export async function runUntilDone(
  { kernel }: World,
  tally: Tally,
  before: number,
  mostMs: number,
): Promise<void> {
  const end = kernel.now() + mostMs;
  const stepMs = 5000;
  while (kernel.now() < end && !tally.isDone(before)) await kernel.run(kernel.now() + stepMs);
}
