import { beforeAll, describe, expect, it } from 'vitest';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { eventOf } from '../../builders/events.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { claimProducerId, digestsOfIds, releaseProducerId } = await import(
  '../../../lambdas/events/id-claim-store.ts'
);

const TABLE = 'id-claim-log';
const START = Date.now();
const DAY = 24 * 3600 * 1000;

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

let count = 0;

/** An event of its own, published so long after the first. */
const claimedEvent = (id: string, digest: string | undefined, afterMs = 0): EventInFlight =>
  eventOf({
    id,
    ulid: `${lowestUlidAt(START + afterMs).slice(0, 10)}${String(++count).padStart(16, '0')}`,
    ...(digest !== undefined && { digest }),
  });

const claim = (tenant: string, event: EventInFlight) => claimProducerId(TABLE, tenant, event, 3600);

describe('an id that a producer chose (B7)', () => {
  it.each<[string, string | undefined, string | undefined, number, string]>([
    ['the same event again', 'x', 'x', 1, 'duplicate'],
    ['another event', 'x', 'y', 1, 'conflict'],
    ['another event, long after', 'x', 'y', DAY + 1, 'claimed'],
    ['an event beside one of an earlier release', undefined, 'y', 1, 'duplicate'],
    ['an event of an earlier release', 'x', undefined, 1, 'duplicate'],
  ])('is claimed by the first: %s', async (what, first, second, afterMs, expected) => {
    const claimed = claimedEvent('order-1', first);
    expect(await claim(what, claimed)).toBe('claimed');
    expect(await claim(what, claimed)).toBe('claimed');
    expect(await claim(what, claimedEvent('order-1', second, afterMs))).toBe(expected);
    expect(await claim('another tenant', claimedEvent(`of ${what}`, second))).toBe('claimed');
  });

  it('is free once its event is dead', async () => {
    const dead = claimedEvent('dead-1', 'x');
    await claim('dead', dead);
    await releaseProducerId(TABLE, 'dead', dead);
    expect(await digestsOfIds(TABLE, 'dead', ['dead-1'], START)).toEqual(new Map());
    expect(await claim('dead', claimedEvent('dead-1', 'y', 1))).toBe('claimed');
  });

  it('says which event it names, for a day', async () => {
    await claim('looked-up', claimedEvent('a', 'x'));
    await claim('looked-up', claimedEvent('b', undefined));
    const look = (now: number) => digestsOfIds(TABLE, 'looked-up', ['a', 'b', 'a', 'none'], now);
    expect(await look(START + 1)).toEqual(new Map([['a', 'x']]));
    expect(await look(START + DAY + 1)).toEqual(new Map());
    expect(await digestsOfIds(TABLE, 'another', ['a'], START)).toEqual(new Map());
  });
});
