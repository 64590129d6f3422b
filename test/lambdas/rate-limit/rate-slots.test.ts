import { expect, it } from 'vitest';
import { aheadMs, type Slot } from '../../../lambdas/rate-limit/rate-limit.ts';
import { createRateSlots } from '../../../lambdas/rate-limit/rate-slots.ts';
import { inMemorySlots } from '../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const postOf = (n: number, slot?: number, perSecond: number | undefined = 10, target = 'tgt_1') => ({
  received: nthDelivery(n, { target, ...(slot !== undefined && { slot }) }),
  destination: { target: targetOf({ id: target, ...(perSecond !== 0 && { rateLimit: { perSecond } }) }) },
});
type Post = ReturnType<typeof postOf>;

function slotsAt(reserveSlots = inMemorySlots()) {
  const state = { now: NOW };
  const sleep = async (ms: number): Promise<void> => {
    state.now += ms;
  };
  return { state, ...createRateSlots({ now: () => state.now, sleep, reserveSlots }) };
}

it.each<[string, Post[], (Slot | undefined)[]]>([
  ['without a limit none', [postOf(1, undefined, 0)], [undefined]],
  ['one after another', [postOf(1), postOf(2), postOf(3)], [NOW, NOW + 100, NOW + 200]],
  ['the slot that it came with', [postOf(1, NOW + 5000), postOf(2)], [NOW + 5000, NOW]],
  ['one that is a little late', [postOf(1, NOW - 75)], [NOW - 75]],
  ['another for one that was missed', [postOf(1), postOf(2, NOW - 76)], [NOW, NOW + 100]],
  ['by target', [postOf(1), postOf(2, undefined, 10, 'tgt_2')], [NOW, NOW]],
  ['whole milliseconds', [postOf(1, undefined, 3), postOf(2, undefined, 3)], [NOW, NOW + 333]],
])('a delivery gets %s (D9)', async (_, posts, expected) => {
  const slots = await slotsAt().slotsFor(posts, NOW);
  expect(posts.map(({ received }) => slots.get(received))).toEqual(expected);
});

it('none is left when slots are given away for a minute', async () => {
  const { slotsFor, anotherSlot } = slotsAt();
  await slotsFor(
    Array.from({ length: 601 }, (_, n) => postOf(n)),
    NOW,
  );
  const late = postOf(1000);
  expect((await slotsFor([late], NOW)).get(late.received)).toBe('none');
  expect(await anotherSlot(late)).toBe('none');
});

it('a limit that cannot be read holds up its own target, and no other', async () => {
  const store = inMemorySlots();
  const { slotsFor } = slotsAt(async (ref, ...rest) => {
    if (ref.target === 'tgt_1') throw new Error('ThrottlingException');
    return store(ref, ...rest);
  });
  const posts = [postOf(1), postOf(2, undefined, 10, 'tgt_2')];
  const { result, warnings } = await printedBy(() => slotsFor(posts, NOW));
  expect(posts.map(({ received }) => (result as Map<unknown, Slot>).get(received))).toEqual(['none', NOW]);
  expect(warnings).toMatchObject([{ message: 'slots not reserved', target: 'tgt_1' }]);
});

it.each<[string, number, number, number | undefined, number]>([
  ['is free', 10, 0, undefined, 0],
  ['is near', 1, 1, undefined, 1000],
  ['is not near', 10, 12, NOW + 1000, 0],
  ['is not near, of slots that are far apart', 0.1, 1, NOW + 10_000, 0],
])('a drain waits for a slot that %s, or is repeated', async (_, perSecond, taken, again, waited) => {
  const reserve = inMemorySlots();
  const { state, awaitRequestSlot } = slotsAt(reserve);
  const ref = { tenant: 't', target: 'tgt_1' };
  if (taken > 0) await reserve(ref, taken, perSecond, NOW);
  expect(await awaitRequestSlot(ref, perSecond)).toBe(again);
  expect(state.now - NOW).toBe(waited);
  // A slot that is not used is not taken from others.
  const first = await reserve(ref, 1, perSecond, NOW, aheadMs(perSecond));
  expect(first).toBe(NOW + ((taken + Number(again === undefined)) * 1000) / perSecond);
});
