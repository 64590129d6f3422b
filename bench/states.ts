import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteCommand, PutCommand, ScanCommand, type ScanCommandOutput } from '@aws-sdk/lib-dynamodb';
import { PRICES } from '../lambdas/costs/prices.ts';
import type { EndpointHealth } from '../lambdas/endpoint-health/health.ts';
import { type ParkingKey, parkingKey } from '../lambdas/parking/parking.ts';
import { inParallel } from '../lambdas/platform/in-parallel.ts';
import type { MeterEntry } from '../local/cloud.ts';
import { type LiveFigures, measureLive, printLive } from './live.ts';
import { type CostLine, priceOf, totalOf } from './rig/cost.ts';
import { aboveSuspicion, type EngineRig, proven, putHealth, startEngineRig } from './rig/engine-rig.ts';
import { round } from './rig/statistics.ts';
import { row } from './rig/table.ts';

/** What deliveries cost by how they end, and what waiting ones cost. */
export interface CostFigures {
  readonly states: readonly StateFigures[];
  readonly idle: IdleFigures;
  readonly live: LiveFigures;
}

interface StateFigures {
  readonly state: string;
  readonly deliveries: number;
  /** Answered 200. */
  readonly delivered: number;
  /** For a million, from the API's answer to the last record, with a hundred events in a request. */
  readonly dollarsPerMillion: number;
  readonly lines: readonly CostLine[];
}

/** Requests to AWS while nothing happens, with many parked deliveries and without. */
interface IdleFigures {
  readonly seconds: number;
  readonly parked: number;
  readonly without: IdleRequests;
  readonly withParked: IdleRequests;
  /** One run a minute, for any number of parked deliveries. */
  readonly releaseDollarsPerMonth: number;
  /** The price of an hour in the table for a million deliveries. */
  readonly storageDollarsPerMillionHours: number;
}

interface IdleRequests {
  readonly ofFunctions: number;
  /** Of event source mappings, which poll their queues all the time. */
  readonly ofPollers: number;
  /** In one run of release that finds nothing due: requests and their billed units. */
  readonly inReleaseRun: number;
  readonly unitsInReleaseRun: number;
}

type Size = 'full' | 'quick';

const EVENTS = { full: 1000, quick: 200 };
const IDLE_SECONDS = { full: 60, quick: 10 };
const PARKED = 1000;
const BATCH = { perRequest: 100, parallel: 2 };
const ONCE = { schedule: [1], jitter: 0 };
export const IN_AN_HOUR = { schedule: [3600], jitter: 0 };

/** How a delivery gets into a state. */
interface State {
  readonly name: string;
  /** Path of the endpoint, see endpoint-process.ts. */
  readonly path: string;
  readonly options?: object;
  readonly health: () => Partial<EndpointHealth>;
  /** Whether deliveries wait until the endpoint recovers. */
  readonly isDownFirst?: true;
  /** Whether deliveries wait until release sends them. */
  readonly isParked?: true;
}

const STATES: readonly State[] = [
  { name: 'delivered at once', path: '/ok', health: proven },
  {
    name: 'ten in a request',
    path: '/ok',
    options: { batching: { maxEvents: 10, maxSeconds: 5 } },
    health: () => ({ ...proven(), collects: true }),
  },
  {
    name: 'held back by a rate limit',
    path: '/ok',
    options: { rateLimit: { perSecond: 100 } },
    health: proven,
  },
  {
    name: 'retried once, by the queue',
    path: '/first/503',
    options: { retry: ONCE },
    health: aboveSuspicion,
  },
  {
    name: 'parked for an hour, then retried',
    path: '/first/503',
    options: { retry: IN_AN_HOUR },
    health: aboveSuspicion,
    isParked: true,
  },
  {
    name: 'waiting for recovery, then drained',
    path: '/ok',
    health: () => ({ ...proven(), open: { since: Date.now(), probes: 0 } }),
    isDownFirst: true,
  },
  { name: 'dead at once', path: '/status/404', health: proven },
  { name: 'dead after a retry', path: '/status/503', options: { retry: ONCE }, health: aboveSuspicion },
];

