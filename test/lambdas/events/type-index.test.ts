import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeIndex, typeMatcher } from '../../../lambdas/events/type-index.ts';
import { fitsType } from '../../helpers/matching/reference-matching.ts';
import { runs } from '../../helpers/runs.ts';

/** An index of the positions of lists of patterns. */
function indexOf(lists: readonly (readonly string[])[]) {
  const index = typeIndex((): Set<number> => new Set());
  for (const [i, patterns] of lists.entries()) for (const pattern of patterns) index.at(pattern).add(i);
  return (type: string) =>
    [...new Set(index.find(type).flatMap((found) => [...found]))].sort((a, b) => a - b);
}

describe('event type patterns (A2)', () => {
  it.each([
    ['payment.failed', 'payment.failed', true],
    ['payment.failed', 'payment.failed.hard', false],
    ['payment.failed', 'payment', false],
    ['payment.*', 'payment.failed', true],
    ['payment.*', 'payment', false],
    ['payment.*', 'payment.processor.failure', false],
    ['*.failed', 'payment.failed', true],
    ['payment.**', 'payment', true],
    ['payment.**', 'payment.processor.failure', true],
    ['**', 'anything.at.all', true],
    ['**.failure', 'failure', true],
    ['**.failure', 'payment.processor.failure', true],
    ['**.failure', 'payment.failure.processor', false],
    ['payment.**.failure', 'payment.failure', true],
    ['payment.**.failure', 'payment.a.b.failure', true],
    ['a.*.**.d', 'a.d', false],
    ['a.*.**.d', 'a.b.d', true],
    ['Payment.failed', 'payment.failed', false],
    ['__proto__', '__proto__', true],
    ['constructor.*', 'constructor.name', true],
    // Operational events: only for patterns that name them.
    ['posthorn.**', 'posthorn.target.disabled', true],
    ['posthorn.*.dead', 'posthorn.delivery.dead', true],
    ['posthorn.delivery.dead', 'posthorn.delivery.dead', true],
    ['**', 'posthorn.target.disabled', false],
    ['*.target.disabled', 'posthorn.target.disabled', false],
    ['**.disabled', 'posthorn.target.disabled', false],
    ['**.posthorn.target.disabled', 'posthorn.target.disabled', false],
    ['*', 'posthorn', true],
    ['**', 'shop.posthorn.order', true],
    ['**', 'posthorns.order', true],
  ])('%s on %s: %s', (pattern, type, expected) => {
    expect(typeMatcher([pattern])(type)).toBe(expected);
  });
});

describe('the index of event types (A2, A7)', () => {
  const segment = fc.constantFrom('a', 'b', 'posthorn');
  const type = fc.array(segment, { minLength: 1, maxLength: 6 });
  const pattern = fc.array(fc.oneof(segment, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 6 });

  it('agrees with a plain loop over all patterns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(pattern, { minLength: 1, maxLength: 3 }), { maxLength: 20 }),
        type,
        (all, t) => {
          const find = indexOf(all.map((patterns) => patterns.map((one) => one.join('.'))));
          const expected = [...all.keys()].filter((i) => all[i]!.some((one) => fitsType(one, t)));
          expect(find(t.join('.'))).toEqual(expected);
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  it('does not backtrack on patterns made of wildcards', () => {
    const find = indexOf([[`${'**.'.repeat(15)}x`]]);
    const began = performance.now();
    for (let i = 0; i < 100; i++) find('y.'.repeat(15).concat('y'));
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('visits only nodes that can match, with thousands of patterns', () => {
    const find = indexOf(Array.from({ length: 20_000 }, (_, i) => [`shop${i}.order.*`]));
    const began = performance.now();
    for (let i = 0; i < 1000; i++) expect(find(`shop${i}.order.placed`)).toEqual([i]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it.each([
    ['c', 3],
    ['a', 4],
    ['a.b', 8],
    ['a.b.c', 9],
    ['c.c', 4],
  ])('counts the nodes that %s visits', (type, steps) => {
    const index = typeIndex(() => ({}));
    for (const pattern of ['a', 'a.b', 'a.*', '**.b']) index.at(pattern);
    const work = { steps: 0 };
    index.find(type, work);
    expect(work.steps).toBe(steps);
  });

  it('keeps one thing for a pattern, made when it is first asked for', () => {
    const index = typeIndex(() => ({}));
    expect(index.at('a.*')).toBe(index.at('a.*'));
    expect(index.at('a.*')).not.toBe(index.at('a'));
    expect(index.find('a.b')).toEqual([{}]);
  });
});
