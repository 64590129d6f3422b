import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fits, patternWords } from '../../../console/parts/event-patterns.ts';
import { typeMatcher } from '../../../lambdas/events/type-index.ts';

const joined = (segment: fc.Arbitrary<string>) =>
  fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('.'));

test('a pattern takes the types that the API finds that it takes', () => {
  const type = joined(fc.constantFrom('a', 'b', 'posthorn'));
  const pattern = joined(fc.constantFrom('a', 'b', 'posthorn', '*', '**'));
  fc.assert(
    fc.property(pattern, type, (each, of) => {
      expect([each, of, fits(each, of)]).toEqual([each, of, typeMatcher([each])(of)]);
    }),
    { numRuns: 3000 },
  );
});

test('a pattern of wildcards takes no time', () => {
  const pattern = [...Array.from({ length: 15 }, () => '**'), 'x'].join('.');
  const start = performance.now();
  expect(fits(pattern, Array.from({ length: 16 }, () => 'a').join('.'))).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});

test.each([
  ['**', 'every event that is published'],
  ['order.created', 'this type'],
  ['order.*.failed', 'order, then any segment, then failed'],
  ['order.**', 'order, then any number of segments'],
])('%s: %s', (pattern, words) => expect(patternWords(pattern)).toBe(words));