export async function measureCosts(size: Size): Promise<CostFigures> {
  const rig = await startEngineRig({ metered: true });
  await warmUp(rig);
  const states: StateFigures[] = [];
  for (const [i, state] of STATES.entries())
    states.push(await costOf(rig, state, `cost.n${i}`, EVENTS[size]));
  const idle = await measureIdle(rig, IDLE_SECONDS[size]);
  const live = await measureLive(rig, size);
  await rig.stop();
  return { states, idle, live };
}

/** The first deliveries pay for the cold starts. */
async function warmUp(rig: EngineRig): Promise<void> {
  for (const health of [{}, proven()]) {
    const subscribed = await rig.subscribe(`warm.n${Object.keys(health).length}`, '/ok');
    await putHealth(rig, subscribed, health);
    await subscribed.load.flood(0, 200, BATCH);
    await rig.drained();
  }
  const dead = await rig.subscribe('warm.dead', '/status/404');
  await dead.load.flood(0, 10, BATCH);
  await rig.drained();
}

async function costOf(rig: EngineRig, state: State, type: string, events: number): Promise<StateFigures> {
  const { cloud, endpoint } = rig;
  const subscribed = await rig.subscribe(type, state.path, state.options);
  await putHealth(rig, subscribed, state.health());
  await endpoint.call('fail', state.isDownFirst && 'answers');
  await endpoint.call('reset');
  await cloud.call('resetMeter');
  await subscribed.load.flood(0, events, BATCH);
  if (state.isDownFirst) {
    await untilIn(rig, 'room#', events);
    await endpoint.call('fail', undefined);
    await rig.delivered(events);
  }
  await rig.drained();
  if (state.isParked) {
    await letHourPass(rig);
    await cloud.call('runSchedule', 'EveryMinute');
    await rig.delivered(events);
    await rig.drained();
  }
  const counted = (await cloud.call('meter')).filter(({ caller }) => state.isParked || caller !== 'Release');
  const lines = priceOf(counted, events);
  return {
    state: state.name,
    deliveries: events,
    delivered: await endpoint.call('delivered'),
    dollarsPerMillion: round(totalOf(lines), 2),
    lines,
  };
}

