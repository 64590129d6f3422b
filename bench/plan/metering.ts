import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, apiClient } from '../../local/api-client.ts';
import { aboveSuspicion, type EngineRig, proven, putHealth, startEngineRig } from '../rig/engine-rig.ts';
import { orderOf } from '../rig/load.ts';
import { IN_AN_HOUR, letHourPass, untilIn } from '../states.ts';
import {
  FILE,
  type Metered,
  type MeteredPath,
  PATHS,
  type Path,
  type PayloadUnits,
  SCHEDULES,
} from './metered.ts';
import { byStage, eachUnit, type Stage, sumOfUnits, timesUnits, type Units, unitsOf } from './units.ts';

/** Deliveries of a path that are counted one by one, and all at once. */
const SIZES = { full: { alone: 6, together: 600 }, quick: { alone: 2, together: 200 } };
const A_REQUEST = 100;
const PAYLOAD_KB = [1, 2, 4, 8, 16];
const PAYLOADS = 40;

/** Later than record waits for its batch, as the default schedule is. */
const SOON = { schedule: [4], jitter: 0 };

/** How a delivery takes a path. */
interface Way {
  readonly endpoint: string;
  readonly options?: object;
  readonly health: () => object;
  /** Waits until the endpoint recovers, or until release sends it. */
  readonly waits?: 'for recovery' | 'parked';
}

const WAYS: Record<Path, Way> = {
  delivered: { endpoint: '/ok', health: proven },
  retried: { endpoint: '/first/503', options: { retry: SOON }, health: aboveSuspicion },
  parked: { endpoint: '/first/503', options: { retry: IN_AN_HOUR }, health: aboveSuspicion, waits: 'parked' },
  held: {
    endpoint: '/ok',
    health: () => ({ ...proven(), open: { since: Date.now(), probes: 0 } }),
    waits: 'for recovery',
  },
  dead: { endpoint: '/status/404', health: proven },
};

/**
 * Counts what each path of a delivery asks of AWS, alone and in full batches. Nothing that was read is kept, as where events
 * are rare.
 */
export async function meterPaths(size: 'full' | 'quick'): Promise<Metered> {
  const rig = await startEngineRig({ metered: true, forgetful: true });
  try {
    const { key } = await rig.api.call<{ key: string }>('POST', '/v1/keys', {
      name: 'shop',
      scopes: ['publish'],
    });
    const publisher = apiClient(rig.apiUrl, key);
    const schedules = await meterSchedules(rig);
    const paths: [Path, MeteredPath][] = [];
    for (const path of PATHS) {
      await meterTogether(rig, publisher, path, 'warm', A_REQUEST);
      const { alone, together } = SIZES[size];
      const many = await meterTogether(rig, publisher, path, 'together', together);
      // An endpoint that is down collects many deliveries before it recovers.
      const few = path === 'held' ? many : await meterAlone(rig, publisher, path, alone);
      paths.push([path, { alone: few, together: withoutEmptyRuns(many, schedules.EveryMinute) }]);
    }
    const payloads = await meterPayloads(rig, publisher);
    const at = new Date().toISOString().slice(0, '2026-11-28'.length);
    return { at, paths: Object.fromEntries(paths) as Record<Path, MeteredPath>, payloads, schedules };
  } finally {
    await rig.stop();
  }
}

const dataOf = (n: number): object => orderOf(n);

async function meterTogether(
  rig: EngineRig,
  publisher: ApiClient,
  path: Path,
  name: string,
  deliveries: number,
) {
  const type = await subscribe(rig, path, name);
  await rig.cloud.call('resetMeter');
  for (let n = 0; n < deliveries; n += A_REQUEST) {
    const events = Array.from({ length: A_REQUEST }, (_, i) => ({ type, data: dataOf(n + i) }));
    await publisher.publishBatch(JSON.stringify({ events }));
  }
  await finish(rig, path, deliveries);
  return { deliveries, stages: await counted(rig, deliveries) };
}

async function meterAlone(rig: EngineRig, publisher: ApiClient, path: Path, deliveries: number) {
  const type = await subscribe(rig, path, 'alone');
  await rig.cloud.call('resetMeter');
  for (let n = 0; n < deliveries; n++) {
    await publisher.publish(type, dataOf(n));
    await finish(rig, path, 1);
  }
  return { deliveries, stages: await counted(rig, deliveries) };
}

