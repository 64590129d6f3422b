import { expect, it } from 'vitest';
import { countOf, countText, shareText, sizeText } from '../../../console/parts/numbers.ts';

it.each([
  [7, '7'],
  [12_345, '12\u2009345'],
  [1_234_567, '1\u2009234\u2009567'],
])('writes %d as %j', (count, text) => expect(countText(count)).toBe(text));

it.each([
  [1, '100\u2009%'],
  [0.99999, '99.9\u2009%'],
  [0.978, '97.8\u2009%'],
  [0, '0\u2009%'],
])('writes the share %d as %j', (share, text) => expect(shareText(share)).toBe(text));

it('counts one apart', () => {
  expect(countOf(1, 'delivery', 'deliveries')).toBe('1 delivery');
  expect(countOf(0, 'endpoint')).toBe('0 endpoints');
});

it.each([
  [999, '999 B'],
  [27_400, '27.4 kB'],
  [4_500_000, '4.5 MB'],
])('writes %d bytes as %j', (bytes, text) => expect(sizeText(bytes)).toBe(text));
