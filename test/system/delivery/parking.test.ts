import { setImmediate } from 'node:timers/promises';
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import {
  minuteOf,
  type ParkingKey,
  parkingKey,
  parkingPartitions,
} from '../../../lambdas/parking/parking.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { deliveryId } from '../../../lambdas/values/ids.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { edits, impatient, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

type ParkedItem = ParkingKey & { message: string };

const HOUR_MS = 3600_000;
const afterOneHour = { schedule: [3600], jitter: 0 };

const cloud = await startCloud();
const stateTable = cloud.resource('State').physicalId;

async function parkedAt(due: number): Promise<ParkedItem[]> {
  const queries = parkingPartitions(minuteOf(due)).map((pk) =>
    cloud.dynamo.send(
      new QueryCommand({
        TableName: stateTable,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
      }),
    ),
  );
  return (await Promise.all(queries)).flatMap(({ Items = [] }) => Items as ParkedItem[]);
}

/** Parks one delivery for another time, as if time had passed. */
async function parkAnew(item: ParkedItem, due: number): Promise<void> {
  const { pk, sk, ...rest } = item;
  const key = parkingKey(due, sk.slice(sk.indexOf('#') + 1));
  await cloud.dynamo.send(new PutCommand({ TableName: stateTable, Item: { ...rest, ...key } }));
  await cloud.dynamo.send(new DeleteCommand({ TableName: stateTable, Key: { pk, sk } }));
}

/**
 * Sets the minute of release's last complete run, as if none had run since, so that a test may start at any second of a
 * minute.
 */
async function nothingRanSince({ dynamo, resource }: TestCloud, minute: number): Promise<void> {
  const Item = { pk: 'release', sk: 'cursor', minute };
  await dynamo.send(new PutCommand({ TableName: resource('State').physicalId, Item }));
}

it('puts an unreadable parked item into quarantine, and releases the others', async () => {
  const endpoint = await startEndpoint((attempt) => ({ status: attempt === 1 ? 503 : 200 }));
  await cloud.api.subscribe({ url: endpoint.url, events: ['parked.beside'], retry: afterOneHour });
  const { id } = await cloud.api.publish('parked.beside', {});
  const { nextAttemptAt } = await cloud.delivery(id, 'parked');
  const due = Date.now() + 1000;
  const [item] = await parkedAt(Date.parse(nextAttemptAt!));
  await parkAnew(item!, due);
  const unreadable = { ...parkingKey(due, 'unreadable'), message: '{"v":1,"kind":"delivery"}' };
  await cloud.dynamo.send(new PutCommand({ TableName: stateTable, Item: unreadable }));

  await cloud.runSchedule('EveryMinute');

  await cloud.delivery(id, 'delivered');
  expect(await parkedAt(due)).toEqual([]);
  expect(cloud.queues()[cloud.resource('Quarantine').physicalId.split('/').at(-1)!]!.visible).toBe(1);
});

it('parks a retry beyond a queue’s delay, releases it with the remaining delay, and posts it when it is due (B10)', async () => {
  const endpoint = await startEndpoint((attempt) => ({ status: attempt === 1 ? 503 : 200 }));
  await cloud.api.subscribe({ url: endpoint.url, events: ['parked.once'], retry: afterOneHour });
  const { id } = await cloud.api.publish('parked.once', { kept: true });
  const { nextAttemptAt } = await cloud.delivery(id, 'parked');
  const dueAtFirst = Date.parse(nextAttemptAt!);
  expect(Math.abs(dueAtFirst - Date.now() - HOUR_MS)).toBeLessThan(60_000);
  const [item] = await parkedAt(dueAtFirst);

  await cloud.runSchedule('EveryMinute');
  expect(await parkedAt(dueAtFirst)).toEqual([item]);
  expect(endpoint.arrivals).toHaveLength(1);

  const due = Date.now() + 4000;
  await parkAnew(item!, due);
  await cloud.runSchedule('EveryMinute');
  expect(await parkedAt(due)).toEqual([]);

  const { attempts } = await cloud.delivery(id, 'delivered');
  expect(attempts.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
  const late = endpoint.arrivals[1]!.at - due;
  expect(late).toBeGreaterThan(-1000);
  // One second for SQS's whole seconds, the rest for a busy machine.
  expect(late).toBeLessThan(6000);
  expect(endpoint.arrivals[1]!.body.equals(endpoint.arrivals[0]!.body)).toBe(true);
});

it('releases at once the deliveries that fell due while release did not run', async () => {
  const endpoint = await startEndpoint((attempt) => ({ status: attempt === 1 ? 503 : 200 }));
  await cloud.api.subscribe({ url: endpoint.url, events: ['parked.overdue'], retry: afterOneHour });
  const { id } = await cloud.api.publish('parked.overdue', {});
  const { nextAttemptAt } = await cloud.delivery(id, 'parked');
  const [item] = await parkedAt(Date.parse(nextAttemptAt!));
  const due = Date.now() - 5 * 60_000;
  await parkAnew(item!, due);
  await nothingRanSince(cloud, minuteOf(due));
  await cloud.runSchedule('EveryMinute');
  await cloud.delivery(id, 'delivered');
});

it('loses none when release is killed in the middle (C9)', async () => {
  const COUNT = 600;
  const endpoint = await startEndpoint();
  const { id, targetId } = await cloud.api.subscribe({ url: endpoint.url, events: ['parked.many'] });
  const messages = Array.from({ length: COUNT }, () => messageTo(id, targetId));
  const due = Date.now();
  await Promise.all(messages.map((message) => putParked(cloud, message, due)));
  await nothingRanSince(cloud, minuteOf(due));

  const release = cloud.functions.get('Release')!;
  const running = cloud.runSchedule('EveryMinute');
  // It takes some tenths of a second for all, and dispatch as much to start: an arrival would be too late a sign.
  const sent = (): number =>
    Object.values(cloud.queues()).reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
  let isOver = false;
  void running.finally(() => (isOver = true));
  while (sent() === 0 && !isOver) await setImmediate();
  await release.kill();
  expect(await running).toMatchObject([{ kind: 'failed', cause: 'crash' }]);
  await cloud.runSchedule('EveryMinute');

  const posted = (): Set<unknown> => new Set(endpoint.arrivals.map(({ headers }) => headers['webhook-id']));
  await eventually(() => expect(posted().size).toBe(COUNT));
  await cloud.settled();
  const deliveries = await cloud.api.deliveriesOf(id);
  expect(deliveries).toHaveLength(COUNT);
  expect(deliveries.every(({ status }) => status === 'delivered')).toBe(true);
  expect(await parkedAt(due)).toEqual([]);
});

it('delivers a released delivery that could not be removed from the table', async () => {
  await using broken = await startCloud({
    edit: edits(withoutWindows, impatient(5), withoutGrant('Release', 'dynamodb:BatchWriteItem', 'State')),
  });
  const endpoint = await startEndpoint();
  const { id, targetId } = await broken.api.subscribe({ url: endpoint.url, events: ['parked.twice'] });
  const due = Date.now();
  await putParked(broken, messageTo(id, targetId), due);
  await nothingRanSince(broken, minuteOf(due));
  for (let run = 0; run < 2; run++) {
    expect(await broken.runSchedule('EveryMinute')).toMatchObject([{ kind: 'failed' }]);
  }
  await eventually(() => expect(endpoint.arrivals).toHaveLength(2));
  await broken.settled();
  expect(await broken.api.deliveriesOf(id)).toMatchObject([{ status: 'delivered' }]);
});

const messageTo = (subscription: string, target: string): DeliveryMessage =>
  deliveryOf({ tenant: FIRST_TENANT, subscription, target, event: eventOf({ type: 'parked.many' }) });

async function putParked(
  { dynamo, resource }: TestCloud,
  message: DeliveryMessage,
  due: number,
): Promise<void> {
  const key = parkingKey(due, deliveryId(message.event.ulid, message.subscription));
  const Item = { ...key, message: JSON.stringify(message), ttl: Math.ceil(due / 1000) + 3600 };
  await dynamo.send(new PutCommand({ TableName: resource('State').physicalId, Item }));
}
