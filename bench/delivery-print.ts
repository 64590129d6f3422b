import { PRICES } from '../lambdas/costs/prices.ts';
import type { CostName, DeliveryFigures, LoadFigures, LoadName } from './delivery.ts';
import type { SelfTime } from './rig/profile-top.ts';
import { round } from './rig/statistics.ts';
import { row } from './rig/table.ts';

export const LOADS: Record<LoadName, string> = {
  single16: 'single, 16 connections',
  single64: 'single, 64 connections',
  steady100: 'single, 100 a second',
  batch: '100 a call',
};

const CPU_GOALS: Partial<Record<LoadName, string>> = { single64: '≤ 1.8', batch: '≤ 1.0' };
const SPEED_GOALS: Partial<Record<LoadName, string>> = {
  single16: '≥ 900',
  single64: '≥ 900',
  batch: '≥ 2,000',
};

type Lines = Record<string, ReturnType<typeof row> & { readonly 'to raw loop'?: number }>;

export function printDelivery(figures: DeliveryFigures): void {
  const loads = Object.entries(figures.loads) as [LoadName, LoadFigures][];
  console.table({
    ...speedLines(loads, figures.raw),
    ...latencyLines(figures.latency),
    ...memoryLines(figures.memory),
    ...costLines(figures.cost),
    [`lost of ${figures.sent}`]: row(figures.lost, '0'),
    'delivered twice': row(figures.duplicates),
  });
  printThreads(loads);
  printCosts(figures.cost);
}

/** The costs alone. */
export function printDeliveryCosts(costs: DeliveryFigures['cost']): void {
  console.table(costLines(costs));
  printCosts(costs);
}

const costLines = (costs: DeliveryFigures['cost']): Lines => ({
  '$ a million, 100 a call': row(costs.batch.total, '≤ 1.50'),
  '$ a million, single': row(costs.single.total, '≤ 3.30'),
  '$ a million, one a second': row(costs.trickle.total, '≤ 5.00'),
});

function speedLines(loads: readonly [LoadName, LoadFigures][], raw: DeliveryFigures['raw']): Lines {
  const lines: Lines = {};
  for (const [name, { cpuMs }] of loads) {
    const measured = row(round(cpuMs, 2), CPU_GOALS[name]);
    lines[`processor ms a delivery, ${LOADS[name]}`] = {
      ...measured,
      'to raw loop': round(cpuMs / raw.clientMs),
    };
  }
  for (const [name, { perSecond }] of loads) {
    // At a steady rate it says nothing but the rate.
    if (name === 'steady100') continue;
    const measured = row(Math.round(perSecond), SPEED_GOALS[name]);
    lines[`delivered a second, ${LOADS[name]}`] = {
      ...measured,
      'to raw loop': round(perSecond / raw.postsPerSecond, 2),
    };
  }
  return {
    ...lines,
    'raw loop, posts a second': row(Math.round(raw.postsPerSecond)),
    'raw loop, processor ms a post, client': row(round(raw.clientMs, 3)),
    'raw loop, processor ms a post, receiver': row(round(raw.receiverMs, 3)),
  };
}

function latencyLines(latency: DeliveryFigures['latency']): Lines {
  const at = (perSecond: '50' | '100', goals: { p50?: string; p99?: string } = {}): Lines => ({
    [`accept to arrival at ${perSecond}/s, p50 ms`]: row(round(latency[perSecond].p50), goals.p50),
    [`accept to arrival at ${perSecond}/s, p95 ms`]: row(round(latency[perSecond].p95)),
    [`accept to arrival at ${perSecond}/s, p99 ms`]: row(round(latency[perSecond].p99), goals.p99),
  });
  return { ...at('50'), ...at('100', { p50: '≤ 5', p99: '≤ 25' }) };
}

const memoryLines = (memory: DeliveryFigures['memory']): Lines => ({
  'memory at full load, MB': row(Math.round(memory.atFullLoad), '≤ 300'),
  'peak resident memory, MB': row(Math.round(memory.peakResident), '≤ 350'),
  'memory idle after the start, MB': row(Math.round(memory.started), '≤ 200'),
  'memory a minute after the load, MB': row(Math.round(memory.rested), '≤ 200'),
});

/** Below this many seconds a kind of thread is left out. */
const WORTH_A_LINE = 0.02;

function printThreads(loads: readonly [LoadName, LoadFigures][]): void {
  const kinds = [...new Set(loads.flatMap(([, { threads }]) => Object.keys(threads)))]
    .map((kind) => ({ kind, times: loads.map(([name, { threads }]) => [name, threads[kind] ?? 0] as const) }))
    .filter(({ times }) => times.some(([, time]) => time >= WORTH_A_LINE))
    .sort((a, b) => total(b.times) - total(a.times));
  if (kinds.length === 0) return;
  console.log('\nProcessor seconds for 1,000 deliveries by kind of thread:');
  console.table(
    Object.fromEntries(
      kinds.map(({ kind, times }) => [
        kind,
        Object.fromEntries(times.map(([name, time]) => [LOADS[name], round(time, 2)])),
      ]),
    ),
  );
}

const total = (times: readonly (readonly [LoadName, number])[]): number =>
  times.reduce((sum, [, time]) => sum + time, 0);

const COSTS: Record<CostName, string> = { batch: '100 a call', single: 'single', trickle: 'one a second' };

function printCosts(cost: DeliveryFigures['cost']): void {
  for (const name of Object.keys(COSTS) as CostName[]) {
    console.log(`\nWhat a million deliveries cost, ${COSTS[name]} (${PRICES.region}, ${PRICES.asOf}):`);
    console.table(
      cost[name].lines
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

export function printTop(title: string, top: readonly SelfTime[]): void {
  console.log(`\n${title}:`);
  console.table(
    top.map(({ what, thread, ms, share }) => ({
      what,
      'most of it in': thread,
      ms: Math.round(ms),
      '%': round(share * 100),
    })),
  );
}
