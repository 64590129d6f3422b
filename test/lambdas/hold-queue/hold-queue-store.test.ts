import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const server = await startDynamo();
const { dynamo } = await import('../../../lambdas/platform/dynamo.ts');
const { scheduleDrain, scheduleDrainEarlier, putHeld, removeHeld, oldestHeld, acquireLease } = await import(
  '../../../lambdas/hold-queue/hold-queue-store.ts'
);

const TABLE = 'state';
const NOW = Date.now();
const room = { tenant: 't', target: 'tgt_1' };
const delivery = (n: number): DeliveryMessage =>
  deliveryOf({ ...room, subscription: `sub_${n}`, event: eventOf({ ulid: lowestUlidAt(NOW) }) });

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});
afterAll(() => server.close());

it('a guest who was sent on, and came back before he was taken off, stays (A13)', async () => {
  const guests = [delivery(1), delivery(2)];
  await putHeld(TABLE, guests, NOW);
  const gone = await oldestHeld(TABLE, room, 10);
  expect(gone).toHaveLength(2);
  await putHeld(TABLE, [delivery(2)], NOW + 1);
  await removeHeld(TABLE, gone);
  const left = await oldestHeld(TABLE, room, 10);
  expect(left.map(({ key, enteredAt }) => [key.sk, enteredAt])).toEqual([
    [`${lowestUlidAt(NOW)}#sub_2`, NOW + 1],
  ]);
});

it('a room is looked into earlier when its owner says so, unless somebody is inside (A13)', async () => {
  const probed = { tenant: 't', target: 'tgt_2' };
  await scheduleDrain(TABLE, probed, NOW + 900_000);
  expect(await scheduleDrainEarlier(TABLE, probed, NOW)).toBe(true);
  expect(await scheduleDrainEarlier(TABLE, probed, NOW)).toBe(false);
  expect(await acquireLease(TABLE, probed, NOW + 900_000, NOW + 90_000)).toBe(false);
  expect(await acquireLease(TABLE, probed, NOW, NOW + 90_000)).toBe(true);
  expect(await scheduleDrainEarlier(TABLE, probed, NOW)).toBe(false);
});
