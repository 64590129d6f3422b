import { setTimeout as sleep } from 'node:timers/promises';
import { type CostLine, priceOf, totalOf } from './rig/cost.ts';
import type { Sent } from './rig/load.ts';
import { mostMemory, rigMemory } from './rig/memory.ts';
import { measureRawLoop, type RawLoop } from './rig/raw-loop.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { medians, percentile, round } from './rig/statistics.ts';
import { peakOf, threadsOf, timeByKind } from './rig/usage.ts';

/** What a delivery takes, at fan-out 1 with payloads of 1 kB: medians of the rounds. */
export interface DeliveryFigures {
  readonly rounds: number;
  readonly loads: Readonly<Record<LoadName, LoadFigures>>;
  /** From the producer's answer to the arrival at the endpoint, in milliseconds, by events a second. */
  readonly latency: Readonly<Record<'50' | '100', Latency>>;
  readonly raw: RawLoop;
  readonly memory: Memory;
  readonly sent: number;
  readonly lost: number;
  readonly duplicates: number;
  /** Dollars per million: published one by one, in batches, and one a second, so that no batch fills. */
  readonly cost: Readonly<Record<CostName, Cost>>;
}

/** Single events with so many connections, or so many a second; or a hundred events a call. */
export type LoadName = 'single16' | 'single64' | 'steady100' | 'batch';
export type CostName = 'single' | 'batch' | 'trickle';

export interface LoadFigures {
  /** Deliveries from the first request to the last arrival. */
  readonly perSecond: number;
  /** Processor time of the local cloud, with all its threads, until every outcome is recorded. */
  readonly cpuMs: number;
  /** Processor seconds for 1,000 deliveries by kind of thread. Empty where there is no /proc. */
  readonly threads: Readonly<Record<string, number>>;
}

interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Of the local cloud with all its functions, in MB: PSS, or resident where there is no /proc. */
interface Memory {
  readonly started: number;
  readonly atFullLoad: number;
  readonly peakResident: number;
  /** Idle for more than a minute after the load. */
  readonly rested: number;
}

interface Cost {
  readonly total: number;
  readonly lines: CostLine[];
}

interface Scale {
  readonly rounds: number;
  readonly single: number;
  readonly batch: number;
  readonly seconds: number;
  readonly raw: number;
  /** Deliveries at one a second that are priced. */
  readonly trickle: number;
  /** Long enough that the environments of functions, idle for a minute, have ended. */
  readonly restMs: number;
}

export const DELIVERY_SCALES: Record<'full' | 'quick', Scale> = {
  full: { rounds: 3, single: 5000, batch: 10_000, seconds: 20, raw: 20_000, trickle: 20, restMs: 65_000 },
  quick: { rounds: 1, single: 1500, batch: 3000, seconds: 5, raw: 5000, trickle: 10, restMs: 65_000 },
};

/** After its start the cloud is left alone for so long before its memory is read. */
const SETTLE_MS = 3000;

/** A hundred events a request, two requests at a time: enough to keep the queues filled. */
export const BATCH = { perRequest: 100, parallel: 2 };
export const single = (parallel: number) => ({ perRequest: 1, parallel });

interface Tally {
  sent: number;
  lost: number;
  duplicates: number;
}

type Round = Pick<DeliveryFigures, 'loads' | 'latency' | 'raw' | 'memory'>;

export async function measureDelivery(size: 'full' | 'quick'): Promise<DeliveryFigures> {
  const scale = DELIVERY_SCALES[size];
  const tally: Tally = { sent: 0, lost: 0, duplicates: 0 };
  const rounds: Round[] = [];
  const costs: Costs[] = [];
  for (let i = 0; i < scale.rounds; i++) {
    rounds.push(await measureRound(scale, tally));
    costs.push(await costsOf(scale));
  }
  return {
    rounds: scale.rounds,
    ...medians(rounds),
    ...tally,
    cost: {
      batch: middle(costs.map(({ batch }) => batch)),
      single: middle(costs.map((all) => all.single)),
      trickle: middle(costs.map(({ trickle }) => trickle)),
    },
  };
}

type Costs = DeliveryFigures['cost'];

/** The costs alone, in one round: counting needs no quiet machine. */
export const measureDeliveryCosts = (size: 'full' | 'quick'): Promise<Costs> =>
  costsOf(DELIVERY_SCALES[size]);

const costsOf = async (scale: Scale): Promise<Costs> => ({
  batch: await cost((rig) => rig.load.flood(0, scale.batch, BATCH)),
  single: await cost((rig) => rig.load.flood(0, scale.single, single(16))),
  trickle: await cost((rig) => rig.load.steady(0, 1, scale.trickle)),
});

