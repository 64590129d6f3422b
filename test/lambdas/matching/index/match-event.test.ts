import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, evaluate, HOLDS_ALWAYS } from '../../../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';
import { findNeed, matchEvent } from '../../../../lambdas/matching/index/match-event.ts';
import type { Condition } from '../../../../lambdas/matching/language/condition.ts';
import { MAX_STEPS } from '../../../../lambdas/matching/language/step-budget.ts';
import { eventWith } from '../../../helpers/matching/matching.ts';

const compiled = (where?: Condition) => compileFilter({ where }, ENGINES);
const candidate = (n: number, filter = HOLDS_ALWAYS) => ({ id: `s${String(n).padStart(5, '0')}`, filter });

describe('an event against the conditions of many subscriptions (A7)', () => {
  const costly: Condition = { data: { items: { a: ['x'] } } };
  const event = eventWith({ items: Array.from({ length: 12_000 }, () => ({ a: 'y' })) });

  it('ends a pass in time, however many conditions there are', () => {
    const candidates = Array.from({ length: 500 }, (_, i) => candidate(i, compiled(costly)));
    const { scannedUpTo, steps } = matchEvent(candidates, event, 100_000);
    expect(steps).toBeLessThan(100_000 + 2 * MAX_STEPS);
    expect(scannedUpTo).toBe('s00009');
  });

  it('always gets further, if only by one', () => {
    const candidates = [candidate(0, compiled(costly)), candidate(1, compiled(costly))];
    expect(matchEvent(candidates, event, 0).scannedUpTo).toBe('s00000');
  });

  it('evaluates a filter once, however many subscriptions share it', () => {
    const filter = compiled(costly);
    const candidates = Array.from({ length: 10_000 }, (_, i) => candidate(i, filter));
    const result = matchEvent(candidates, event, 1);
    expect(result).toEqual({ found: [], steps: evaluate(filter, event).steps, faults: [] });
  });

  it('goes on when a filter throws, and reports it', () => {
    const error = new Error('unexpected');
    const faulty = {
      own: (): never => {
        throw error;
      },
      data: undefined,
    };
    const candidates = [candidate(0, HOLDS_ALWAYS), candidate(1, faulty), candidate(2, HOLDS_ALWAYS)];
    const { found, faults } = matchEvent(candidates, event, 1000);
    expect(found.map(({ id }) => id)).toEqual(['s00000', 's00002']);
    expect(faults).toEqual([{ subscription: 's00001', error }]);
  });

  it('finds in several passes what one pass finds', () => {
    const filters = fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 4,
    });
    const bindings = fc.array(fc.nat(3), { maxLength: 30 });
    fc.assert(
      fc.property(filters, bindings, fc.nat(20), (wanted, bound, steps) => {
        const known = wanted.map((n) => compiled(n === undefined ? undefined : { data: { n: [n], m: [1] } }));
        const candidates = bound.map((f, i) => candidate(i, known[f % known.length]));
        const small = eventWith({ n: [0, 1], m: 1 });
        const whole = matchEvent(candidates, small, 1_000_000);
        expect(whole.scannedUpTo).toBeUndefined();
        const found = [];
        let left = candidates;
        for (;;) {
          const pass = matchEvent(left, small, steps);
          found.push(...pass.found);
          const { scannedUpTo } = pass;
          if (scannedUpTo === undefined) break;
          expect(left.some(({ id }) => id <= scannedUpTo)).toBe(true);
          left = left.filter(({ id }) => id > scannedUpTo);
        }
        expect(found).toEqual(whole.found);
      }),
    );
  });
});

describe('the payload is needed', () => {
  it.each<[string, Parameters<typeof compileFilter>[0], boolean]>([
    ['not by a filter without a condition', {}, false],
    ['not by one of the event’s own fields', { where: { source: ['shop'] } }, false],
    ['by one of the payload', { where: { data: { a: [1] } } }, true],
    [
      'by one of both, as far as the event’s own fields hold',
      { where: { source: ['shop'], data: [1] } },
      true,
    ],
    ['not when they do not', { where: { source: ['till'], data: [1] } }, false],
    ['by an alternative', { where: { $or: [{ source: ['shop'] }, { data: [1] }] } }, true],
    ['by a query', { jsonpath: '$.type' }, true],
    ['not outside its time', { jsonpath: '$.type', during: { timeZone: 'UTC', from: '01:00' } }, false],
  ])('%s', (_, filter, expected) => {
    const event = eventWith(undefined, { source: 'shop', at: 0 });
    expect(findNeed([compileFilter(filter, ENGINES)], event).needsData).toBe(expected);
  });
});
