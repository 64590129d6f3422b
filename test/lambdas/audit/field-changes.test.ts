import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldChange } from '../../../lambdas/audit/audit-entry.ts';
import { type Fields, fieldChanges, MAX_VALUES_BYTES } from '../../../lambdas/audit/field-changes.ts';
import { runs } from '../../helpers/runs.ts';

const shown = (values: object): Fields =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, shown: value }]));
const changes = (before: object | undefined, after: object | undefined, bytes = 1000): FieldChange[] =>
  fieldChanges(before && shown(before), after && shown(after), { bytes });

describe('the fields that differ between two states', () => {
  it.each<[string, object | undefined, object | undefined, FieldChange[]]>([
    ['a new value', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ field: 'b', before: 2, after: 3 }]],
    ['a new field', { a: 1 }, { a: 1, b: false }, [{ field: 'b', after: false }]],
    ['a field that is gone', { a: null }, {}, [{ field: 'a', before: null }]],
    ['a new entity', undefined, { a: 1, b: undefined }, [{ field: 'a', after: 1 }]],
    ['an entity that is gone', { a: 1 }, undefined, [{ field: 'a', before: 1 }]],
    ['members in another order', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, []],
    ['undefined, which no table keeps', { a: { x: undefined } }, { a: {}, b: undefined }, []],
  ])('%s', (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it('says that a hidden value has changed, and not what it is', () => {
    const secret = (value: string): Fields => ({ secret: { value, shown: '[hidden]' } });
    expect(fieldChanges(secret('one'), secret('two'), { bytes: 1000 })).toEqual([
      { field: 'secret', before: '[hidden]', after: '[hidden]' },
    ]);
    expect(fieldChanges(secret('one'), secret('one'), { bytes: 1000 })).toEqual([]);
  });

  it('cuts what is too long, and never within a character', () => {
    const [change] = changes({ a: 'short' }, { a: '€'.repeat(1000) }, 4000);
    expect(change).toMatchObject({ field: 'a', before: 'short', cut: true });
    expect(change!.after).toMatch(/^"€+$/);
  });

  it('leaves values out where there is no room any more, but names each field', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, 'x'.repeat(100)]));
    const found = changes({}, many, 500);
    expect(found.map(({ field }) => field)).toEqual(Object.keys(many));
    expect(found.at(-1)).toEqual({ field: 'f99', cut: true });
  });

  it('keeps no more than there is room for, whatever the values', () => {
    const values = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue());
    fc.assert(
      fc.property(values, values, fc.nat(MAX_VALUES_BYTES), (before, after, bytes) => {
        const kept = changes(before, after, bytes).flatMap((one) => [one.before, one.after]);
        const size = kept.reduce<number>(
          (sum, value) =>
            sum + (typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0)),
          0,
        );
        expect(size).toBeLessThanOrEqual(bytes);
      }),
      { numRuns: runs(200) },
    );
  });
});
