import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlain, toTyped } from '../../../../lambdas/platform/aws/attribute-values.ts';
import { runs } from '../../../helpers/runs.ts';

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

  it('is what the SDK makes of anything, with bytes as base64, or refused as there', () => {
    class Point {
      readonly x = 1;
      readonly at = undefined;
    }
    const odd = fc.constantFrom<unknown>(
      ...[undefined, () => 1, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, -0, 7n, Symbol.iterator],
      ...[new Set(['a']), new Set([1]), new Set(), new Map([['a', 1]]), new Point(), new Date(0)],
      ...[Object.create(null), new ArrayBuffer(2), new Float32Array(1), new String('s')],
    );
    const anything = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        { weight: 4, arbitrary: leaf },
        { weight: 1, arbitrary: odd },
        { weight: 2, arbitrary: fc.array(tie('any')) },
        { weight: 2, arbitrary: fc.dictionary(name, tie('any')) },
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(name, anything), (item) => {
        const options = { removeUndefinedValues: true, convertClassInstanceToMap: true };
        expect(outcome(() => toTyped(item))).toEqual(outcome(() => inBase64(marshall(item, options))));
      }),
      { numRuns: runs(500) },
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

function outcome(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return String(error);
  }
}

function inBase64(value: unknown): unknown {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return Buffer.from(value as Uint8Array).toString('base64');
  }
  if (Array.isArray(value)) return value.map(inBase64);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inBase64(inner)]));
}
