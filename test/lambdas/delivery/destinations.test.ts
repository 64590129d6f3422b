import { expect, it } from 'vitest';
import { createDestinations } from '../../../lambdas/delivery/destinations.ts';
import { UnreadableItemError } from '../../../lambdas/platform/items.ts';
import type { ChallengeResult } from '../../../lambdas/targets/challenge-store.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { refName } from '../../../lambdas/values/target-ref.ts';
import { GOOD, NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const challenged = targetOf({ challenge: { token: 'b', at: '' } });
const resultOf = (token: string, passed: boolean): ChallengeResult => ({ token, passed, at: NOW });

/** Tables with one target. `reads` is how often its item was read. */
function tablesOf(target: Target | undefined, result?: ChallengeResult) {
  const state = { reads: 0, now: NOW };
  const destinations = createDestinations({
    now: () => state.now,
    loadTargets: async (refs, onUnreadable) => {
      state.reads += 1;
      const damaged = refs.find((ref) => ref.target === 'tgt_damaged');
      const expected = { problem: 'url: expected string', isNewer: false };
      if (damaged)
        onUnreadable(refName(damaged), new UnreadableItemError({ what: 'target' }, 'config', {}, expected));
      return new Map(target && [['t/tgt_1', target]]);
    },
    getChallengeResults: async (refs) => new Map(result && refs.map((ref) => [refName(ref), result])),
    healthOf: async () => new Map([['t/tgt_1', GOOD]]),
    readHealthNow: async () => ({ ...GOOD, revision: 2 }),
    freshMs: 60_000,
  });
  return { ...destinations, state };
}

// One that gets nothing is read each time.
it.each<[string, Target | undefined, ChallengeResult | undefined, string | undefined, number]>([
  ['may be posted to', targetOf(), undefined, undefined, 1],
  ['is switched off', targetOf({ active: false }), undefined, 'target_disabled', 2],
  ['is verified', challenged, resultOf('b', true), undefined, 1],
  ['has not been verified', challenged, undefined, 'target_unverified', 2],
  ['has failed its challenge', challenged, resultOf('b', false), 'target_unverified', 2],
  ['has passed an earlier challenge', challenged, resultOf('a', true), 'target_unverified', 2],
])('a target that %s', async (_, target, result, obstacle, reads) => {
  const { destinationsOf, state } = tablesOf(target, result);
  for (const delivery of [nthDelivery(1), nthDelivery(2)]) {
    const { destinationOf, isHeldUp } = await destinationsOf([delivery]);
    expect(destinationOf(delivery)).toEqual({ target, obstacle, health: GOOD });
    expect(isHeldUp(delivery)).toBe(false);
  }
  expect(state.reads).toBe(reads);
});

it.each([
  ['before it was read', -1, 1],
  ['since', 1, 2],
])('a target is read again for what was replayed, if that was %s (A15)', async (_, after, reads) => {
  const { destinationsOf, state } = tablesOf(targetOf());
  await destinationsOf([nthDelivery(1)]);
  state.now += 1000;
  await destinationsOf([nthDelivery(2), nthDelivery(3, { replayedAt: NOW + after })]);
  expect(state.reads).toBe(reads);
});

it('a target that is deleted is unknown', async () => {
  const { destinationsOf, currentDestination } = tablesOf(undefined);
  expect((await destinationsOf([nthDelivery(1)])).destinationOf(nthDelivery(1))).toBeUndefined();
  expect(await currentDestination({ tenant: 't', target: 'tgt_1' })).toBeUndefined();
});

it('a drain sees its target as it is now', async () => {
  const { destinationsOf, currentDestination, state } = tablesOf(targetOf());
  await destinationsOf([nthDelivery(1)]);
  expect(await currentDestination({ tenant: 't', target: 'tgt_1' })).toMatchObject({
    health: { revision: 2 },
  });
  expect(state.reads).toBe(2);
});

it('a target that cannot be read holds up its own deliveries, and no others', async () => {
  const { destinationsOf, currentDestination } = tablesOf(targetOf());
  const [good, damaged] = [nthDelivery(1), nthDelivery(2, { target: 'tgt_damaged' })];
  const { result, metrics } = await printedBy(() => destinationsOf([good, damaged]));
  const { isHeldUp } = result as Awaited<ReturnType<typeof destinationsOf>>;
  expect([good, damaged].map(isHeldUp)).toEqual([false, true]);
  expect(metrics.UnreadableItems).toBe(1);
  await expect(currentDestination({ tenant: 't', target: 'tgt_damaged' })).rejects.toThrow(
    UnreadableItemError,
  );
});
