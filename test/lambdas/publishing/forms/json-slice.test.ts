import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceElements, sliceMembers } from '../../../../lambdas/publishing/forms/json-slice.ts';

describe('sliceMembers (B6)', () => {
  it.each([
    ['{"data": 1.10}', '1.10'],
    ['{"data":12345678901234567890}', '12345678901234567890'],
    ['{"data" : { "a" : [1, 2 ] } , "x":0}', '{ "a" : [1, 2 ] }'],
    [String.raw`{"data":"a\"},{\"b\\"}`, String.raw`"a\"},{\"b\\"`],
    [String.raw`{"d\u0061ta":null}`, 'null'],
    ['{"x":{"data":1},"data":2}', '2'],
    ['{"data":1,"data":2}', '2'],
    ['\n{\t"data"\n:\ttrue\r}\n', 'true'],
  ])('%s', (text, expected) => {
    expect(JSON.parse(text)).toHaveProperty('data');
    expect(sliceMembers(text).get('data')).toBe(expected);
  });

  it('gives every member the text that parses to its value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (object, indent) => {
        const plain: Record<string, unknown> = JSON.parse(JSON.stringify(object));
        const slices = sliceMembers(JSON.stringify(plain, null, indent));
        expect([...slices.keys()].sort()).toEqual(Object.keys(plain).sort());
        for (const [name, text] of slices) expect(JSON.parse(text)).toEqual(plain[name]);
      }),
    );
  });
});

describe('sliceElements', () => {
  it('gives every element the text that parses to its value', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(3), (array, indent) => {
        const plain: unknown[] = JSON.parse(JSON.stringify(array));
        const slices = sliceElements(JSON.stringify(plain, null, indent));
        expect(slices.map((text) => JSON.parse(text))).toEqual(plain);
      }),
    );
  });

  it('takes deep nesting in its stride', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(sliceElements(`[${deep},1]`)).toEqual([deep, '1']);
  });
});
