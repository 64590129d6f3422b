import { PRICES } from '../lambdas/costs/prices.ts';
import { type CostLine, priceOf, totalOf } from './rig/cost.ts';
import type { Sent } from './rig/load.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { percentile, round } from './rig/statistics.ts';
import { row } from './rig/table.ts';

/** Speed, latency, memory and cost of delivery, at fan-out 1 with payloads of 1 kB. */
export interface DeliveryFigures {
  readonly batchPerSecond: number;
  readonly singlePerSecond: number;
  readonly latency: readonly Latency[];
  /** Peak resident memory of the local cloud with all its functions, in MB. */
  readonly memoryMb: number;
  /** Processor time of the local cloud per delivery under batch ingest, in milliseconds. */
  readonly cpuMsPerDelivery: number;
  readonly sent: number;
  readonly lost: number;
  readonly duplicates: number;
  /** Dollars per million: published one by one, in batches, and one a second, so that no batch fills. */
  readonly cost: Readonly<Record<'single' | 'batch' | 'trickle', Cost>>;
}

interface Cost {
  readonly total: number;
  readonly lines: CostLine[];
}

/** From the producer's answer to the arrival at the endpoint, in milliseconds. */
interface Latency {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

interface Scale {
  readonly flood: number;
  readonly seconds: number;
}

const SCALES: Record<'full' | 'quick', Scale> = {
  full: { flood: 10_000, seconds: 20 },
  quick: { flood: 1000, seconds: 3 },
};

/** A hundred events a request, two requests at a time: enough to keep the queues filled. */
const BATCH = { perRequest: 100, parallel: 2 };
/** Enough producers to keep the API busy without a queue in front of it. */
const SINGLE = { perRequest: 1, parallel: 8 };

export async function measureDelivery(size: 'full' | 'quick'): Promise<DeliveryFigures> {
  const scale = SCALES[size];
  const tally = { sent: 0, lost: 0, duplicates: 0, memory: 0 };
  const rig = await startRig({ metered: false });
  await warmUp(rig, tally);
  const latency: Latency[] = [];
  for (const perSecond of [50, 100]) {
    const sent = await rig.load.steady(0, perSecond, scale.seconds);
    latency.push({ perSecond, ...(await latencies(rig, sent, tally)) });
  }
  const single = await speed(rig, scale.flood / 2, SINGLE, tally);
  const batch = await speed(rig, scale.flood, BATCH, tally);
  await rig.stop();
  return {
    batchPerSecond: round(batch.perSecond),
    singlePerSecond: round(single.perSecond),
    latency,
    memoryMb: Math.round(tally.memory / 1e6),
    cpuMsPerDelivery: round(batch.cpuMs, 2),
    sent: tally.sent,
    lost: tally.lost,
    duplicates: tally.duplicates,
    cost: {
      single: await cost((rig) => rig.load.flood(0, scale.flood / 2, SINGLE)),
      batch: await cost((rig) => rig.load.flood(0, scale.flood, BATCH)),
      trickle: await cost((rig) => rig.load.steady(0, 1, scale.seconds)),
    },
  };
}

interface Tally {
  sent: number;
  lost: number;
  duplicates: number;
  /** Peak resident memory, in bytes. */
  memory: number;
}

async function warmUp(rig: Rig, tally: Tally): Promise<void> {
  await speed(rig, 500, BATCH, tally);
  await speed(rig, 200, SINGLE, tally);
}

/** Deliveries per second from the first request to the last arrival. */
async function speed(
  rig: Rig,
  count: number,
  how: typeof BATCH,
  tally: Tally,
): Promise<{ perSecond: number; cpuMs: number }> {
  const before = await rig.cloud.call('status');
  const sent = await rig.load.flood(0, count, how);
  await rig.arrived(count);
  const arrivals = await rig.receiver.call('arrivals');
  await rig.drained();
  const after = await rig.cloud.call('status');
  await settle(rig, sent, tally);
  const began = Math.min(...sent.map(({ sentAt }) => sentAt));
  const ended = Math.max(...arrivals.map(({ at }) => at));
  return {
    perSecond: arrivals.length / ((ended - began) / 1000),
    cpuMs: (after.cpuMs - before.cpuMs) / arrivals.length,
  };
}

async function latencies(rig: Rig, sent: readonly Sent[], tally: Tally): Promise<Omit<Latency, 'perSecond'>> {
  await rig.arrived(sent.length);
  const arrivals = new Map((await rig.receiver.call('arrivals')).map(({ n, at }) => [n, at]));
  const times = sent.flatMap(({ n, acceptedAt }) => {
    const at = arrivals.get(n);
    // A delivery can arrive before the producer's answer.
    return at === undefined ? [] : [Math.max(0, at - acceptedAt)];
  });
  await rig.drained();
  await settle(rig, sent, tally);
  return {
    p50: round(percentile(times, 0.5)),
    p95: round(percentile(times, 0.95)),
    p99: round(percentile(times, 0.99)),
  };
}

/** Counts losses and duplicates, and resets the receiver. */
async function settle(rig: Rig, sent: readonly Sent[], tally: Tally): Promise<void> {
  const arrivals = await rig.receiver.call('arrivals');
  tally.sent += sent.length;
  tally.lost += sent.length - arrivals.length;
  tally.duplicates += arrivals.reduce((sum, { times }) => sum + times - 1, 0);
  tally.memory = Math.max(tally.memory, (await rig.cloud.call('status')).peakMemory);
  await rig.receiver.call('reset');
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

export function printDelivery(figures: DeliveryFigures): void {
  console.table({
    'deliveries per second, batch ingest': row(figures.batchPerSecond, '≥ 500'),
    'deliveries per second, single ingest': row(figures.singlePerSecond, '≥ 250'),
    ...Object.fromEntries(
      figures.latency.flatMap(({ perSecond, p50, p95, p99 }) => [
        [`accept to arrival at ${perSecond}/s, p50 ms`, row(p50, perSecond === 100 ? '< 50' : '')],
        [`accept to arrival at ${perSecond}/s, p95 ms`, row(p95)],
        [`accept to arrival at ${perSecond}/s, p99 ms`, row(p99, perSecond === 100 ? '< 150' : '')],
      ]),
    ),
    'peak resident memory, MB': row(figures.memoryMb, '< 200'),
    'processor ms per delivery, batch ingest': row(figures.cpuMsPerDelivery),
    [`lost of ${figures.sent}`]: row(figures.lost, '0'),
    duplicates: row(figures.duplicates),
    '$ per million, batch ingest': row(figures.cost.batch.total, '< 2.50'),
    '$ per million, single ingest': row(figures.cost.single.total, '< 4.00'),
    '$ per million, single ingest, one a second': row(figures.cost.trickle.total),
  });
  for (const [name, { lines }] of Object.entries(figures.cost)) {
    console.log(`\nWhat a million deliveries with ${name} ingest cost (${PRICES.region}, ${PRICES.asOf}):`);
    console.table(
      lines
        .filter(({ dollarsPerMillion }) => dollarsPerMillion >= 0.005)
        .map(({ caller, service, operation, requestsPerMillion, dollarsPerMillion }) => ({
          caller,
          service,
          operation,
          'requests per million': requestsPerMillion,
          $: Number(dollarsPerMillion.toFixed(3)),
        })),
    );
  }
}
