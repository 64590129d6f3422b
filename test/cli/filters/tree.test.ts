import { describe, expect, it } from 'vitest';
import { failingIn, sentenceOf, treeLines, treeOf } from '../../../cli/filters/tree.ts';
import { coloursFor } from '../../../cli/output/colours.ts';
import { mismatchView } from '../../../lambdas/manage/views.ts';
import { explainMismatch } from '../../../lambdas/matching/filters/explain.ts';
import { triedConditions } from '../../../lambdas/matching/filters/tried-conditions.ts';
import { ENGINES } from '../../../lambdas/matching/index/all-engines.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';
import { eventWith } from '../../helpers/matching/matching.ts';

/** As without a terminal. */
const NO_COLOURS = coloursFor(
  { env: {}, terminal: { stdin: false, stdout: false, stderr: false } },
  'stdout',
);

const event = eventWith(
  { amount: 50, level: 'ERROR', user: { plan: 'free' } },
  { type: 'payment.failed', source: 'shop', at: Date.UTC(2024, 4, 6, 7, 30) },
);

/** As `posthorn filters test` prints it. */
function shown(filter: FilterParts): string[] {
  const tree = treeOf(triedConditions(filter, event, ENGINES));
  const mismatch = explainMismatch(filter, event, ENGINES);
  const first = mismatch ? sentenceOf(mismatchView(mismatch), failingIn(tree)) : 'matches';
  return [first, ...treeLines(tree, NO_COLOURS)];
}

describe('why an event does not match, in words (A2, A20)', () => {
  it.each<[string, FilterParts, string[]]>([
    [
      'one condition',
      { events: ['payment.**'], where: { data: { amount: [{ numeric: ['>=', 1000] }], level: ['ERROR'] } } },
      [
        'does not match because data.amount is 50, expected a number ≥ 1000',
        '├─ ✓ type: matches payment.**, is "payment.failed"',
        '└─ ✗ data',
        '   ├─ ✗ amount: a number ≥ 1000, got 50',
        '   └─ ✓ level: one of "ERROR", is "ERROR"',
      ],
    ],
    [
      'a field deep down',
      { events: ['**'], where: { source: ['shop'], data: { user: { plan: ['pro'] } } } },
      [
        'does not match because data.user.plan is "free", expected one of "pro"',
        '├─ ✓ type: matches **, is "payment.failed"',
        '├─ ✓ source: one of "shop", is "shop"',
        '└─ ✗ data.user.plan: one of "pro", got "free"',
      ],
    ],
    [
      'several, and what is missing',
      { events: ['order.*'], where: { region: ['eu'], data: { id: [1] } } },
      [
        'does not match because type is "payment.failed", expected one that matches order.*; 2 more conditions do not hold',
        '├─ ✗ type: matches order.*, got "payment.failed"',
        '├─ ✗ region: one of "eu", got nothing',
        '└─ ✗ data.id: one of 1, got nothing',
      ],
    ],
    [
      'alternatives',
      { events: ['**'], where: { $or: [{ source: ['blog'] }, { data: { level: ['INFO'], amount: [50] } }] } },
      [
        'does not match because none of the alternatives holds: source: "shop"; data.level: "ERROR"',
        '├─ ✓ type: matches **, is "payment.failed"',
        '└─ ✗ one of these',
        '   ├─ ✗ alternative 1',
        '   │  └─ ✗ source: one of "blog", got "shop"',
        '   └─ ✗ alternative 2',
        '      └─ ✗ data',
        '         ├─ ✗ level: one of "INFO", got "ERROR"',
        '         └─ ✓ amount: one of 50, is 50',
      ],
    ],
    [
      'a query, and a time',
      { events: ['**'], jsonpath: '$.data[?@ > 99]', during: { days: ['tue'], timeZone: 'UTC' } },
      [
        'does not match because the time is mon 07:30 in UTC, expected tue from 00:00 to 24:00 in UTC; 1 more condition does not hold',
        '├─ ✓ type: matches **, is "payment.failed"',
        '├─ ✗ jsonpath: something that $.data[?@ > 99] selects, got nothing',
        '└─ ✗ during: tue from 00:00 to 24:00 in UTC, got mon 07:30 in UTC',
      ],
    ],
    [
      'one that matches',
      { events: ['payment.*'] },
      ['matches', '└─ ✓ type: matches payment.*, is "payment.failed"'],
    ],
  ])('%s', (_, filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  it('says of a query what selects nothing', () => {
    const mismatch = explainMismatch({ events: ['**'], jsonpath: '$.data.x' }, event, ENGINES)!;
    expect(sentenceOf(mismatchView(mismatch), 1)).toBe('does not match because $.data.x selects nothing');
  });
});