async function measureRound(scale: Scale, tally: Tally): Promise<Round> {
  const rig = await startRig({ metered: false });
  try {
    await sleep(SETTLE_MS);
    const started = await rigMemory(rig);
    await warmUp(rig);
    const raw = await measureRawLoop(rig.hookUrl, rig.receiver, scale.raw);
    const steady = async (perSecond: number) =>
      measureLoad(rig, () => rig.load.steady(0, perSecond, scale.seconds), tally);
    const flood = async (count: number, how: typeof BATCH) =>
      measureLoad(rig, () => rig.load.flood(0, count, how), tally);
    const steady50 = await steady(50);
    const steady100 = await steady(100);
    const watch = mostMemory(rig);
    const single16 = await flood(scale.single, single(16));
    const single64 = await flood(scale.single, single(64));
    const batch = await flood(scale.batch, BATCH);
    const atFullLoad = await watch.stop();
    await sleep(scale.restMs);
    return {
      raw,
      latency: { '50': steady50.latency, '100': steady100.latency },
      loads: {
        single16: single16.figures,
        single64: single64.figures,
        steady100: steady100.figures,
        batch: batch.figures,
      },
      memory: {
        started,
        atFullLoad,
        peakResident: (peakOf(rig.cloud.process.pid!) ?? (await rig.cloud.call('status')).mostMemory) / 1e6,
        rested: await rigMemory(rig),
      },
    };
  } finally {
    await rig.stop();
  }
}

/** Starts the functions and lets V8 compile what runs often. */
export async function warmUp(rig: Rig): Promise<void> {
  const none: Tally = { sent: 0, lost: 0, duplicates: 0 };
  await measureLoad(rig, () => rig.load.flood(0, 500, BATCH), none);
  await measureLoad(rig, () => rig.load.flood(0, 500, single(16)), none);
}

/** Publishes, and waits until all has arrived and is recorded. Resets the receiver. */
async function measureLoad(
  rig: Rig,
  publish: () => Promise<Sent[]>,
  tally: Tally,
): Promise<{ figures: LoadFigures; latency: Latency }> {
  const pid = rig.cloud.process.pid!;
  const functions = await rig.cloud.call('functions');
  const cpuBefore = (await rig.cloud.call('status')).cpuMs;
  const threadsBefore = threadsOf(pid);
  const sent = await publish();
  await rig.arrived(sent.length);
  const arrivals = await rig.receiver.call('arrivals');
  await rig.drained();
  const cpuMs = (await rig.cloud.call('status')).cpuMs - cpuBefore;
  const threadsAfter = threadsOf(pid);
  await rig.receiver.call('reset');
  tally.sent += sent.length;
  tally.lost += sent.length - arrivals.length;
  tally.duplicates += arrivals.reduce((sum, { times }) => sum + times - 1, 0);
  const began = Math.min(...sent.map(({ sentAt }) => sentAt));
  const ended = Math.max(...arrivals.map(({ at }) => at));
  const kinds =
    threadsBefore && threadsAfter ? timeByKind(threadsBefore, threadsAfter, cpuMs, functions) : {};
  // Milliseconds a delivery are seconds for a thousand.
  const each = (ms: number): number => ms / arrivals.length;
  return {
    figures: {
      perSecond: arrivals.length / ((ended - began) / 1000),
      cpuMs: each(cpuMs),
      threads: Object.fromEntries(Object.entries(kinds).map(([kind, ms]) => [kind, each(ms)])),
    },
    latency: latencyOf(sent, new Map(arrivals.map(({ n, at }) => [n, at]))),
  };
}

function latencyOf(sent: readonly Sent[], arrivals: ReadonlyMap<number, number>): Latency {
  const times = sent.flatMap(({ n, acceptedAt }) => {
    const at = arrivals.get(n);
    // A delivery can arrive before the producer's answer.
    return at === undefined ? [] : [Math.max(0, at - acceptedAt)];
  });
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) };
}

async function cost(publish: (rig: Rig) => Promise<Sent[]>): Promise<Cost> {
  const rig = await startRig({ metered: true });
  try {
    const warmUp = await rig.load.flood(0, 300, BATCH);
    await rig.arrived(warmUp.length);
    await rig.drained();
    await rig.receiver.call('reset');
    await rig.cloud.call('resetMeter');
    const sent = await publish(rig);
    await rig.arrived(sent.length);
    await rig.drained();
    const lines = priceOf(await rig.cloud.call('meter'), sent.length);
    return { total: round(totalOf(lines), 2), lines };
  } finally {
    await rig.stop();
  }
}

/** The run with the median total, so that its lines add up to it. */
const middle = (costs: readonly Cost[]): Cost =>
  [...costs].sort((a, b) => a.total - b.total)[Math.floor(costs.length / 2)]!;
