import { describe, expect, it, vi } from 'vitest';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { ALL } from '../../../lambdas/fanout/budget.ts';
import { matchAll } from '../../../lambdas/fanout/match-all.ts';
import { enginesFor } from '../../../lambdas/matching/index/load-engines.ts';
import { buildTenantIndex } from '../../../lambdas/matching/index/tenant-index.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';
import { eventOf } from '../../builders/events.ts';

/** Subscriptions `sub_0`, `sub_1` and so on, each with one of these filters. */
async function indexOf(...filters: Partial<FilterParts>[]) {
  const entries = filters.map((filter, i) => ({ id: `flt_${i}`, events: ['a.b'], ...filter }));
  const subscriptions = filters.map((_, i) => ({ id: `sub_${i}`, targetId: 'tgt', filterId: `flt_${i}` }));
  return buildTenantIndex({ filters: entries, subscriptions, bytes: 1 }, await enginesFor(entries));
}

const shopEvent = (payload: EventInFlight['payload'], about: Partial<EventInFlight> = {}): EventInFlight =>
  eventOf({ type: 'a.b', source: 'shop', payload, ...about });

const NO_BUCKET = {
  loadStored: async (key: string): Promise<never> => {
    throw new Error(`${key} was read`);
  },
};
const STORED = { kind: 'stored', key: 'payloads/x', bytes: 9000 } as const;
const INLINE = { kind: 'text', text: '{"n": 1}' } as const;

async function foundBy(event: EventInFlight, ...filters: Partial<FilterParts>[]) {
  const { matched, used } = await matchAll(NO_BUCKET, 't', [event], await indexOf(...filters), ALL);
  return { found: matched.get(event)!.found.map(({ id }) => id), used };
}

describe('a payload', () => {
  it('is not read for filters that the event’s own fields decide', async () => {
    const event = shopEvent(STORED);
    const { found, used } = await foundBy(
      event,
      {},
      { where: { source: ['till'], data: { n: [1] } } },
      { where: { source: [{ prefix: 'till' }], data: { n: [1] } } },
      { where: { source: [{ regex: '^till' }] }, jsonpath: '$.data.n' },
      { where: { source: [{ prefix: 'sh' }] } },
      { events: ['a.c'], where: { data: { n: [1] } } },
      { during: { timeZone: 'UTC' } },
    );
    expect(found).toEqual(['sub_0', 'sub_4', 'sub_6']);
    expect(used.bytes).toBe(0);
  });

  it('is not read for a subscription that the event is addressed to', async () => {
    const event = shopEvent(STORED, { type: 'other', only: 'sub_1' });
    expect((await foundBy(event, {}, { where: { data: { n: [2] } } })).found).toEqual(['sub_1']);
  });

  it('is held against filters of every kind', async () => {
    const { found } = await foundBy(
      shopEvent(INLINE),
      { where: { data: { n: [1] } } },
      { where: { data: { n: [2] } } },
      { where: { data: { n: [{ numeric: ['>', 0] }] } } },
      { jsonpath: '$[?@.n == 1]' },
      { jsonpath: '$[?@.n == 2]' },
    );
    expect(found).toEqual(['sub_0', 'sub_2', 'sub_3']);
  });

  it('is held against the other filters when one has a fault, such as an older release may have taken', async () => {
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { found } = await foundBy(
      shopEvent(INLINE),
      { where: { data: { n: [{ regex: '(' }, 1] } } },
      { where: { source: [{ regex: '(' }] } },
      { jsonpath: '$.data.n[' },
      { where: { data: { n: [1] } } },
    );
    expect(found).toContain('sub_3');
    const warnings = printed.mock.calls.map(([line]) => JSON.parse(String(line)) as object);
    printed.mockRestore();
    expect(warnings).toContainEqual(
      expect.objectContaining({ message: 'filter not asked', tenant: 't', subscription: 'sub_1' }),
    );
    expect(warnings).toContainEqual(expect.objectContaining({ subscription: 'sub_2' }));
  });

  it('that is not JSON holds nothing', async () => {
    const filters = [{ where: { data: { n: [{ exists: false }] } } }, { jsonpath: '$' }, {}];
    expect((await foundBy(shopEvent({ kind: 'text', text: 'n=1' }), ...filters)).found).toEqual(['sub_2']);
  });
});

describe('a pass', () => {
  it('goes on behind the subscription that the last one reached', async () => {
    const event = shopEvent(INLINE, { resume: { after: 'sub_1', part: 1 } });
    expect((await foundBy(event, {}, {}, {}, {})).found).toEqual(['sub_2', 'sub_3']);
  });

  it('begins no further event once its share is used up', async () => {
    const events = Array.from({ length: 5 }, () => shopEvent(INLINE));
    const index = await indexOf({}, {}, {});
    const { matched, used } = await matchAll(NO_BUCKET, 't', events, index, { ...ALL, work: 6 });
    expect([...matched.keys()]).toEqual(events.slice(0, 2));
    expect(used.work).toBe(6);
  });
});
