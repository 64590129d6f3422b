import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planFanout } from '../../../lambdas/domain/fanout-plan.ts';
import type { EventInFlight } from '../../../lambdas/domain/messages.ts';

const event = (id: string): EventInFlight => ({
  id,
  ulid: id,
  type: 'a',
  contentType: 'application/json',
  payload: { kind: 'text', text: '1' },
});

const subscriptionsOf = (count: number): { id: string }[] =>
  Array.from({ length: count }, (_, i) => ({ id: `s${String(i).padStart(2, '0')}` }));

it('reaches every subscription of every event exactly once, in bounded passes', () => {
  const sizes = fc.array(fc.nat(25), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 10 }), (counts, limit) => {
      const subscriptions = new Map(counts.map((n, e) => [`e${e}`, subscriptionsOf(n)]));
      const reached: string[] = [];
      const parts = new Set<string>();
      let queue = counts.map((_, e) => event(`e${e}`));
      for (let pass = 0; queue.length > 0; pass++) {
        expect(pass).toBeLessThan(300);
        let matchings = 0;
        const plan = planFanout(
          queue,
          ({ id }) => {
            matchings++;
            return subscriptions.get(id)!;
          },
          limit,
        );
        expect(matchings).toBeLessThanOrEqual(limit);
        expect(plan.now.flatMap((m) => m.subscriptions).length).toBeLessThanOrEqual(limit);
        for (const { event: one, subscriptions: subs, matched } of plan.now) {
          const part = `${one.id} ${one.resume?.part ?? 0}`;
          expect(parts.has(part)).toBe(false);
          parts.add(part);
          expect(matched).toBe(subscriptions.get(one.id)!.length);
          reached.push(...subs.map(({ id }) => `${one.id} ${id}`));
        }
        queue = plan.later;
      }
      const expected = [...subscriptions].flatMap(([e, subs]) => subs.map(({ id }) => `${e} ${id}`));
      expect(reached.sort()).toEqual(expected.sort());
      for (const [e] of subscriptions) expect(parts).toContain(`${e} 0`);
    }),
  );
});

it('leaves an event to the next pass that was not matched in this one', () => {
  const events = [event('first'), { ...event('second'), resume: { after: 's03', part: 2 } }, event('third')];
  const plan = planFanout(events, ({ id }) => (id === 'third' ? subscriptionsOf(1) : undefined), 10);
  expect(plan.now.map((reached) => reached.event.id)).toEqual(['third']);
  expect(plan.later).toEqual([{ ...events[0], resume: { after: '', part: 0 } }, events[1]]);
});

it('marks an event that it has not begun, so that its id is not claimed twice', () => {
  const { later } = planFanout([event('first'), event('second')], () => [], 1);
  expect(later).toEqual([{ ...event('second'), resume: { after: '', part: 0 } }]);
});
