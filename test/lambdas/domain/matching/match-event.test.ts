import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, evaluate, MAX_STEPS } from '../../../lambdas/domain/condition.ts';
import { matchEvent } from '../../../lambdas/domain/match-event.ts';

const candidate = (n: number, filter: { where?: Condition | undefined }) => ({
  id: `s${String(n).padStart(5, '0')}`,
  filter: { id: `f${n}`, events: ['x'], ...filter },
});

describe('an event against the conditions of many subscriptions', () => {
  const data = { items: Array.from({ length: 12_000 }, () => ({ a: 'y' })) };
  const costly = { where: { data: { items: { a: ['x'] } } } };

  it('ends a pass in time, however many conditions there are', () => {
    const candidates = Array.from({ length: 500 }, (_, i) => candidate(i, costly));
    const { lookedUpTo, steps } = matchEvent(candidates, { type: 'x', data }, 100_000);
    expect(steps).toBeLessThan(100_000 + 2 * MAX_STEPS);
    expect(lookedUpTo).toBe('s00009');
  });

  it('always gets further, if only by one', () => {
    const candidates = [candidate(0, costly), candidate(1, costly)];
    expect(matchEvent(candidates, { type: 'x', data }, 0).lookedUpTo).toBe('s00000');
  });

  it('evaluates a filter once, however many subscriptions share it', () => {
    const { filter } = candidate(0, costly);
    const candidates = Array.from({ length: 10_000 }, (_, i) => ({ ...candidate(i, costly), filter }));
    const result = matchEvent(candidates, { type: 'x', data }, 1);
    expect(result).toEqual({ found: [], steps: evaluate(costly.where, { type: 'x', data }).steps });
  });

  it('finds in several passes what one pass finds', () => {
    const filters = fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 4,
    });
    const bindings = fc.array(fc.nat(3), { maxLength: 30 });
    fc.assert(
      fc.property(filters, bindings, fc.nat(20), (wanted, bound, steps) => {
        const known = wanted.map((n, i) => ({
          id: `f${i}`,
          events: ['x'],
          where: n === undefined ? undefined : { data: { n: [n], m: [1] } },
        }));
        const candidates = bound.map((f, i) => ({ ...candidate(i, {}), filter: known[f % known.length]! }));
        const envelope = { type: 'x', data: { n: [0, 1], m: 1 } };
        const whole = matchEvent(candidates, envelope, 1_000_000);
        expect(whole.lookedUpTo).toBeUndefined();
        const found = [];
        let left = candidates;
        for (;;) {
          const pass = matchEvent(left, envelope, steps);
          found.push(...pass.found);
          const { lookedUpTo } = pass;
          if (lookedUpTo === undefined) break;
          expect(left.some(({ id }) => id <= lookedUpTo)).toBe(true);
          left = left.filter(({ id }) => id > lookedUpTo);
        }
        expect(found).toEqual(whole.found);
      }),
    );
  });
});
