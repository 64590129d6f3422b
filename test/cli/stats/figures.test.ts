import { expect, it } from 'vitest';
import { percent, span } from '../../../cli/stats/figures.ts';

it.each([
  [null, '–'],
  [0, '0 %'],
  [1, '100 %'],
  [0.99999, '99.9 %'],
  [0.5, '50.0 %'],
  [0.0001, '0.0 %'],
])('%s is %s', (share, text) => expect(percent(share)).toBe(text));

it.each([
  [null, '–'],
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1200, '1.2 s'],
  [240_000, '4.0 min'],
])('%s ms are %s', (ms, text) => expect(span(ms)).toBe(text));
