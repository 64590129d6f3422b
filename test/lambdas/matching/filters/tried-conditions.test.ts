import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainMismatch } from '../../../../lambdas/matching/filters/explain.ts';
import { holdsWhole, triedConditions } from '../../../../lambdas/matching/filters/tried-conditions.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import type { FilterParts } from '../../../../lambdas/matching/language/filter.ts';
import { arbitraryEvent, arbitraryFilter } from '../../../helpers/arbitrary/arbitrary-filters.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';
import { runs } from '../../../helpers/runs.ts';

const event = eventWith(
  {
    level: 'ERROR',
    amount: 50,
    user: { plan: 'free' },
    items: [
      { sku: 'a', size: 1 },
      { sku: 'b', size: 2 },
    ],
    tags: ['x'],
  },
  { type: 'payment.failed', source: 'shop', at: Date.UTC(2024, 4, 6, 7, 30) },
);

const lines = (filter: Partial<FilterParts>, envelope = event): string[] =>
  triedConditions({ events: ['**'], ...filter }, envelope, ENGINES)
    .filter(({ part }) => part !== 'events')
    .map(({ path, expected, got, holds }) => `${holds ? '✓' : '✗'} ${path}: ${expected}; ${got}`);

describe('each condition of a filter (A2, E4)', () => {
  it.each<[Partial<FilterParts>, string[]]>([
    [
      { where: { source: ['shop'], data: { level: ['ERROR'], amount: [{ numeric: ['>=', 1000] }] } } },
      [
        '✓ source: one of "shop"; "shop"',
        '✓ data.level: one of "ERROR"; "ERROR"',
        '✗ data.amount: a number >= 1000; 50',
      ],
    ],
    [
      { where: { data: { user: { plan: ['pro'], id: [{ exists: false }] }, none: { at: ['x'] } } } },
      [
        '✗ data.user.plan: one of "pro"; "free"',
        '✓ data.user.id: left out; nothing',
        '✗ data.none.at: one of "x"; nothing',
      ],
    ],
    [
      {
        where: {
          $or: [{ source: ['blog'] }, { data: { $or: [{ level: ['ERROR'] }, { level: ['INFO'] }] } }],
        },
      },
      [
        '✓ $or: one of 2 alternatives; 1 of them',
        '✗ $or[0].source: one of "blog"; "shop"',
        '✓ $or[1].data.$or: one of 2 alternatives; 1 of them',
        '✓ $or[1].data.$or[0].level: one of "ERROR"; "ERROR"',
        '✗ $or[1].data.$or[1].level: one of "INFO"; "ERROR"',
      ],
    ],
    [
      { where: { data: { items: { sku: ['a'], size: [2] }, tags: ['x'] } } },
      [
        '✗ data.items: an object with sku: one of "a", size: one of 2; an array of 2, none of which fits',
        '✓ data.tags: one of "x"; an array of "x"',
      ],
    ],
    [{ jsonpath: '$.data[?@ > 10]' }, ['✓ jsonpath: something that $.data[?@ > 10] selects; something']],
    [{ jsonpath: '$.data[?@ > 99]' }, ['✗ jsonpath: something that $.data[?@ > 99] selects; nothing']],
    [
      { during: { days: ['tue'], timeZone: 'UTC' } },
      ['✗ during: tue from 00:00 to 24:00 in UTC; mon 07:30 in UTC'],
    ],
  ])('%j', (filter, expected) => {
    expect(lines(filter)).toEqual(expected);
  });

  it('of a payload that is not JSON', () => {
    expect(lines({ where: { data: { a: [{ exists: false }] } } }, eventWith(undefined))).toEqual([
      '✗ data: an object; a payload that is not JSON',
    ]);
  });

  it('say the same as matching, whatever the filter and the event', () => {
    fc.assert(
      fc.property(arbitraryFilter, arbitraryEvent, (filter, envelope) => {
        const tried = triedConditions(filter, envelope, ENGINES);
        expect(holdsWhole(tried)).toBe(explainMismatch(filter, envelope, ENGINES) === undefined);
      }),
      { numRuns: runs(2000) },
    );
  });
});
