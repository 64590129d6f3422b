import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../../../lambdas/events/event-rows-store.ts';
import { isPlaceOfRef, placeOfRef, refsBehind } from '../../../../lambdas/manage/lists/event-refs.ts';
import { runs } from '../../../helpers/runs.ts';

const idOf = (n: number): string => String(n).padStart(26, '0');
const SUBSCRIPTIONS = [1, 2, 3, 4, 5].map((n) => `sub_${idOf(n)}`);

const row = fc.record({ event: fc.nat(6), part: fc.nat(2), subscriptions: fc.subarray(SUBSCRIPTIONS) });

describe('references to deliveries', () => {
  it('are found once and in order, wherever the list stops', async () => {
    const all = fc.uniqueArray(row, { selector: ({ event, part }) => `${event} ${part}`, maxLength: 10 });
    const how = fc.record({
      newestFirst: fc.boolean(),
      atMost: fc.integer({ min: 1, max: 4 }),
      read: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(all, how, async (given, { newestFirst, atMost, read }) => {
        const up = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
        const inOrder = newestFirst ? (a: string, b: string) => up(b, a) : up;
        const rows: EventRow[] = given
          .map(({ event, part, subscriptions }) => ({
            place: part === 0 ? idOf(event) : `${idOf(event)}#000${part}`,
            eventUlid: idOf(event),
            type: 'a',
            subscriptions,
            isUncertain: false,
          }))
          .sort((a, b) => inOrder(a.place, b.place));
        const scan: Parameters<typeof refsBehind>[0] = async ({ after, startAt }) => {
          const left = rows.filter(({ place }) => {
            if (startAt !== undefined) return inOrder(place, startAt) >= 0;
            return after === undefined || inOrder(place, after) > 0;
          });
          const page = left.slice(0, read);
          return { rows: page, next: page.length < left.length ? page.at(-1)!.place : undefined };
        };
        const found: string[] = [];
        let after: string | undefined;
        do {
          const { refs, next } = await refsBehind(scan, { after, newestFirst, atMost });
          expect(refs.length).toBeLessThanOrEqual(atMost);
          if (next !== undefined) expect(isPlaceOfRef(next)).toBe(true);
          found.push(...refs.map(placeOfRef));
          after = next;
        } while (after !== undefined);
        expect(found).toEqual(
          rows.flatMap(({ place, subscriptions }) =>
            [...subscriptions].sort(inOrder).map((subscription) => `${place}|${subscription}`),
          ),
        );
      }),
      { numRuns: runs(200) },
    );
  });

  it.each([
    '',
    'x',
    '../x',
    `${idOf(1)}#`,
    `${idOf(1)}|sub_`,
    `${idOf(1)}#${idOf(2)}`,
    `${idOf(1)}|${SUBSCRIPTIONS[0]}|`,
  ])('%j is no place', (text) => {
    expect(isPlaceOfRef(text)).toBe(false);
  });
});
