import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventOf, eventsMessage } from '../../builders/events.ts';
import { fanoutWorld, subscriptionId } from '../../builders/fanout.ts';

/** More than an index may have that is rebuilt while events wait for it. */
const LARGE = 9 * 1024 * 1024;

/** A tenant with one subscription that fanout knows, and has just got a second one. */
async function changedTenant(bytes: number) {
  const world = fanoutWorld();
  world.configure('t', [{}], bytes);
  await world.run([eventsMessage('t', eventOf())]);
  world.configure('t', [{}, {}], bytes);
  const reached = async (about: Parameters<typeof eventOf>[0] = {}): Promise<number> => {
    const before = world.deliveries.length;
    await world.run([eventsMessage('t', eventOf(about))]);
    return world.deliveries.length - before;
  };
  return { world, reached };
}

it('an index is read once for a version', async () => {
  const { world, reached } = await changedTenant(1000);
  for (let i = 0; i < 3; i++) expect(await reached()).toBe(2);
  expect(world.reads).toEqual(['t', 't']);
});

it('a small index is current for the event after a change', async () => {
  const { reached } = await changedTenant(1000);
  expect(await reached()).toBe(2);
});

it('a large index serves while the next one is built', async () => {
  const { reached } = await changedTenant(LARGE);
  expect(await reached()).toBe(1);
  for (let i = 0; i < 5; i++) await setImmediate();
  expect(await reached()).toBe(2);
});

it('a large index is waited for once it is ten seconds behind', async () => {
  const { world, reached } = await changedTenant(LARGE);
  world.clock.now += 10_000;
  expect(await reached()).toBe(2);
});

it('an event finds the subscription that it is addressed to, however large the index', async () => {
  const { world, reached } = await changedTenant(LARGE);
  expect(await reached({ only: subscriptionId(1) })).toBe(1);
  expect(world.reads).toEqual(['t', 't']);
});

it('the indexes of a batch are loaded before anything is written', async () => {
  const world = fanoutWorld();
  world.configure('t', [{}]);
  world.configure('large', [{}], Number.MAX_SAFE_INTEGER);
  const batch = [eventsMessage('t', eventOf()), eventsMessage('large', eventOf())];
  expect((await world.run(batch)).result).toBeInstanceOf(RangeError);
  expect(world.steps).toEqual([]);
});
