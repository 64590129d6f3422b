import { expect, it } from 'vitest';
import { boundedSpan } from '../../../../lambdas/manage/lists/span.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;

const spanOf = (query: Parameters<typeof boundedSpan>[0], days: number) =>
  boundedSpan(query, NOW, { most: days * DAY, usual: DAY });

it.each([
  ['of the last day, unless asked', {}, { from: NOW - DAY, to: NOW }],
  [
    'as asked',
    { from: '2026-11-20T12:00:00Z', to: '2026-11-21T00:00:00Z' },
    { from: NOW - DAY, to: NOW - DAY / 2 },
  ],
])('a span is %s', (_, query, expected) => expect(spanOf(query, 31)).toEqual(expected));

it.each([
  [{ from: '2030-01-01T00:00:00Z' }, 31, 'expected a time that has passed'],
  [{ from: '2026-11-20T12:00:00Z', to: '2026-11-20T00:00:00Z' }, 31, 'expected a time before `to`'],
  [{ from: '2026-10-01T00:00:00Z' }, 31, 'expected a time at most 31 days before `to`'],
  [{ from: '2026-11-20T00:00:00Z' }, 1, 'expected a time at most 1 day before `to`'],
])('%j is refused', (query, days, message) => {
  expect(() => spanOf(query, days)).toThrow(expect.objectContaining({ message, field: 'from' }));
});
