import { expect, test } from 'vitest';
import { DEATHS } from '../../../../console/parts/delivery/deaths.ts';
import { nextText } from '../../../../console/parts/delivery/next.ts';
import type { Attempt, Delivery, Upcoming } from '../../../../console/parts/delivery/types.ts';
import {
  deathLabel,
  liveText,
  outcomeText,
  rowReason,
  waitText,
} from '../../../../console/parts/delivery/words.ts';
import { DEATH_REASONS, WAIT_REASONS } from '../../../../lambdas/delivery/delivery.ts';

const acceptedAt = '2026-11-27T12:00:00.000Z';
const now = Date.parse('2026-11-27T12:20:00.000Z');
const soon = '2026-11-27T12:32:00.000Z';

const failed = (number: number, more: Partial<Attempt> = {}): Attempt => ({
  number,
  at: acceptedAt,
  durationMs: 120,
  statusCode: 503,
  ...more,
});

const delivery = (more: Partial<Delivery>): Delivery => ({
  id: 'dlv_1',
  event: { id: 'evt_1', type: 'order.created', acceptedAt },
  subscriptionId: 'sub_1',
  targetId: 'tgt_1',
  status: 'retrying',
  attempts: [failed(1), failed(2), failed(3)],
  ...more,
});

const said = (more: Partial<Delivery>, upcoming?: Upcoming, scheduled: number | undefined = 10): string =>
  // The clock is the viewer's, and so is its form.
  nextText(delivery(more), { upcoming, scheduled, now }).replace(/(at|on) [^;.]*\d\d:\d\d/g, '$1 CLOCK');

test('every reason to die has words, and what to do', () => {
  expect(Object.keys(DEATHS).sort()).toEqual([...DEATH_REASONS].sort());
  for (const [reason, { why, whatNow }] of Object.entries(DEATHS))
    for (const text of [deathLabel(reason), why, whatNow]) expect(text.length).toBeGreaterThan(5);
  expect(deathLabel('a_reason_of_later')).toBe('a reason of later');
});

test('every reason to wait has words', () => {
  for (const reason of WAIT_REASONS) expect(waitText(reason)).toMatch(/^(for|before|because) /);
  expect(waitText('later_word')).toBeUndefined();
  expect(waitText('constructor')).toBeUndefined();
});

test.each<[string, Partial<Attempt>, string]>([
  ['an answer', { statusCode: 503, durationMs: 120 }, '503 unavailable in 120 ms'],
  ['no answer', { error: 'timeout', durationMs: 15_000 }, 'No answer in time after 15 s'],
  ['nothing known', {}, 'No answer'],
])('an outcome is short: %s', (_, attempt, text) => expect(outcomeText(attempt)).toBe(text));

