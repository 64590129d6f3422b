import { expect, it } from 'vitest';
import { duration, ordinal } from '../../../../lambdas/manage/timeline/words.ts';

it.each<[number, string]>([
  [-3, '0 ms'],
  [412.4, '412 ms'],
  [1000, '1 second'],
  [3249, '3.2 seconds'],
  [60_000, '1 minute'],
  [61_000, '1 minute 1 second'],
  [7_500_000, '2 hours 5 minutes'],
  [90_000_000, '1 day 1 hour'],
])('%i ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

it('ordinal numbers', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 112, 123].map(ordinal)).toEqual(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 112th 123rd'.split(' '),
  );
});
