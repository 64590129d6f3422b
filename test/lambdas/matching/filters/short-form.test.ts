import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionProblem } from '../../../../lambdas/matching/filters/condition-check.ts';
import {
  conditionOf,
  type ShortForm,
  shortFormProblem,
  whereOf,
} from '../../../../lambdas/matching/filters/short-form.ts';
import { ENGINES } from '../../../../lambdas/matching/index/all-engines.ts';

describe('the short form of conditions (A3, A4)', () => {
  it.each<[ShortForm, object | undefined]>([
    [{ source: 'payment-service' }, { source: ['payment-service'] }],
    [{ level: 'ERROR' }, { data: { level: ['ERROR'] } }],
    [
      { source: ['a', 'b'], level: 'ERROR', code: 7 },
      { source: ['a', 'b'], data: { level: ['ERROR'], code: [7] } },
    ],
    [{ source: { regex: '^payment-' } }, { source: [{ regex: '^payment-' }] }],
    [
      { amount: [0, { numeric: ['>', 5] }], type: 'a', region: 'eu', priority: 'critical', note: null },
      {
        type: ['a'],
        region: ['eu'],
        priority: ['critical'],
        data: { amount: [0, { numeric: ['>', 5] }], note: [null] },
      },
    ],
    [{ data: 'x', toString: 'y' }, { data: { data: ['x'], toString: ['y'] } }],
    [{}, undefined],
  ])('%j', (short, condition) => {
    expect(shortFormProblem(short, ENGINES)).toBeUndefined();
    expect(conditionOf(short)).toEqual(condition);
  });

  it('is one just when what it stands for is a condition, and bears any JSON', () => {
    const matcher = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('a', 1, null, { prefix: 'a' }, { regex: '(' }, { exists: false }, [
        'a',
        { numeric: ['>', 1] },
      ]),
    );
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('source', 'type', 'level', 'data', '__proto__', 'a[0]'),
    );
    fc.assert(
      fc.property(fc.dictionary(name, matcher), (short) => {
        const problem = shortFormProblem(short, ENGINES);
        if (Object.hasOwn(short, '$or')) return;
        expect(problem === undefined).toBe(
          conditionProblem(conditionOf(short as ShortForm) ?? {}, ENGINES) === undefined,
        );
      }),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => void shortFormProblem(value, ENGINES)));
  });
});

describe('the condition that is wanted (A3, A4)', () => {
  const where = { data: { level: ['ERROR'] } };

  it.each([
    [{ where }, where],
    [{ filters: { level: 'ERROR' } }, where],
    [{ filters: { source: { regex: '^a' } } }, { source: [{ regex: '^a' }] }],
    [{ filters: {} }, undefined],
    [{}, undefined],
  ])('%j', (written, condition) => {
    expect(whereOf(written)).toEqual(condition);
  });
});
