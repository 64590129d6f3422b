import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlain, toTyped } from '../../../../lambdas/platform/aws/attribute-values.ts';

/** The library loses a member of this name. */
const name = fc.string().filter((text) => text !== '__proto__');
const leaf = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((n) => (n === 0 ? 0 : n)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any')), fc.dictionary(name, tie('any'))),
})).any;

describe('an item as DynamoDB’s JSON', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), (item) => {
        expect(toPlain(JSON.parse(JSON.stringify(toTyped(item as Record<string, unknown>))))).toEqual(item);
      }),
    );
  });

  it('is what the SDK makes of it, with bytes as base64', () => {
    expect(
      toTyped({
        text: 'ü',
        gone: undefined,
        bytes: Buffer.from('ü'),
        deep: [{ bytes: new Uint8Array([1]) }],
        set: new Set([new Uint8Array([2])]),
        constructor: 'x',
      }),
    ).toEqual({
      ...marshall({ text: 'ü', constructor: 'x' }, { convertClassInstanceToMap: true }),
      bytes: { B: 'w7w=' },
      deep: { L: [{ M: { bytes: { B: 'AQ==' } } }] },
      set: { BS: ['Ag=='] },
    });
  });
});
