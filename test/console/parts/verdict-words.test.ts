import { expect, test } from 'vitest';
import { outcomeText } from '../../../console/parts/delivery/words.ts';

test.each([
  [{ statusCode: 200, verdict: 'final' }, '200 refused in 12 ms'],
  [{ statusCode: 200, verdict: 'throttled' }, '200 too many requests in 12 ms'],
  [{ statusCode: 200, verdict: 'delivered' }, '200 in 12 ms'],
  [{ statusCode: 503, verdict: 'retry' }, '503 unavailable in 12 ms'],
])('an answer that refuses with 200 says so: %j', (outcome, text) => {
  expect(outcomeText({ ...outcome, durationMs: 12 })).toBe(text);
});
