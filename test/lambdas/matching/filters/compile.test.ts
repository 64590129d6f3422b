import { expect, it } from 'vitest';
import { compileFilter, evaluate } from '../../../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import type { FilterParts } from '../../../../lambdas/matching/language/filter.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';

const where = (data: unknown): Partial<FilterParts> => ({ where: { data } as never });
const prefixes = (...texts: string[]) => texts.map((prefix) => ({ prefix }));
const NONE = [{ exists: false }];

// What a filter may cost is bounded by its steps, so each look at a payload has to be one.
it.each<[string, Partial<FilterParts>, unknown, number]>([
  ['no condition', {}, {}, 0],
  ['a field of the event', { where: { source: ['shop'] } }, {}, 1],
  ['a span of time', { during: { timeZone: 'UTC', from: '01:00' } }, {}, 1],
  [
    'two spans',
    {
      during: [
        { timeZone: 'UTC', from: '01:00' },
        { timeZone: 'UTC', to: '02:00' },
      ],
    },
    {},
    2,
  ],
  ['a field', where({ a: [1] }), { a: 1 }, 2],
  ['two fields', where({ a: [1], b: [2] }), { a: 1, b: 2 }, 3],
  ['a field in an object', where({ a: { b: [1] } }), { a: { b: 1 } }, 3],
  ['the second element', where({ a: [1] }), { a: [0, 1, 2] }, 3],
  ['a field of the second element', where({ a: { b: [1] } }), { a: [{}, { b: 1 }, {}] }, 5],
  ['three operators', where({ a: prefixes('x', 'y', 'z') }), { a: 'z' }, 2],
  ['four operators', where({ a: prefixes('w', 'x', 'y', 'z') }), { a: 'z' }, 3],
  ['a field that is not there', where({ a: NONE }), {}, 2],
  ['a field in an object that is not there', where({ a: { b: NONE } }), {}, 2],
  ['no field in any of two elements', where({ a: { b: NONE } }), { a: [{}, { c: 1 }] }, 9],
])('%s', (_, parts, data, steps) => {
  const verdict = evaluate(compileFilter(parts, ENGINES), eventWith(data, { source: 'shop', at: 0 }));
  expect(verdict.steps).toBe(steps);
});
