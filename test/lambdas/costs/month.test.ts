import { describe, expect, it } from 'vitest';
import { daysToRead, monthName, monthOf, spansOf } from '../../../lambdas/costs/month.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const day = (name: string): number => Date.parse(`${name}T00:00:00Z`);
const named = (days: Iterable<number>): string[] =>
  [...days].map((at) => new Date(at).toISOString().slice(5, 10));

describe('a month (E2)', () => {
  it.each([
    ['2026-11', '2026-11-01', '2026-12-01'],
    ['2026-12', '2026-12-01', '2027-01-01'],
    ['2028-02', '2028-02-01', '2028-03-01'],
  ])('%s', (name, from, to) => {
    expect(monthOf(name)).toEqual({ from: day(from), to: day(to) });
    expect(monthName(day(from))).toBe(name);
    expect(monthName(day(to) - 1)).toBe(name);
  });
});

describe('the days of a month (E2)', () => {
  const look = (
    month: string,
    { since, kept = [], now = NOW }: { since?: number; kept?: string[]; now?: number } = {},
  ) => {
    const known = { kept: new Set(kept.map(day)), since, now };
    const { read, toKeep, missing } = daysToRead(monthOf(month), known);
    return { read: named(read), toKeep: named(toKeep), missing: named(missing) };
  };

  it('are read up to today, and kept when they have been over for a day', () => {
    const { read, toKeep, missing } = look('2026-11');
    expect([read[0], read.at(-1), read.length]).toEqual(['11-01', '11-21', 21]);
    expect([toKeep[0], toKeep.at(-1), toKeep.length]).toEqual(['11-01', '11-19', 19]);
    expect(missing).toEqual([]);
  });

  it('are not read again when they are kept', () =>
    expect(look('2026-11', { since: day('2026-11-17'), kept: ['2026-11-17', '2026-11-19'] })).toEqual({
      read: ['11-18', '11-20', '11-21'],
      toKeep: ['11-18'],
      missing: [],
    }));

  it('are missing when their counters are gone, or going, and no totals were kept', () => {
    const { read, missing } = look('2026-10', { kept: ['2026-10-03'] });
    expect([missing[0], missing.at(-1), missing.length]).toEqual(['10-01', '10-21', 20]);
    expect(missing).not.toContain('10-03');
    expect([read[0], read.at(-1), read.length]).toEqual(['10-22', '10-31', 10]);
  });

  it('begin with the one on which the tenant was made', () => {
    expect(look('2026-11', { since: NOW - 3 * 3_600_000 }).read).toEqual(['11-21']);
    expect(look('2026-10', { since: NOW })).toEqual({ read: [], toKeep: [], missing: [] });
  });

  it('can all be counted on the last of a long month', () =>
    expect(look('2026-12', { now: day('2027-01-01') - 1 }).missing).toEqual([]));

  it('that follow each other are read together', () => {
    const days = ['2026-11-02', '2026-11-03', '2026-11-05'].map(day);
    expect(spansOf(days)).toEqual([
      { from: days[0], to: days[0]! + 2 * DAY },
      { from: days[2], to: days[2]! + DAY },
    ]);
  });
});
