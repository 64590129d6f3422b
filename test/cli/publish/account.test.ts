import { expect, it } from 'vitest';
import { isOfEvent, verdictOf } from '../../../cli/publish/account.ts';
import { refused } from '../../../client/errors.ts';
import { ConnectionError, TimeoutError } from '../../../client/index.ts';

const answer = (status: number, kind: string) =>
  refused({ status, kind, message: 'why', field: 'type', problems: [], operation: 'publishBatch' });

it.each([
  [answer(422, 'validation_failed'), 'refused', true],
  [answer(413, 'payload_too_large'), 'refused', true],
  [answer(409, 'request_in_progress'), 'unknown', true],
  [answer(500, 'unreadable_item'), 'refused', true],
  [answer(401, 'unauthorized'), 'refused', false],
  [answer(403, 'forbidden'), 'refused', false],
  [answer(429, 'rate_limited'), 'unknown', false],
  [answer(503, 'internal'), 'unknown', false],
  [new ConnectionError('no answer'), 'unknown', false],
  [new TimeoutError('late'), 'unknown', false],
])('%s: an event is %s, and whether others may fare better is %s (A20)', (error, kind, isOwn) => {
  expect(verdictOf(error).kind).toBe(kind);
  expect(isOfEvent(error)).toBe(isOwn);
});
