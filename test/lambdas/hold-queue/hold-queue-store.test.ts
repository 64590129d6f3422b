import { beforeAll, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { loseAnswerTo } from '../../helpers/requests.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { putAll } = await import('../../../lambdas/platform/dynamo.ts');
const { oldestHeld, putFirstHeld, putHeld, removeHeld } = await import(
  '../../../lambdas/hold-queue/hold-queue-store.ts'
);
const { acquireLease, readDrainSchedule, rescheduleDrain, scheduleDrain, scheduleDrainEarlier } =
  await import('../../../lambdas/hold-queue/drain-schedule-store.ts');

const { firstHeldKey } = await import('../../../lambdas/hold-queue/hold-queue.ts');
const { placesOf } = await import('../../../lambdas/recovery/places-store.ts');

const TABLE = 'hold-queue-state';
const NOW = Date.now();
const ref = { tenant: 't', target: 'tgt_1' };
const delivery = (n: number): DeliveryMessage =>
  deliveryOf({ ...ref, subscription: `sub_${n}`, event: eventOf({ ulid: lowestUlidAt(NOW) }) });

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

it('a delivery that is held again before it was removed stays (A13)', async () => {
  const held = [delivery(1), delivery(2)];
  await putHeld(TABLE, held, NOW);
  const gone = await oldestHeld(TABLE, ref, 10);
  expect(gone).toHaveLength(2);
  await putHeld(TABLE, [delivery(2)], NOW + 1);
  await removeHeld(TABLE, gone);
  const left = await oldestHeld(TABLE, ref, 10);
  expect(left.map(({ key, enteredAt }) => [key.sk, enteredAt])).toEqual([
    [`${lowestUlidAt(NOW)}#sub_2`, NOW + 1],
  ]);
});

it('an older message is not put over a newer one of its delivery (A15)', async () => {
  const target = { tenant: 't', target: 'tgt_3' };
  const attempt = { at: NOW, ms: 1, status: 503 };
  const stage = (about: Partial<DeliveryMessage>): DeliveryMessage => ({
    ...delivery(1),
    ...target,
    ...about,
  });
  const held = async () => {
    const items = await oldestHeld(TABLE, target, 10);
    return items.map(({ message, enteredAt }) => {
      const { run = 0, attempts } = JSON.parse(message) as DeliveryMessage;
      return [run, attempts.length, enteredAt];
    });
  };
  await putHeld(TABLE, [stage({ attempts: [attempt] })], NOW);
  await putHeld(TABLE, [stage({})], NOW + 1);
  expect(await held()).toEqual([[0, 1, NOW]]);
  await putHeld(TABLE, [stage({ run: 1 }), stage({ attempts: [attempt] })], NOW + 2);
  expect(await held()).toEqual([[1, 0, NOW + 2]]);
  await putHeld(TABLE, [stage({ run: 1 })], NOW + 3);
  expect(await held()).toEqual([[1, 0, NOW + 3]]);
  // What an older release has put has no order.
  const [{ key } = { key: undefined }] = await oldestHeld(TABLE, target, 1);
  await putAll(TABLE, [{ ...key, message: JSON.stringify(stage({ run: 9 })), enteredAt: NOW }]);
  await putHeld(TABLE, [stage({})], NOW + 4);
  expect(await held()).toEqual([[0, 0, NOW + 4]]);
});

it('what is held for the first time is put and removed by the batch, and leaves what is held again (A13)', async () => {
  const target = { tenant: 't', target: 'tgt_4' };
  const first = Array.from({ length: 60 }, (_, n) => ({ ...delivery(n), ...target }));
  await putFirstHeld(TABLE, [...first, first[0]!], NOW);
  const gone = await oldestHeld(TABLE, target, 400);
  expect(gone.map(({ message }) => JSON.parse(message).subscription).sort()).toEqual(
    first.map(({ subscription }) => subscription).sort(),
  );
  // One was released, and is held again before it is removed. A message of another that is older comes once more.
  const again = { ...first[1]!, waited: true as const };
  await putHeld(TABLE, [again], NOW);
  await removeHeld(TABLE, gone);
  await putFirstHeld(TABLE, [first[1]!], NOW + 1);
  const left = await oldestHeld(TABLE, target, 400);
  expect(left.map(({ message, enteredAt }) => [JSON.parse(message).waited, enteredAt])).toEqual([
    [true, NOW],
    [undefined, NOW + 1],
  ]);
  await removeHeld(TABLE, left);
  expect(await oldestHeld(TABLE, target, 400)).toEqual([]);
});

it('recovery finds a delivery that is held for the first time, and one that is held again (A15)', async () => {
  const target = { tenant: 't', target: 'tgt_5' };
  const [first, again, nowhere] = [1, 2, 3].map((n) => ({ ...delivery(n), ...target }));
  await putFirstHeld(TABLE, [first!], NOW);
  await putHeld(TABLE, [again!], NOW);
  const sought = [first!, again!, nowhere!].map((one) => ({ delivery: one, nextAttemptAt: undefined }));
  expect(await placesOf(TABLE, sought)).toEqual(['hold queue', 'hold queue', 'nowhere']);
});

it('a hold queue is drained earlier when the owner says so, unless a drain has the lease (A13)', async () => {
  const probed = { tenant: 't', target: 'tgt_2' };
  await scheduleDrain(TABLE, probed, NOW + 900_000);
  expect(await scheduleDrainEarlier(TABLE, probed, NOW)).toBe(true);
  expect(await scheduleDrainEarlier(TABLE, probed, NOW)).toBe(false);
  expect(await acquireLease(TABLE, probed, NOW + 900_000, NOW + 90_000)).toBe(false);
  expect(await acquireLease(TABLE, probed, NOW, NOW + 90_000)).toBe(true);
  expect(await scheduleDrainEarlier(TABLE, probed, NOW)).toBe(false);
});

it('a write of the schedule whose answer is lost knows its own entry when it is repeated (A13)', async () => {
  const target = { tenant: 't', target: 'tgt_7' };
  const until = NOW + 90_000;
  const writes: [string, () => Promise<boolean>][] = [
    ['a drain is scheduled', () => scheduleDrain(TABLE, target, NOW)],
    ['the lease is taken', () => acquireLease(TABLE, target, NOW, until)],
    ['the next drain is scheduled', () => rescheduleDrain(TABLE, target, until, NOW + 5)],
  ];
  for (const [what, write] of writes) {
    const restore = loseAnswerTo('PutItem');
    expect(await write(), what).toBe(true);
    expect(restore(), what).toBe(2);
    expect(await write(), `${what} again`).toBe(false);
  }
});

it('of two drains for one time, and the same end of their leases, one gets the lease (A13)', async () => {
  const target = { tenant: 't', target: 'tgt_8' };
  await scheduleDrain(TABLE, target, NOW);
  const taken = await Promise.all([1, 2].map(() => acquireLease(TABLE, target, NOW, NOW + 90_000)));
  expect(taken.sort()).toEqual([false, true]);
});

it('what a newer release has put is there: its drain is scheduled, and recovery finds its delivery (A15)', async () => {
  const target = { tenant: 't', target: 'tgt_6' };
  await putAll(TABLE, [{ pk: 'rooms', sk: 't#tgt_6', v: 2, due: 'soon' }]);
  expect(await scheduleDrain(TABLE, target, NOW)).toBe(false);
  const held = { ...delivery(1), ...target };
  await putAll(TABLE, [{ ...firstHeldKey(held), v: 2, message: 'packed' }]);
  expect(await placesOf(TABLE, [{ delivery: held, nextAttemptAt: undefined }])).toEqual(['hold queue']);
});

it('the schedule of drains is counted up to a bound, with the first that is due (A17)', async () => {
  const other = 'schedules';
  await createTable(dynamo, other);
  expect(await readDrainSchedule(other)).toEqual({ count: 0, isCut: false, firstAt: undefined });
  await putAll(other, [{ pk: 'rooms', sk: 't#damaged', at: 'soon' }]);
  await scheduleDrain(other, ref, NOW + 5);
  await scheduleDrain(other, { ...ref, target: 'tgt_2' }, NOW + 3);
  expect(await readDrainSchedule(other)).toEqual({ count: 2, isCut: false, firstAt: NOW + 3 });
  const more = Array.from({ length: 1000 }, (_, n) => ({ pk: 'rooms', sk: `a#${n}`, at: NOW + 10 + n }));
  await putAll(other, more);
  expect(await readDrainSchedule(other)).toEqual({ count: 1000, isCut: true, firstAt: NOW + 10 });
});
