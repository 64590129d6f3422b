import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from './rig/endpoint-process.ts';
import { aboveSuspicion, type EngineRig, putHealth, startEngineRig } from './rig/engine-rig.ts';
import { round } from './rig/statistics.ts';
import { row } from './rig/table.ts';

/** What happened to events whose endpoint was down for the first third of the time. */
export interface OutageFigures {
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly runs: readonly OutageRun[];
}

interface OutageRun {
  /** How the endpoint was down. */
  readonly failure: Failure;
  readonly hasBreaker: boolean;
  readonly events: number;
  /** Shown as delivered, and answered 200. */
  readonly delivered: number;
  readonly dead: number;
  /** Shown as neither delivered nor dead, or shown as delivered without an arrival. */
  readonly lost: number;
  readonly duplicates: number;
  /** Attempts while the endpoint was down. */
  readonly wasted: number;
  readonly breakerOpened: number;
  readonly breakerClosed: number;
  /** From the endpoint's recovery until all earlier events had arrived. */
  readonly recoverySeconds: number;
}

const SECONDS = { full: 90, quick: 30 };
const EVENTS_A_SECOND = 20;
/** Outlasts the outage with and without a breaker, and is the same for both. */
const RETRY = { schedule: [1, 2, 4, 8, 16, 32, 60, 60], jitter: 0.2 };
/** Deliveries before the outage: successes that the breaker has to forget. */
const BEFORE = 200;
/** Longer than functions cache endpoint health. */
const FRESH_MS = 2000;

const RUNS = [
  { failure: 'answers', hasBreaker: true },
  { failure: 'answers', hasBreaker: false },
  { failure: 'refuses', hasBreaker: true },
  { failure: 'refuses', hasBreaker: false },
] as const;

export async function measureOutage(size: 'full' | 'quick'): Promise<OutageFigures> {
  const rig = await startEngineRig();
  const runs: OutageRun[] = [];
  for (const [i, how] of RUNS.entries()) runs.push(await run(rig, how, `outage.n${i}`, SECONDS[size]));
  await rig.stop();
  return { seconds: SECONDS[size], eventsPerSecond: EVENTS_A_SECOND, runs };
}

async function run(
  rig: EngineRig,
  { failure, hasBreaker }: (typeof RUNS)[number],
  type: string,
  seconds: number,
): Promise<OutageRun> {
  const { cloud, endpoint, api } = rig;
  await endpoint.call('reset');
  const subscribed = await rig.subscribe(type, '/ok', { retry: RETRY });
  const { id, load } = subscribed;
  if (!hasBreaker) await putHealth(rig, subscribed, aboveSuspicion());
  await load.flood(0, BEFORE, { perRequest: 10, parallel: 1 });
  await rig.delivered(BEFORE);
  await sleep(FRESH_MS);
  const before = await cloud.call('metrics');

  await endpoint.call('fail', failure);
  const downMs = (seconds * 1000) / 3;
  const sending = load.steady(BEFORE, EVENTS_A_SECOND, seconds);
  await sleep(downMs);
  await endpoint.call('fail', undefined);
  const wellAt = Date.now();
  const sent = [...Array(BEFORE).keys(), ...(await sending).map(({ n }) => n)];
  await rig.delivered(sent.length, 3 * downMs + 60_000);
  await rig.drained();

  const after = await cloud.call('metrics');
  const requests = await endpoint.call('requests');
  const arrivals = Map.groupBy(
    requests.filter(({ status }) => status === 200).map(({ at, numbers: [n] }) => ({ at, n: n! })),
    ({ n }) => n,
  );
  const backlog = BEFORE + (EVENTS_A_SECOND * seconds) / 3;
  const lastOfBacklog = Math.max(...sent.slice(0, backlog).map((n) => arrivals.get(n)?.[0]?.at ?? wellAt));
  const deliveries = await api.deliveriesOf(id);
  const count = (status: string): number => deliveries.filter((one) => one.status === status).length;
  const counted = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
  return {
    failure,
    hasBreaker,
    events: sent.length,
    delivered: Math.min(count('delivered'), arrivals.size),
    dead: count('dead'),
    lost: sent.length - Math.min(count('delivered'), arrivals.size) - count('dead'),
    duplicates: [...arrivals.values()].reduce((sum, of) => sum + of.length - 1, 0),
    wasted: deliveries.flatMap(({ attempts }) => attempts).filter(({ statusCode }) => statusCode !== 200)
      .length,
    breakerOpened: counted('BreakerOpened'),
    breakerClosed: counted('BreakerClosed'),
    recoverySeconds: round((lastOfBacklog - wellAt) / 1000),
  };
}

export function printOutage({ seconds, eventsPerSecond, runs }: OutageFigures): void {
  const how = { answers: 'answers 503', refuses: 'refuses connections' };
  for (const failure of ['answers', 'refuses'] as const) {
    console.log(
      `\nThe endpoint ${how[failure]} for ${seconds / 3} of ${seconds} s, ${eventsPerSecond} events a second:`,
    );
    const [having, without] = [true, false].map(
      (hasBreaker) => runs.find((one) => one.failure === failure && one.hasBreaker === hasBreaker)!,
    ) as [OutageRun, OutageRun];
    const line = (name: Exclude<keyof OutageRun, 'failure' | 'hasBreaker'>, goal = '') => ({
      ...row(having[name], goal),
      'without a breaker': without[name],
    });
    console.table({
      events: line('events'),
      delivered: line('delivered', String(having.events)),
      dead: line('dead', '0'),
      lost: line('lost', '0'),
      duplicates: line('duplicates'),
      'attempts wasted': line('wasted', 'fewer'),
      'times the breaker opened': line('breakerOpened', '1'),
      'times it closed': line('breakerClosed', '1'),
      'seconds from recovery to the last of the backlog': line('recoverySeconds'),
    });
  }
}