/** Items of the state table whose partition has such a name. */
async function itemsIn({ table, stateTable }: EngineRig, prefix: string) {
  const items: (ParkingKey & { message: string })[] = [];
  let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await table.send(
      new ScanCommand({
        TableName: stateTable,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': prefix },
        ExclusiveStartKey,
      }),
    );
    items.push(...((page.Items ?? []) as typeof items));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

export async function untilIn(rig: EngineRig, prefix: string, count: number): Promise<void> {
  while ((await itemsIn(rig, prefix)).length < count) await sleep(200);
}

/** Makes all parked deliveries due now. */
export async function letHourPass(rig: EngineRig): Promise<void> {
  const { table, stateTable: TableName } = rig;
  const due = Date.now();
  await inParallel(await itemsIn(rig, 'parked#'), 25, async ({ pk, sk, ...rest }) => {
    const Item = { ...rest, ...parkingKey(due, sk.slice(sk.indexOf('#') + 1)) };
    await table.send(new PutCommand({ TableName, Item }));
    await table.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  });
}

async function measureIdle(rig: EngineRig, seconds: number): Promise<IdleFigures> {
  const { counts: without, release } = await countWhileIdle(rig, seconds);
  const subscribed = await rig.subscribe('cost.idle', '/first/503', { retry: IN_AN_HOUR });
  await putHealth(rig, subscribed, aboveSuspicion());
  await subscribed.load.flood(0, PARKED, BATCH);
  await untilIn(rig, 'parked#', PARKED);
  await rig.drained();
  const parked = await itemsIn(rig, 'parked#');
  const bytes = parked.reduce((sum, item) => sum + JSON.stringify(item).length, 0) / parked.length;
  return {
    seconds,
    parked: parked.length,
    without,
    withParked: (await countWhileIdle(rig, seconds)).counts,
    releaseDollarsPerMonth: round((totalOf(priceOf(release, 1)) / 1e6) * MINUTES_A_MONTH, 2),
    storageDollarsPerMillionHours: round((bytes / 1000) * (PRICES.dynamoGbMonth / HOURS_A_MONTH), 5),
  };
}

const HOURS_A_MONTH = 30 * 24;
const MINUTES_A_MONTH = HOURS_A_MONTH * 60;
/** Functions that a rule starts: their runs may or may not fall into a window, so they are counted apart. */
const SCHEDULED = new Set(['Release', 'Erase', 'Assess']);

async function countWhileIdle(
  { cloud }: EngineRig,
  seconds: number,
): Promise<{ counts: IdleRequests; release: MeterEntry[] }> {
  await sleep(2000);
  await cloud.call('resetMeter');
  await cloud.call('runSchedule', 'EveryMinute');
  const release = (await cloud.call('meter')).filter(({ caller }) => caller === 'Release');
  const inRun = release.filter(({ service }) => service === 'dynamodb' || service === 'sqs');
  await cloud.call('resetMeter');
  await sleep(seconds * 1000);
  const entries = (await cloud.call('meter')).filter(({ caller }) => !SCHEDULED.has(caller));
  const counts = {
    ofFunctions: requestsOf(
      entries.filter(({ caller, service }) => !OTHERS.has(caller) && service !== 'logs'),
    ),
    ofPollers: requestsOf(entries.filter(({ caller }) => caller === 'poller')),
    inReleaseRun: requestsOf(inRun),
    unitsInReleaseRun: inRun.reduce((sum, { units }) => sum + units, 0),
  };
  return { counts, release };
}

const OTHERS = new Set(['poller', 'operator']);
const requestsOf = (entries: readonly MeterEntry[]): number =>
  entries.reduce((sum, { requests }) => sum + requests, 0);

export function printCosts({ states, idle, live }: CostFigures): void {
  console.log(
    `What a million deliveries cost by what becomes of them, with ingest in batches of a hundred (${PRICES.region}, ${PRICES.asOf}), in dollars:`,
  );
  const dollars = (lines: readonly CostLine[]): number =>
    round(
      lines.reduce((sum, { dollarsPerMillion }) => sum + dollarsPerMillion, 0),
      2,
    );
  console.table(
    Object.fromEntries(
      states.map(({ state, deliveries, delivered, dollarsPerMillion, lines }) => [
        state,
        {
          'of so many arrived': `${delivered} of ${deliveries}`,
          'in all': dollarsPerMillion,
          ...Object.fromEntries(
            ['lambda', 'sqs', 'dynamodb', 'logs'].map((name) => [
              name,
              dollars(lines.filter(({ service }) => service === name)),
            ]),
          ),
          'in dispatch': dollars(lines.filter(({ caller }) => caller.startsWith('Dispatch'))),
        },
      ]),
    ),
  );
  const { seconds, parked, without, withParked } = idle;
  console.log(`\n${seconds} s in which nothing happens, with ${parked} deliveries parked and without:`);
  const line = (name: keyof IdleRequests, goal = '') => ({
    without: without[name],
    ...row(withParked[name], goal),
  });
  console.table({
    'requests of functions': line('ofFunctions', String(without.ofFunctions)),
    'requests of mappings, which ask their queues': line('ofPollers', 'about as many'),
    'requests in a run of release': line('inReleaseRun', String(without.inReleaseRun)),
    'billed units of it': line('unitsInReleaseRun', String(without.unitsInReleaseRun)),
  });
  console.log(
    `A month of runs of release costs $${idle.releaseDollarsPerMonth}; a million deliveries in the table $${idle.storageDollarsPerMillionHours} an hour.`,
  );
  printLive(live);
}
