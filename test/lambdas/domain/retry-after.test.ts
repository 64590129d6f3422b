import { expect, it } from 'vitest';
import { retryAfterMs } from '../../../lambdas/domain/retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);

it.each<[string | undefined, number | undefined]>([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  // The three forms of a date, RFC 9110, 5.6.7.
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  [undefined, undefined],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['soon', undefined],
  ['99999999999', undefined],
  ['Someday, 06 Nov', undefined],
])('Retry-After: %s', (header, expected) => expect(retryAfterMs(header, NOW)).toBe(expected));
