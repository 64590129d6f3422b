import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../lambdas/events/event-items.ts';
import { TRIAL_BOUNDS, type TrialBounds, tryOnEvents } from '../../../lambdas/manage/try-on-events.ts';
import { wholeFilter } from '../../../lambdas/matching/filters/whole-filter.ts';
import { ENGINES } from '../../../lambdas/matching/index/all-engines.ts';
import type { Envelope } from '../../../lambdas/matching/language/envelope.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';
import { lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { eventOf, jsonPayload } from '../../builders/events.ts';
import { arbitraryEvent, arbitraryFilter } from '../../helpers/arbitrary/arbitrary-filters.ts';
import { referenceHolds } from '../../helpers/matching/reference-matching.ts';
import { runs } from '../../helpers/runs.ts';

const logged = (about: Partial<LoggedEvent> = {}): LoggedEvent => ({
  ...eventOf({ type: 'order.paid' }),
  matched: 0,
  subscriptions: [],
  fannedOut: [],
  lastPart: 0,
  ...about,
});
const stored = (n: number, bytes = 10_000): LoggedEvent =>
  logged({ payload: { kind: 'stored', key: `payloads/${n}`, bytes } });

const ofType: FilterParts = { events: ['order.*'] };
const expensive: FilterParts = { events: ['**'], where: { data: { total: [{ numeric: ['>', 100] }] } } };
const total = (n: number): LoggedEvent => logged({ payload: jsonPayload({ total: n }) });

/** Tries filters on events that come in pages of 16. */
async function trial(
  events: readonly LoggedEvent[],
  filters: readonly FilterParts[],
  bounds: Partial<TrialBounds> = {},
) {
  const pages = Array.from({ length: Math.ceil(events.length / 16) }, (_, i) =>
    events.slice(i * 16, i * 16 + 16),
  );
  const read: string[] = [];
  const getPayload = async (key: string): Promise<Uint8Array | undefined> => {
    read.push(key);
    return key.endsWith('0') ? undefined : Buffer.from('{"total": 500}');
  };
  const compiled = filters.map((filter) => wholeFilter(filter, ENGINES));
  const all = { ...TRIAL_BOUNDS, ...bounds };
  const result = await tryOnEvents({ nextEvents: async () => pages.shift(), getPayload }, compiled, all);
  return { ...result, read, verdicts: result.tried.map(({ verdicts }) => verdicts) };
}

const many = (count: number, make: (n: number) => LoggedEvent): LoggedEvent[] =>
  Array.from({ length: count }, (_, n) => make(n + 1));

describe('a filter on the last events (A2)', () => {
  it('agrees with the rules of filters, for any filter and event', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryFilter,
        fc.array(arbitraryEvent, { maxLength: 20 }),
        async (filter, envelopes) => {
          const { verdicts } = await trial(envelopes.map(eventFrom), [filter]);
          expect(verdicts).toEqual(envelopes.map((envelope) => [referenceHolds(filter, seenBy(envelope))]));
        },
      ),
      { numRuns: runs(200) },
    );
  });

  const priorities = ['critical', 'normal', 'low'] as const;
  /** As an event of the log is seen: it has a time, and a priority that there is. */
  const seenBy = (envelope: Envelope): Envelope => ({
    ...envelope,
    at: Math.max(0, Math.round(envelope.at)),
    priority: priorities.find((each) => each === envelope.priority) ?? 'normal',
  });
  const eventFrom = (envelope: Envelope): LoggedEvent => {
    const { at, priority, data, ...own } = seenBy(envelope);
    return logged({
      ...own,
      ulid: lowestUlidAt(at),
      priority: priority as (typeof priorities)[number],
      payload: data === undefined ? { kind: 'text', text: 'no JSON' } : jsonPayload(data),
    });
  };

  it('reads no payload that decides nothing', async () => {
    const other = { ...expensive, events: ['invoice.*'] };
    expect(await trial(many(20, stored), [ofType, other])).toMatchObject({
      read: [],
      reads: 0,
      cutBy: undefined,
    });
  });

  it('can’t be asked of a payload that is gone', async () => {
    const { verdicts, reads } = await trial([stored(1), stored(10)], [expensive, ofType]);
    expect(verdicts).toEqual([
      [true, true],
      [undefined, true],
    ]);
    expect(reads).toBe(2);
  });

  it('is not asked of events that were addressed to a subscription', async () => {
    const { tried } = await trial([logged({ only: 'sub_1' }), logged()], [ofType]);
    expect(tried).toHaveLength(1);
  });

  it.each<[string, LoggedEvent[], Partial<TrialBounds>, number, string | undefined]>([
    ['none', many(100, total), {}, 100, undefined],
    ['events', many(100, total), { events: 40 }, 40, 'events'],
    ['events, at the end of them', many(40, total), { events: 40 }, 40, undefined],
    ['reads', many(100, stored), { reads: 9 }, 9, 'payloads'],
    ['bytes', many(100, stored), { bytes: 35_000 }, 3, 'payloads'],
    ['bytes of payloads in the log', many(100, total), { bytes: 50 }, 4, 'payloads'],
    ['bytes, of one that is larger', many(3, stored), { bytes: 5 }, 1, 'payloads'],
    [
      'addressed events, which count as well',
      many(100, () => logged({ only: 'sub_1' })),
      { events: 40 },
      0,
      'events',
    ],
  ])('ends at its bounds: %s', async (_, events, bounds, tried, cutBy) => {
    const result = await trial(events, [expensive], bounds);
    expect([result.tried.length, result.cutBy]).toEqual([tried, cutBy]);
    expect(result.read.length).toBe(result.reads);
  });

  it('ends when a hostile filter has taken its steps', async () => {
    const texts = { a: Array.from({ length: 3000 }, (_, n) => `${n}`) };
    const hostile: FilterParts = { events: ['**'], where: { data: { a: [{ wildcard: '*x*y*' }] } } };
    const events = many(200, () => logged({ payload: jsonPayload(texts) }));
    const result = await trial(events, [hostile], { steps: 100_000 });
    expect(result.cutBy).toBe('steps');
    expect(result.tried.length).toBeLessThan(60);
  });
});
