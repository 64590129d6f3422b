import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../lambdas/events/event-log-store.ts';
import { nextCandidates } from '../../../lambdas/replay/next-candidates.ts';
import type { Selection } from '../../../lambdas/replay/replay-job.ts';
import { wantsOf } from '../../../lambdas/replay/subscription-wants.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { jsonPayload } from '../../builders/events.ts';
import { subscriptionId } from '../../builders/memory-log.ts';
import { replayWorld, TENANT } from '../../builders/replay.ts';
import { runs } from '../../helpers/runs.ts';

const SUB = subscriptionId(1);
const HOUR = 3_600_000;
type World = ReturnType<typeof replayWorld>;

/** All that a job of this selection finds, from page to page. */
async function all(world: World, selection: Selection) {
  const job = world.addJob({ selection });
  const wants = await wantsOf(world.deps, TENANT, SUB, `flt_of_${SUB}`);
  const found: { place: string; name: string; skip: string | undefined }[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    expect(pages++).toBeLessThan(100);
    const page = await nextCandidates(world.deps, job, cursor, wants, world.clock.now);
    for (const { place, ulid, subscription, skip } of page.candidates) {
      found.push({ place, name: `${ulid} ${subscription}`, skip });
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

const times = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
const size = fc.integer({ min: 1, max: 9 });

describe('what a job finds, each once and the oldest first, whatever a scan reads (A15)', () => {
  it('of dead letters', async () => {
    await fc.assert(
      fc.asyncProperty(times, size, async (minutes, pageSize) => {
        const world = replayWorld();
        world.configure(SUB);
        world.log.page.size = pageSize;
        const events = minutes.map((n) => world.log.addEvent([SUB], { ulid: lowestUlidAt(n * 60_000) }));
        for (const event of events) world.log.addDelivery(event, SUB);
        const found = await all(world, { kind: 'dead' });
        expect(found.map(({ name }) => name)).toEqual(events.map(({ ulid }) => `${ulid} ${SUB}`).sort());
      }),
      { numRuns: runs(30) },
    );
  });

  it('of a span of events: from its beginning, before its end', async () => {
    await fc.assert(
      fc.asyncProperty(times, size, async (minutes, pageSize) => {
        const world = replayWorld();
        world.configure(SUB);
        world.log.page.size = pageSize;
        for (const n of minutes) world.log.addEvent([], { ulid: lowestUlidAt(n * 60_000) });
        const found = await all(world, {
          kind: 'all',
          subscription: SUB,
          from: 20 * 60_000,
          to: 40 * 60_000,
        });
        const within = minutes.filter((n) => n >= 20 && n < 40).map((n) => lowestUlidAt(n * 60_000));
        expect(found.map(({ place }) => place)).toEqual(within.sort());
      }),
      { numRuns: runs(30) },
    );
  });

  it.each([0, 1, 249, 250, 251, 700])('of an event with %s subscriptions', async (count) => {
    const world = replayWorld();
    world.configure(SUB);
    const subscriptions = Array.from({ length: count }, (_, n) => subscriptionId(n));
    const { id, ulid } = world.log.addEvent(subscriptions);
    const found = await all(world, { kind: 'event', event: id, ulid });
    expect(found.map(({ place }) => place)).toEqual(subscriptions);
  });

  it('of an event, one subscription where one is named, and nothing of an event that has expired', async () => {
    const world = replayWorld();
    world.configure(SUB);
    const { id: event, ulid } = world.log.addEvent([subscriptionId(0), SUB, subscriptionId(2)]);
    const selection = { kind: 'event', event, ulid, subscription: SUB } as const;
    expect(await all(world, selection)).toMatchObject([{ place: SUB }]);
    world.log.events.clear();
    expect(await all(world, selection)).toEqual([]);
  });
});

describe('which events of a span a subscription wants (A15)', () => {
  const stored = { kind: 'stored', key: 'k', bytes: 9 } as const;

  it.each<[string, Partial<LoggedEvent>, string | undefined]>([
    ['of its types, with a payload that fits', {}, undefined],
    ['of another type', { type: 'b' }, 'unwanted'],
    ['with another source', { source: 'other' }, 'unwanted'],
    ['with a payload that does not fit', { payload: jsonPayload({ n: 2 }) }, 'unwanted'],
    ['with a payload that is no JSON', { payload: { kind: 'text', text: '{' } }, 'unwanted'],
    ['with a payload in the bucket', { payload: stored }, undefined],
    ['with a payload that is gone', { payload: { ...stored, key: 'gone' } }, 'payload_missing'],
    [
      'of another type, with a payload that is gone',
      { type: 'b', payload: { ...stored, key: 'gone' } },
      'unwanted',
    ],
    ['addressed to it, whatever its filter says', { type: 'b', only: SUB }, undefined],
    ['addressed to another', { only: subscriptionId(2) }, 'unwanted'],
    ['sent as a test', { test: true, only: SUB }, 'unwanted'],
    ['that is operational', { type: 'posthorn.target.disabled' }, 'unwanted'],
  ])('one %s', async (_, about, skip) => {
    const world = replayWorld();
    const where = { source: ['us'], data: { n: [1] } };
    world.configure(SUB, { filter: { events: ['a', 'posthorn.**'], where } });
    world.payloads.set('k', Buffer.from('{"n":1}'));
    const ulid = lowestUlidAt(world.clock.now - HOUR);
    world.log.addEvent([], { ulid, type: 'a', source: 'us', payload: jsonPayload({ n: 1 }), ...about });
    const found = await all(world, { kind: 'all', subscription: SUB, from: 0, to: world.clock.now });
    expect(found).toMatchObject([{ place: ulid, skip }]);
  });
});
