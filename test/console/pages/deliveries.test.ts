import { expect, test } from 'vitest';
import { isAgeless, listWords } from '../../../console/pages/deliveries/words.ts';

test.each([
  [{}, false, 'Deliveries'],
  [{ status: 'delivered' }, false, 'What was delivered'],
  [{ status: 'dead' }, true, 'Dead deliveries'],
  [{ status: 'retrying,parked' }, true, 'What waits'],
  [{ status: 'retrying,dead' }, true, 'Deliveries'],
  [{ status: 'dead,delivered' }, false, 'Deliveries'],
  [{ reason: 'rejected' }, true, 'Deliveries'],
])('a list of %j is of any time: %s', (filters: { status?: string; reason?: string }, is, words) => {
  expect(isAgeless(filters)).toBe(is);
  expect(listWords(filters.status)).toBe(words);
});
