import { WebSocket } from 'ws';
import type { Outcome } from '../lambdas/delivery/outcome-schema.ts';
import { messagesOf } from '../lambdas/live/summaries.ts';
import { lowestUlidAt } from '../lambdas/values/ids.ts';
import { apiClient } from '../local/api-client.ts';
import type { MeterEntry } from '../local/cloud.ts';
import { type CostLine, priceOf, totalOf } from './rig/cost.ts';
import type { EngineRig } from './rig/engine-rig.ts';
import { startLoad } from './rig/load.ts';
import { percentile, round } from './rig/statistics.ts';

/** What it costs to be watched live. Two tenants take turns in one run: one has a connection, the other has none. */
export interface LiveFigures {
  readonly rounds: number;
  readonly deliveriesInRound: number;
  readonly unwatched: Side;
  readonly watched: Side;
  /**
   * What telling takes of record's time, from 0 to 1: making the messages of a batch, against the whole batch. Sending them
   * goes on beside the counters. Rounds differ by far more than this.
   */
  readonly recordsShare: number;
  /** Frames that arrived, and seconds from the first to the last. */
  readonly frames: number;
  readonly frameSeconds: number;
  /** Deliveries that the frames counted. */
  readonly counted: number;
  /** Of the parts for those who watch, for a million deliveries. */
  readonly lines: readonly CostLine[];
  /** A connection of an hour in which nothing happens: minutes and pings. */
  readonly idleHourDollars: number;
}

interface Side {
  /** Requests of the functions `live` and `live-push`, and messages to their queue. */
  readonly requests: number;
  /** Billed milliseconds of record for a delivery, times its memory in GB; of each round. */
  readonly record: readonly number[];
}

const ROUNDS = { full: 20, quick: 8 };
const DELIVERIES = { full: 1000, quick: 600 };
const BATCH = { perRequest: 100, parallel: 2 };
const PINGS_AN_HOUR = 15;
const PINGS = 10;

const LIVE = new Set(['Live', 'LivePush']);
/** Record sends to no other queue, unless it can't read a message. */
const isOfLive = ({ caller, service }: MeterEntry): boolean =>
  service !== 'logs' &&
  (LIVE.has(caller) || service === 'websocket' || (caller === 'Record' && service === 'sqs'));

export async function measureLive(rig: EngineRig, size: 'full' | 'quick'): Promise<LiveFigures> {
  const apiUrl = await rig.cloud.call('apiUrl');
  const [quiet, seen] = [await tenantOf(rig, apiUrl, 'quiet'), await tenantOf(rig, apiUrl, 'seen')];
  const watcher = await watch(apiUrl, seen.key);
  const deliveries = DELIVERIES[size];
  const count = async ({ load }: typeof quiet): Promise<MeterEntry[]> => {
    await rig.cloud.call('resetMeter');
    await load.flood(0, deliveries, BATCH);
    await rig.drained();
    return rig.cloud.call('meter');
  };
  // Cold starts are over.
  for (const one of [quiet, seen]) await count(one);
  watcher.reset();
  const [without, within]: [MeterEntry[][], MeterEntry[][]] = [[], []];
  for (let n = 0; n < ROUNDS[size]; n++) {
    without.push(await count(quiet));
    within.push(await count(seen));
  }
  await watcher.settled();
  const { frames, seconds, counted } = watcher.seen();
  const pings = await pricePings(rig, watcher);
  watcher.close();
  await Promise.all([quiet.load.close(), seen.load.close()]);
  const sideOf = (all: readonly MeterEntry[][]): Side => ({
    requests: requestsOf(all.flat().filter(isOfLive)),
    record: all.map((entries) => recordTime(entries, deliveries)),
  });
  const [unwatched, watched] = [sideOf(without), sideOf(within)];
  const all = ROUNDS[size] * deliveries;
  return {
    rounds: ROUNDS[size],
    deliveriesInRound: deliveries,
    unwatched,
    watched,
    recordsShare: round(tellingMs(deliveries) / recordMs(unwatched, deliveries), 5),
    frames,
    frameSeconds: round(seconds, 1),
    counted,
    lines: priceOf(addedUp(within.flat().filter(isOfLive)), all),
    idleHourDollars: pings,
  };
}

/** Those of several rounds as one. */
const addedUp = (entries: readonly MeterEntry[]): MeterEntry[] =>
  [
    ...Map.groupBy(entries, ({ caller, service, operation }) => `${caller} ${service} ${operation}`).values(),
  ].map((alike) => ({
    ...alike[0]!,
    requests: requestsOf(alike),
    units: alike.reduce((sum, { units }) => sum + units, 0),
  }));

const MEMORY_GB = 0.5;
/** Milliseconds of record for a batch of a round, of the median round. */
const recordMs = ({ record }: Side, deliveries: number): number =>
  (percentile(record, 0.5) * deliveries) / MEMORY_GB;

const TIMES = 50;
/** Milliseconds that making the messages of so many outcomes takes, of the median try. */
function tellingMs(deliveries: number): number {
  const outcomes = Array.from({ length: deliveries }, outcomeOfBench);
  const tries = Array.from({ length: TIMES }, () => {
    const began = performance.now();
    JSON.stringify(messagesOf(outcomes, () => true));
    return performance.now() - began;
  });
  return percentile(tries, 0.5);
}

