import { expect, test } from 'vitest';
import { rangeOf } from '../../../console/app/time-range.ts';
import { spanOf } from '../../../console/list/span.ts';

const now = Date.parse('2026-11-27T12:00:00.000Z');
const hour = rangeOf('1h', null, null, now);
const fixed = rangeOf(null, '2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z', now);
const what = 'Deliveries';

test('a list is of the range, without an end as long as that is now', () => {
  expect(spanOf({ range: hour, time: null, isAgeless: false, what })).toEqual({
    query: { from: '2026-11-27T11:00:00.000Z' },
    text: 'Deliveries of events accepted in the last hour',
    other: { text: 'Of any time', value: 'all' },
  });
});

test.each([
  ['what waits or is dead is listed however old it is', true, null, {}, 'range'],
  ['unless the range is asked for', true, 'range', { from: hour.from }, undefined],
  ['anything is, if that is asked for', false, 'all', {}, undefined],
])('%s', (_, isAgeless, time, query, other) => {
  const span = spanOf({ range: hour, time, isAgeless, what });
  expect(span.query).toEqual(query);
  expect(span.other?.value).toBe(other);
});

test.each([true, false])('a range with fixed ends was chosen for the list, and holds (%s)', (isAgeless) => {
  const span = spanOf({ range: fixed, time: null, isAgeless, what });
  expect(span.query).toEqual({ from: fixed.from, to: fixed.to });
  expect(span.other).toBeUndefined();
});
