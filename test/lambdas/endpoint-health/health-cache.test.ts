import { expect, it } from 'vitest';
import type { StoredHealth } from '../../../lambdas/endpoint-health/health.ts';
import { createHealthCache } from '../../../lambdas/endpoint-health/health-cache.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import { refName } from '../../../lambdas/values/target-ref.ts';
import { GOOD, NOW, OPEN } from '../../builders/nth-delivery.ts';

const ref = { tenant: 't', target: 'tgt_1' };
const DISABLED: StoredHealth = { ...GOOD, disabled: { at: NOW, reason: 'gone' } };

/** A cache, and the names that it has read. */
function cacheOf(stored: StoredHealth | undefined, problem?: UnreadableItemError) {
  const read: string[] = [];
  const cache = createHealthCache({
    freshMs: 60_000,
    read: async (refs, { onUnreadable }) => {
      read.push(...refs.map(refName));
      if (problem) onUnreadable(refName(refs[0]!), problem);
      return new Map(stored && refs.map((one) => [refName(one), stored]));
    },
  });
  const unreadable: string[] = [];
  const healthOf = (mayHaveClosed?: ReadonlySet<string>) =>
    cache.healthOf([ref], (name) => unreadable.push(name), mayHaveClosed);
  return { ...cache, healthOf, read, unreadable };
}

it.each<[string, StoredHealth | undefined, number]>([
  ['how it does', GOOD, 1],
  ['that nothing is known of it', undefined, 1],
  ['that its breaker is open', OPEN, 1],
  ['not that it gets nothing: it is disabled', DISABLED, 2],
])('of a target it remembers %s', async (_, stored, reads) => {
  const { healthOf, read } = cacheOf(stored);
  const [first, second] = [await healthOf(), await healthOf()];
  expect(read).toHaveLength(reads);
  expect(first.get('t/tgt_1')).toBe(stored);
  expect(second).toEqual(first);
});

it.each<[string, StoredHealth, number]>([
  ['and is not read again', GOOD, 0],
  ['nor is an open breaker', OPEN, 0],
  ['unless the target is disabled', DISABLED, 1],
])('what was written is known %s', async (_, written, reads) => {
  const { remember, healthOf, read } = cacheOf(written);
  remember(ref, written);
  expect((await healthOf()).get('t/tgt_1')).toBe(written);
  expect(read).toHaveLength(reads);
});

it.each<[string, StoredHealth, number]>([
  ['an open breaker is read again', OPEN, 2],
  ['what else is known of its target is not', GOOD, 1],
])('for a delivery that has waited %s', async (_, stored, reads) => {
  const { healthOf, read } = cacheOf(stored);
  await healthOf();
  await healthOf(new Set(['t/another', 't/tgt_1']));
  expect(read).toHaveLength(reads);
  await healthOf(new Set(['t/another']));
  expect(read).toHaveLength(reads);
});

it('what cannot be read is reported each time', async () => {
  const expected = { problem: 'revision: expected number', isNewer: false };
  const problem = new UnreadableItemError({ what: 'endpoint health' }, 'state', {}, expected);
  const { healthOf, unreadable } = cacheOf(undefined, problem);
  await healthOf();
  await healthOf();
  expect(unreadable).toEqual(['t/tgt_1', 't/tgt_1']);
});