const SUBSCRIPTION = 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY';
function outcomeOfBench(_: unknown, n: number): Outcome {
  const ulid = lowestUlidAt(Date.UTC(2026, 10, 21) + n);
  return {
    tenant: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QA',
    target: `tgt_01KAK2V5E4V2N9CR0Q6WV7Z1Q${n % 10}`,
    subscription: SUBSCRIPTION,
    event: { id: `evt_${ulid}`, ulid, type: 'shop.order.placed' },
    status: n % 10 === 0 ? 'retrying' : 'delivered',
    at: Date.UTC(2026, 10, 21) + n,
    attempts: [{ at: Date.UTC(2026, 10, 21) + n, ms: 40, status: 200 }],
  };
}

const requestsOf = (entries: readonly MeterEntry[]): number =>
  entries.reduce((sum, { requests }) => sum + requests, 0);

const recordTime = (entries: readonly MeterEntry[], deliveries: number): number =>
  entries
    .filter(({ caller, service }) => caller === 'Record' && service === 'lambda')
    .reduce((sum, { units }) => sum + units, 0) / deliveries;

/** A tenant with a healthy endpoint. */
async function tenantOf(rig: EngineRig, apiUrl: string, name: string) {
  const tenant = await rig.api.call<{ id: string }>('POST', '/v1/tenants', { name });
  const { key } = await rig.api.call<{ key: string }>('POST', '/v1/keys', {
    tenantId: tenant.id,
    name,
    scopes: ['manage', 'publish'],
  });
  const type = `live.${name}`;
  const url = `${await rig.endpoint.call('url')}/ok`;
  await apiClient(apiUrl, key).subscribe({ url, events: [type] });
  return { key, load: startLoad(apiUrl, key, () => ({ type })) };
}

interface Frame {
  readonly at: string;
  readonly counts?: { readonly delivered: number };
}

async function watch(apiUrl: string, key: string) {
  const { url } = await apiClient(apiUrl, key).call<{ url: string }>('POST', '/v1/live/tickets');
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let frames: Frame[] = [];
  let answered: () => void = () => {};
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Frame & { type: string };
    if (message.type === 'frame') frames.push(message);
    else answered();
  });
  return {
    reset: () => {
      frames = [];
    },
    /** Waits until no frame has come for a while. */
    async settled() {
      for (let known = -1; known !== frames.length; ) {
        known = frames.length;
        await new Promise((resolve) => setTimeout(resolve, 3000));
      }
    },
    seen: () => ({
      frames: frames.length,
      seconds: (Date.parse(frames.at(-1)?.at ?? '') - Date.parse(frames[0]?.at ?? '')) / 1000,
      counted: frames.reduce((sum, { counts }) => sum + (counts?.delivered ?? 0), 0),
    }),
    ping: () =>
      new Promise<void>((resolve) => {
        answered = resolve;
        socket.send('{"type":"ping"}');
      }),
    close: () => socket.terminate(),
  };
}

/** What pings cost, and the minutes between them. */
async function pricePings(rig: EngineRig, watcher: Awaited<ReturnType<typeof watch>>): Promise<number> {
  await rig.cloud.call('resetMeter');
  for (let n = 0; n < PINGS; n++) await watcher.ping();
  const entries = (await rig.cloud.call('meter')).filter(
    (one) => isOfLive(one) && one.operation !== 'ConnectionMinutes',
  );
  const minutes: MeterEntry = {
    caller: 'client',
    service: 'websocket',
    operation: 'ConnectionMinutes',
    requests: 0,
    units: 60,
  };
  const pings = totalOf(priceOf(entries, PINGS)) * PINGS_AN_HOUR;
  return round((pings + totalOf(priceOf([minutes], 1))) / 1e6, 6);
}

export function printLive(figures: LiveFigures): void {
  const { rounds, deliveriesInRound, unwatched, watched, recordsShare, lines, frames, counted } = figures;
  const all = rounds * deliveriesInRound;
  console.log(
    `\nTwo tenants in turn, ${rounds} times ${deliveriesInRound} deliveries each; one is watched live:`,
  );
  console.table({
    'requests for those who watch': { unwatched: unwatched.requests, watched: watched.requests },
    'GB-ms of record for a delivery': {
      unwatched: round(percentile(unwatched.record, 0.5), 3),
      watched: round(percentile(watched.record, 0.5), 3),
    },
  });
  console.log(`Telling takes ${round(recordsShare * 100, 2)} % of record's time (the most: 5 %).`);
  console.log(`${frames} frames in ${figures.frameSeconds} s counted ${counted} of ${all} deliveries.`);
  console.log(
    `Being watched costs $${round(totalOf(lines), 2)} for a million deliveries at this speed, and a connection of an hour in which nothing happens $${figures.idleHourDollars}:`,
  );
  console.table(
    lines
      .slice(0, 12)
      .map(({ dollarsPerMillion, ...line }) => ({ ...line, dollars: round(dollarsPerMillion, 3) })),
  );
}
