import { expect, it } from 'vitest';
import { eventPatterns, isWanted, statusesOf } from '../../../cli/live/outcome-filter.ts';
import { clockTime, outcomeLine } from '../../../cli/live/outcome-line.ts';
import { coloursFor } from '../../../cli/output/colours.ts';
import type { LiveOutcome } from '../../../client/live/frame.ts';

const outcome: LiveOutcome = {
  deliveryId: 'dlv_1',
  eventId: 'evt_1',
  type: 'payment.failed',
  targetId: 'tgt_1',
  subscriptionId: 'sub_1',
  status: 'delivered',
  attempt: 1,
  statusCode: 200,
  ms: 41,
  at: '2026-11-21T12:00:00.412Z',
};
const plain = coloursFor(
  { env: { NO_COLOR: '1' }, terminal: { stdin: false, stdout: false, stderr: false } },
  'stdout',
);

it.each<[Partial<LiveOutcome>, string]>([
  [{}, 'delivered  payment.failed              Orders              200  #1      41 ms'],
  [
    { status: 'retrying', statusCode: 503, reason: 'retry', nextAttemptAt: '2026-11-21T12:00:05.000Z' },
    `retrying   payment.failed              Orders              503  #1      41 ms  next at ${clockTime('2026-11-21T12:00:05Z').slice(0, 8)}`,
  ],
  [
    {
      status: 'dead',
      attempt: 12,
      statusCode: undefined,
      error: 'timeout',
      reason: 'exhausted',
      ms: 30_000,
    } as never,
    'dead       payment.failed              Orders                –  #12  30000 ms  timeout, exhausted',
  ],
  [
    { status: 'parked', attempt: 0, statusCode: undefined, ms: undefined, reason: 'recovery' } as never,
    'parked     payment.failed              Orders                –                 recovery',
  ],
])('an outcome with %j is one line', (changes, line) => {
  expect(outcomeLine({ ...outcome, ...changes }, 'Orders', plain)).toBe(`${clockTime(outcome.at)}  ${line}`);
});

it('a name of others moves no cursor and ends no line', () => {
  const line = outcomeLine(outcome, 'a\u001b[2J\nb\u202e', plain);
  expect(line).toContain('a\\u001b[2J\\nb\\u202e');
  expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
});

it.each([
  [{}, true],
  [{ statuses: ['dead', 'delivered'] }, true],
  [{ statuses: ['dead'] }, false],
  [{ events: ['order.**', 'payment.*'] }, true],
  [{ events: ['order.**'] }, false],
  [{ events: ['**'], targetId: 'tgt_1', subscriptionId: 'sub_1' }, true],
  [{ targetId: 'tgt_2' }, false],
  [{ subscriptionId: 'sub_2' }, false],
])('with %j it is shown: %s', (wanted, isShown) => expect(isWanted(wanted)(outcome)).toBe(isShown));

it('what is typed is a list, with commas or without, and nothing unknown', () => {
  expect(statusesOf(['dead,retrying', 'parked'])).toEqual(['dead', 'retrying', 'parked']);
  expect(statusesOf(undefined)).toBeUndefined();
  expect(() => statusesOf(['late'])).toThrow('expected any of delivered');
  expect(eventPatterns(['a.*, b'])).toEqual(['a.*', 'b']);
  expect(() => eventPatterns(['a*'])).toThrow('--events "a*"');
});