async function subscribe(rig: EngineRig, path: Path, name: string): Promise<string> {
  const { endpoint, options, health, waits } = WAYS[path];
  const type = `plan.${path}.${name}`;
  const subscribed = await rig.subscribe(type, endpoint, options);
  await putHealth(rig, subscribed, health());
  await rig.endpoint.call('fail', waits === 'for recovery' ? 'answers' : undefined);
  await rig.endpoint.call('reset');
  return type;
}

async function finish(rig: EngineRig, path: Path, deliveries: number): Promise<void> {
  const { waits } = WAYS[path];
  if (waits === 'for recovery') {
    await untilIn(rig, 'room#', deliveries);
    await rig.endpoint.call('fail', undefined);
    await rig.delivered(deliveries);
  }
  await rig.drained();
  if (waits === 'parked') {
    await letHourPass(rig);
    await rig.cloud.call('runSchedule', 'EveryMinute');
    await rig.drained();
  }
}

/** What was counted, for one delivery. */
async function counted(rig: EngineRig, deliveries: number): Promise<Partial<Record<Stage, Units>>> {
  const stages = Object.entries(byStage(await rig.cloud.call('meter')));
  return Object.fromEntries(stages.map(([stage, units]) => [stage, timesUnits(units, 1 / deliveries)]));
}

/** Release runs each minute anyway: what a run asks in vain is no delivery's. */
function withoutEmptyRuns(
  { deliveries, stages }: MeteredPath['together'],
  empty: Units,
): MeteredPath['together'] {
  const { Release, ...others } = stages;
  if (!Release) return { deliveries, stages };
  const vain = timesUnits(empty, Release.runs);
  return {
    deliveries,
    stages: { ...others, Release: eachUnit((name) => Math.max(0, Release[name] - vain[name])) },
  };
}

/** What each schedule's run asks while nothing happens. */
async function meterSchedules(rig: EngineRig): Promise<Metered['schedules']> {
  const all: [string, Units][] = [];
  for (const { rule, caller } of SCHEDULES) {
    await rig.cloud.call('runSchedule', rule);
    await rig.cloud.call('resetMeter');
    await rig.cloud.call('runSchedule', rule);
    const entries = (await rig.cloud.call('meter')).filter((entry) => entry.caller === caller);
    const { runs, ...units } = sumOfUnits(entries.map(unitsOf));
    all.push([rule, timesUnits({ runs, ...units }, 1 / Math.max(1, runs))]);
  }
  return Object.fromEntries(all) as Metered['schedules'];
}

async function meterPayloads(rig: EngineRig, publisher: ApiClient): Promise<PayloadUnits[]> {
  const payloads: PayloadUnits[] = [];
  for (const kb of PAYLOAD_KB) {
    const type = await subscribe(rig, 'delivered', `payload${kb}`);
    await rig.cloud.call('resetMeter');
    const events = Array.from({ length: PAYLOADS }, (_, n) => ({ type, data: largeData(n, kb) }));
    await publisher.publishBatch(JSON.stringify({ events }));
    await sleep(100);
    await rig.drained();
    const { Ingest, Fanout, Dispatch } = await counted(rig, PAYLOADS);
    const { puts = 0 } = Ingest ?? {};
    payloads.push({ kb, eventWrites: Fanout?.writes ?? 0, puts, gets: Dispatch?.gets ?? 0 });
  }
  return payloads;
}

/** Room for what surrounds an event's data. */
const ENVELOPE = 300;

/** Orders that make an event of almost so many KB. */
function largeData(n: number, kb: number): object {
  const wanted = kb * 1024 - ENVELOPE;
  const orders: object[] = [];
  let bytes = 0;
  while (bytes < wanted) {
    const order = orderOf(n * 100 + orders.length);
    bytes += JSON.stringify(order).length + 1;
    orders.push(order);
  }
  // The last one is too much, or as much as can be.
  const last = JSON.stringify(orders.pop());
  return { orders, note: last.slice(0, Math.max(0, last.length - (bytes - wanted))).replaceAll('"', "'") };
}

export function printMetered({ paths }: Metered): void {
  for (const [path, { alone, together }] of Object.entries(paths)) {
    console.log(`${path}: one alone, and one of ${together.deliveries}`);
    const rows = Object.entries(alone.stages).flatMap(([stage, units]) => [
      [`${stage}, alone`, units],
      [stage, together.stages[stage as Stage]],
    ]);
    console.table(Object.fromEntries(rows));
  }
}

/** Writes what the planner reads. */
export function writeMetered(metered: Metered): void {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(4)) : value;
  writeFileSync(FILE, `${JSON.stringify(metered, rounded, 2)}\n`);
}
