import { describe, expect, it } from 'vitest';
import { durationText, exactText, inputTime, relativeText, utcText } from '../../../console/parts/times.ts';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [120.4, '120 ms'],
    [1500, '1.5 s'],
    [2000, '2 s'],
    [12_400, '12 s'],
    [59.9 * S, '1 min'],
    [4 * MIN, '4 min'],
    [4 * MIN + 5 * S, '4 min 5 s'],
    [15 * MIN + 5 * S, '15 min'],
    [2 * H + 5 * MIN, '2 h 5 min'],
    [3 * D + 4 * H, '3 d 4 h'],
    [20 * D + 4 * H, '20 d'],
  ])('of %d ms reads %j', (ms, text) => expect(durationText(ms)).toBe(text));
});

describe('a moment', () => {
  const now = Date.parse('2026-11-27T14:32:05.123Z');
  it.each([
    [0, 'just now'],
    [-900, 'just now'],
    [-12_700, '12 s ago'],
    [-90 * S, '1 min ago'],
    [12 * MIN, 'in 12 min'],
    [-5 * H, '5 h ago'],
    [-3 * D, '3 d ago'],
  ])('%d ms away reads %j', (away, text) => expect(relativeText(now + away, now)).toBe(text));

  it('is exact in a zone and in UTC', () => {
    expect(exactText(now, 'Europe/Berlin')).toMatch(/15:32:05/);
    expect(utcText(now)).toBe('2026-11-27 14:32:05.123 UTC');
  });

  it('goes into an input and comes back to the minute', () => {
    expect(Math.abs(new Date(inputTime(new Date(now).toISOString())).getTime() - now)).toBeLessThan(MIN);
  });
});
