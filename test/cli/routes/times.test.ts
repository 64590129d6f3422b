import { expect, test } from 'vitest';
import { timeOf } from '../../../cli/routes/times.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

test.each([
  ['2h', -1, '2026-03-01T10:00:00.000Z'],
  ['90s', -1, '2026-03-01T11:58:30.000Z'],
  ['30d', 1, '2026-03-31T12:00:00.000Z'],
  ['2026-02-01', -1, '2026-02-01T00:00:00.000Z'],
  ['2026-02-01T05:06:07+02:00', -1, '2026-02-01T03:06:07.000Z'],
] as const)('%s', (text, direction, expected) => {
  expect(timeOf(text, NOW, direction)).toBe(expected);
});

test.each(['yesterday', '2h30', '-2h', '2026-13-01', ''])('refuses %j', (text) => {
  expect(() => timeOf(text, NOW, -1)).toThrow(/expected a time such as .* how long ago/);
});
