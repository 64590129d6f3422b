import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aspectsBetween, tokensOf, variantsOf } from '../../../cli/verify/json-text.ts';
import { runs } from '../../helpers/runs.ts';

describe('JSON that is written anew (A20)', () => {
  it('is taken apart and put together as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, 2, '\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), undefined, indent);
        expect(tokensOf(text)?.join('')).toBe(text);
      }),
      { numRuns: runs(200) },
    );
    expect(tokensOf('{')).toBeUndefined();
  });

  it('stays the same JSON in each variant', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, (json) => {
        const text = JSON.stringify(json);
        for (const variant of variantsOf(text)) expect(JSON.parse(variant.text)).toEqual(JSON.parse(text));
      }),
      { numRuns: runs(50) },
    );
  });

  it('is found again as JSON.stringify wrote it, however it is indented', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(1, 2, 3, 4, '\t'), (json, indent) => {
        const signed = JSON.stringify(json);
        const captured = JSON.stringify(json, undefined, indent);
        fc.pre(signed !== captured);
        const found = [...variantsOf(captured)].find(({ text }) => text === signed);
        expect(found?.aspects).toEqual(['spaces']);
      }),
      { numRuns: runs(100) },
    );
  });

  it.each([
    ['{"a":1}', '{ "a":1 }', ['spaces']],
    ['{"a":1}', '{"a":1.0}', ['numbers']],
    ['{"a":"/"}', '{"a":"\\/"}', ['escapes']],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', ['order of keys']],
    ['{"a":1,"b":"/"}', '{"b": "\\/", "a": 1.00}', ['escapes', 'numbers', 'order of keys']],
    ['{"a":1}', '{"a":2}', undefined],
    ['{"a":1}', 'a', undefined],
  ])('%s and %s differ in %j', (one, other, aspects) => {
    expect(aspectsBetween(one, other)).toEqual(aspects);
  });
});