test.each<[string, Partial<Delivery>, Upcoming | undefined, string]>([
  [
    'the next attempt',
    { nextAttemptAt: soon },
    { kind: 'attempt', attempt: 4, at: soon, text: '' },
    'attempt 4 of 10 in 12 min, at CLOCK',
  ],
  ['before the time line is read', { nextAttemptAt: soon }, undefined, 'attempt 4 of 10 in 12 min, at CLOCK'],
  ['one that is due', { nextAttemptAt: acceptedAt }, undefined, 'attempt 4 of 10 at any moment'],
  [
    'a probe between, which no schedule counts',
    { attempts: [failed(1), failed(2, { uncounted: true })], nextAttemptAt: soon },
    { kind: 'attempt', attempt: 3, at: soon, text: '' },
    'attempt 3, number 2 of 10 in its schedule, in 12 min, at CLOCK',
  ],
  [
    'a pause',
    { status: 'parked', waitingFor: 'pause', nextAttemptAt: soon },
    { kind: 'attempt', attempt: 4, at: soon, text: '' },
    'attempt 4 of 10 in 12 min, at CLOCK. The endpoint asked for a pause',
  ],
  [
    'a probe of the endpoint',
    { status: 'parked', waitingFor: 'recovery' },
    { kind: 'probe', at: soon, givesUpAt: '2026-11-28T12:00:00.000Z', text: '' },
    'its endpoint keeps failing. The next probe goes out in 12 min, at CLOCK; an answer to it releases all that waits. If it still waits on CLOCK, it becomes a dead letter.',
  ],
  [
    'recovery, with nothing more known',
    { status: 'parked', waitingFor: 'recovery' },
    undefined,
    'its endpoint keeps failing. It is sent once a probe gets through.',
  ],
  [
    'a batch',
    { status: 'parked', waitingFor: 'batch' },
    { kind: 'batch', at: soon, text: '' },
    'it is sent together with other events in 12 min, at CLOCK, or sooner when there are enough.',
  ],
  ['an attempt under way', { status: 'attempting' }, undefined, 'attempt 4 is under way'],
  ['the first one', { status: 'queued', attempts: [] }, undefined, 'its first attempt is about to be made'],
  [
    'delivered at once',
    { status: 'delivered', since: '2026-11-27T12:00:00.955Z', attempts: [failed(1, { statusCode: 200 })] },
    null as never,
    'at the first attempt, 955 ms after it was accepted',
  ],
  [
    'rejected',
    { status: 'dead', reason: 'rejected', attempts: [failed(1, { statusCode: 400 })] },
    null as never,
    'the endpoint answered 400, and trying the same again would not help. Look at its answer, repair the endpoint, then send it again.',
  ],
  [
    'exhausted',
    { status: 'dead', reason: 'exhausted' },
    null as never,
    'all attempts of its schedule failed, the last with 503 unavailable in 120 ms. Repair the endpoint, then send it again.',
  ],
  ['a reason of later', { status: 'dead', reason: 'of_later' as never }, null as never, 'of later'],
])('the head says what happens next: %s', (_, more, upcoming, text) => {
  expect(said(more, upcoming)).toBe(text);
});

test('a replay begins the schedule afresh, and its number goes on', () => {
  const again = '2026-11-27T12:10:00.000Z';
  const attempts = [failed(1), failed(2), failed(3, { at: '2026-11-27T12:10:01.000Z' })];
  const entries = [{ at: again, kind: 'replayed' as const, deliveryId: 'dlv_1', text: '' }];
  expect(nextText(delivery({ attempts }), { scheduled: 10, entries, now })).toBe(
    'attempt 4, number 2 of 10 in its schedule,',
  );
});

test('a schedule that was shortened meanwhile is not counted by', () => {
  expect(said({ nextAttemptAt: soon }, undefined, 2)).toBe('attempt 4 in 12 min, at CLOCK');
});

test.each<[string, Partial<Delivery>, string]>([
  ['failing', {}, '503 unavailable in 120 ms'],
  [
    'waiting for its endpoint',
    { status: 'parked', waitingFor: 'recovery' },
    'Waits for the endpoint to recover · 503 unavailable in 120 ms',
  ],
  ['dead', { status: 'dead', reason: 'exhausted' }, 'All attempts failed · 503 unavailable in 120 ms'],
  [
    'rejected',
    { status: 'dead', reason: 'rejected', attempts: [failed(1, { statusCode: 400 })] },
    '400 bad request in 120 ms',
  ],
  [
    'dead without an attempt',
    { status: 'dead', reason: 'target_disabled', attempts: [] },
    'Endpoint disabled',
  ],
  ['new', { status: 'queued', attempts: [] }, ''],
])('a row says why: %s', (_, more, text) => expect(rowReason(delivery(more))).toBe(text));

test.each([
  [{ statusCode: 200, ms: 40 }, '200 in 40 ms'],
  [{ statusCode: 503, ms: 120, reason: 'recovery' }, '503 unavailable in 120 ms'],
  [{ statusCode: 400, ms: 3, reason: 'rejected' }, '400 bad request in 3 ms'],
  [{ ms: 15_000, reason: 'timeout' }, 'No answer in time after 15 s'],
  [{ reason: 'target_disabled' }, 'Endpoint disabled'],
  [{ reason: 'recovery' }, 'Waits for the endpoint to recover'],
  [{}, ''],
])('an outcome that was told live, %j, reads %j', (outcome, text) => expect(liveText(outcome)).toBe(text));
