import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMatchIndex } from '../../../lambdas/domain/match-index.ts';

const matches = (pattern: string, type: string): boolean =>
  buildMatchIndex([{ id: 'a', events: [pattern] }]).match(type).length === 1;

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
  ])('%s on %s: %s', (pattern, type, expected) => {
    expect(matches(pattern, type)).toBe(expected);
  });
});

/** The rule said another way, one pattern at a time: what the index has to agree with. */
function plainMatch(pattern: string[], type: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return type.length === 0;
  if (first === '**')
    return plainMatch(rest, type) || (type.length > 0 && plainMatch(pattern, type.slice(1)));
  return type.length > 0 && (first === '*' || first === type[0]) && plainMatch(rest, type.slice(1));
}

describe('the index', () => {
  const segment = fc.constantFrom('a', 'b', 'c');
  const type = fc.array(segment, { minLength: 1, maxLength: 6 });
  const pattern = fc.array(fc.oneof(segment, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 6 });

  it('agrees with a plain loop over all subscriptions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(pattern, { minLength: 1, maxLength: 3 }), { maxLength: 20 }),
        type,
        (all, t) => {
          const subscriptions = all.map((patterns, i) => ({
            id: String(i).padStart(3, '0'),
            events: patterns.map((p) => p.join('.')),
          }));
          const expected = subscriptions.filter((_, i) => all[i]!.some((p) => plainMatch(p, t)));
          expect(buildMatchIndex(subscriptions).match(t.join('.'))).toEqual(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('does not backtrack on patterns made of wildcards', () => {
    const events = [`${'**.'.repeat(15)}x`];
    const index = buildMatchIndex([{ id: 'a', events }]);
    const began = performance.now();
    for (let i = 0; i < 100; i++) index.match('y.'.repeat(15).concat('y'));
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('looks only at what can match, with thousands of subscriptions', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({ id: String(i), events: [`shop${i}.order.*`] }));
    const index = buildMatchIndex(many);
    const began = performance.now();
    for (let i = 0; i < 1000; i++) expect(index.match(`shop${i}.order.placed`)).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

it('finds one by its id, whatever it wants', () => {
  const all = [
    { id: 'a', events: ['x'] },
    { id: 'b', events: ['y', 'z'] },
  ];
  const index = buildMatchIndex(all);
  expect(all.map(({ id }) => index.byId(id))).toEqual(all);
  expect(index.byId('__proto__')).toBeUndefined();
  expect(index.size).toBe(2);
});
