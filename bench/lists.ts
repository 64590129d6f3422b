import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { toItem as deliveryItem } from '../lambdas/delivery/delivery-items.ts';
import type { Outcome } from '../lambdas/delivery/outcome-schema.ts';
import { toItem as eventItem } from '../lambdas/events/event-items.ts';
import type { Item } from '../lambdas/platform/dynamo.ts';
import { inParallel } from '../lambdas/platform/in-parallel.ts';
import { FIRST_TENANT } from '../lambdas/tenants/tenant-defaults.ts';
import { chunksOf } from '../lambdas/values/chunks.ts';
import { ulidSource } from '../lambdas/values/ids.ts';
import { isOfTheCall } from './manage/manage.ts';
import { type EngineRig, type Subscribed, startEngineRig } from './rig/engine-rig.ts';
import { percentile, round } from './rig/statistics.ts';

/** What lists of deliveries read of a log that holds many. */
export interface ListFigures {
  readonly deliveries: number;
  readonly failing: number;
  readonly lists: readonly {
    readonly list: string;
    /** On the first page. */
    readonly rows: number;
    /** Requests to DynamoDB, and its read units. */
    readonly requests: number;
    readonly units: number;
    readonly p50: number;
  }[];
}

const DELIVERIES = { full: 100_000, quick: 10_000 };
/** One in a hundred fails: half of those wait, and half are dead. */
const FAILING = 100;
const HOURS = 24;
const CALLS = 20;
const RETENTION_SECONDS = 72 * 3600;

export async function measureLists(size: 'full' | 'quick'): Promise<ListFigures> {
  const rig = await startEngineRig({ metered: true });
  try {
    const subscribed = await rig.subscribe('bench.order', '/ok');
    const now = Date.now();
    await fill(rig, subscribed, DELIVERIES[size], now);
    const hourAgo = new Date(now - 3_600_000).toISOString();
    const { targetId, id } = subscribed;
    const paths: readonly [string, string][] = [
      ['failures of the last hour', `status=retrying,parked,dead&from=${hourAgo}`],
      ['what waits for an endpoint', `status=retrying,parked&targetId=${targetId}`],
      ['dead letters of an endpoint', `status=dead&targetId=${targetId}`],
      ['answered with 5xx', 'statusCode=5xx'],
      ['the newest of a subscription', `subscriptionId=${id}`],
      ['the newest of a target', `targetId=${targetId}`],
      ['the newest of the tenant', ''],
    ];
    const lists: ListFigures['lists'][number][] = [];
    for (const [list, query] of paths) lists.push({ list, ...(await ask(rig, `/v1/deliveries?${query}`)) });
    return { deliveries: DELIVERIES[size], failing: DELIVERIES[size] / FAILING, lists };
  } finally {
    await rig.stop();
  }
}

/** Puts events and deliveries of the last day into the log, as fanout and record write them. */
async function fill(
  { table, logTable }: EngineRig,
  { id, targetId }: Subscribed,
  count: number,
  now: number,
) {
  const nextUlid = ulidSource();
  const items = Array.from({ length: count }, (_, n): Item[] => {
    const at = now - Math.floor(((count - n) / count) * HOURS * 3_600_000);
    const ulid = nextUlid(at);
    const event = { id: `evt_${ulid}`, ulid, type: 'bench.order' };
    const status = n % FAILING !== 0 ? 'delivered' : n % (2 * FAILING) === 0 ? 'retrying' : 'dead';
    const outcome: Outcome = {
      ...{ tenant: FIRST_TENANT, subscription: id, target: targetId, event, status, at },
      attempts: [{ at, ms: 12, status: status === 'delivered' ? 200 : 503, answer: 'ok' }],
      ...(status === 'retrying' && { nextAttemptAt: now + 3_600_000 }),
      ...(status === 'dead' && { reason: 'exhausted' as const }),
    };
    const logged = {
      ...event,
      contentType: 'application/json',
      payload: { kind: 'text', text: '{"amount":250,"currency":"EUR"}' } as const,
    };
    const entry = { tenant: FIRST_TENANT, event: logged, part: 0, subscriptions: [id], matched: 1 };
    return [eventItem(entry, RETENTION_SECONDS), deliveryItem(outcome, RETENTION_SECONDS)];
  }).flat();
  await inParallel(chunksOf(items, 25), 8, (batch) =>
    table.send(
      new BatchWriteCommand({
        RequestItems: { [logTable]: batch.map((one) => ({ PutRequest: { Item: defined(one) } })) },
      }),
    ),
  );
}

const defined = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

async function ask({ cloud, api }: EngineRig, path: string) {
  const times: number[] = [];
  let rows = 0;
  await api.call('GET', path);
  await cloud.call('resetMeter');
  for (let n = 0; n < CALLS; n++) {
    const began = performance.now();
    rows = (await api.call<{ items: unknown[] }>('GET', path)).items.length;
    times.push(performance.now() - began);
  }
  const counted = (await cloud.call('meter')).filter(
    (entry) => isOfTheCall(entry) && entry.service === 'dynamodb',
  );
  const sum = (of: 'requests' | 'units'): number =>
    round(counted.reduce((total, entry) => total + entry[of], 0) / CALLS, 2);
  return { rows, requests: sum('requests'), units: sum('units'), p50: round(percentile(times, 0.5)) };
}

export function printLists({ deliveries, failing, lists }: ListFigures): void {
  console.table(
    Object.fromEntries(
      lists.map(({ list, rows, requests, units, p50 }) => [
        list,
        { rows, 'requests of DynamoDB': requests, 'read units': units, 'p50 ms': p50 },
      ]),
    ),
  );
  console.log(
    `First pages of 50, of ${deliveries} deliveries of one tenant in a day, of which ${failing} failed.`,
  );
}
