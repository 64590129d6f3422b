import { expect, test } from 'vitest';
import { offsetText, stepsOf } from '../../../../console/parts/delivery/steps.ts';
import type { TimelineEntry } from '../../../../console/parts/delivery/types.ts';

const at = (ms: number): string => new Date(Date.parse('2026-11-27T12:00:00.000Z') + ms).toISOString();
const ids = { deliveryId: 'dlv_1', subscriptionId: 'sub_1', targetId: 'tgt_1' };
const entry = (ms: number, more: Partial<TimelineEntry> & Pick<TimelineEntry, 'kind'>): TimelineEntry => ({
  at: at(ms),
  text: 'as the API says it',
  ...more,
});

test('a time line has each moment after the first, and waits to one scale', () => {
  const { steps, total } = stepsOf(
    [
      entry(0, { kind: 'accepted' }),
      entry(4, { kind: 'matched', count: 1 }),
      entry(9, { kind: 'attempt', ...ids, attempt: 1, statusCode: 503, durationMs: 120 }),
      entry(129, { kind: 'waited', ...ids, waitingFor: 'retry', until: at(30_129) }),
      entry(30_129, { kind: 'attempt', ...ids, attempt: 2, statusCode: 200, durationMs: 71 }),
      entry(30_200, { kind: 'delivered', ...ids }),
    ],
    at(0),
    Date.parse(at(99_999)),
  );
  expect(total).toBe(30_200);
  expect(steps.map(({ offset, lasts, text, colour }) => [offset, lasts, text, colour])).toEqual([
    [0, undefined, 'Accepted', 'idle'],
    [4, undefined, 'Matched by 1 subscription', 'idle'],
    [9, 120, 'Attempt 1: 503 unavailable in 120 ms', 'retrying'],
    [129, 30_000, 'Waited 30 s before the next attempt', 'waiting'],
    [30_129, 71, 'Attempt 2: 200 in 71 ms', 'delivered'],
    [30_200, undefined, 'Delivered', 'delivered'],
  ]);
  expect(steps.map(({ attempt }) => attempt)).toEqual([undefined, undefined, 1, undefined, 2, undefined]);
});

test.each([
  ['to the next attempt, if that is to come', at(60_000), 60_000],
  ['to now, if that has passed', at(10_000), 40_000],
  ['to now, if no time is known', undefined, 40_000],
])('what waits is drawn %s', (_, until, end) => {
  const waiting = entry(1000, { kind: 'waiting', ...ids, waitingFor: 'recovery', ...(until && { until }) });
  const { steps, total } = stepsOf([waiting], at(0), Date.parse(at(40_000)));
  expect(steps[0]).toMatchObject({
    lasts: end - 1000,
    isOpen: true,
    text: 'Waits for the endpoint to recover',
  });
  expect(total).toBe(end);
});

test('what this version does not know is said as the API says it', () => {
  const { steps } = stepsOf([entry(5, { kind: 'of_later' as never })], at(0), 0);
  expect(steps[0]!.text).toBe('as the API says it');
});

test('clocks that differ make no time before the first moment', () => {
  expect(stepsOf([entry(-5, { kind: 'matched', count: 2 })], at(0), 0)).toMatchObject({
    steps: [{ offset: 0, text: 'Matched by 2 subscriptions' }],
    total: 1,
  });
});

test('offsets read as such', () => {
  expect([0, 9, 30_129].map(offsetText)).toEqual(['0 ms', '+9 ms', '+30 s']);
});
