import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../console/app/time-range.ts';

const NOW = Date.parse('2026-11-27T14:00:00.000Z');

describe('the time range of an address', () => {
  it.each([
    ['24h', '2026-11-26T14:00:00.000Z', 'hour'],
    ['15m', '2026-11-27T13:45:00.000Z', 'minute'],
    ['30d', '2026-10-28T14:00:00.000Z', 'day'],
    // What can't be read is the usual one.
    [null, '2026-11-27T13:00:00.000Z', 'minute'],
    ['toString', '2026-11-27T13:00:00.000Z', 'minute'],
    ['', '2026-11-27T13:00:00.000Z', 'minute'],
  ])('range=%s begins at %s, by %s', (name, from, interval) => {
    expect(rangeOf(name, null, null, NOW)).toMatchObject({ from, interval, to: new Date(NOW).toISOString() });
  });

  it('has fixed ends where both can be read and are in order', () => {
    const [from, to] = ['2026-11-20T00:00:00.000Z', '2026-11-24T00:00:00.000Z'];
    expect(rangeOf('24h', from, to, NOW)).toMatchObject({ name: undefined, from, to, interval: 'hour' });
    expect(rangeOf('24h', to, from, NOW).name).toBe('24h');
    expect(rangeOf('24h', from, 'yesterday', NOW).name).toBe('24h');
  });
});
