import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TRACESTATE, traceContextOf, traceIdOf } from '../../../lambdas/values/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${PARENT}-01`;

describe('a traceparent', () => {
  it.each([
    traceparent,
    `00-${TRACE}-${PARENT}-00`,
    `00-${TRACE}-${PARENT}-ff`,
    // Versions that there may be one day: like 00, perhaps with more behind it.
    `01-${TRACE}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01-what-the-future-brings`,
    `fe-${TRACE}-${PARENT}-01-`,
    `01-${TRACE}-${PARENT}-01-${'x'.repeat(128 - 56)}`,
  ])('goes on as it came: %s', (text) => {
    expect(traceContextOf({ traceparent: text })).toEqual({ traceparent: text });
    expect(traceIdOf(text)).toBe(TRACE);
  });

  it('is read without the blanks around it', () => {
    expect(traceContextOf({ traceparent: ` \t${traceparent} ` })).toEqual({ traceparent });
  });

  it.each<[string, string | undefined]>([
    ['none', undefined],
    ['an empty one', ''],
    ['capitals', traceparent.toUpperCase()],
    ['one capital', traceparent.replace('a', 'A')],
    ['the version that there never is', `ff-${TRACE}-${PARENT}-01`],
    ['a version of one digit', `0-${TRACE}-${PARENT}-01`],
    ['no version', `${TRACE}-${PARENT}-01`],
    ['more than version 00 has', `${traceparent}-x`],
    ['a dash more than version 00 has', `${traceparent}-`],
    ['a higher version with more than flags, undivided', `01-${TRACE}-${PARENT}-011`],
    ['a higher version without flags', `01-${TRACE}-${PARENT}-`],
    ['a trace of zeroes', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeroes', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a short trace', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a long parent', `00-${TRACE}-${PARENT}0-01`],
    ['flags of one digit', `00-${TRACE}-${PARENT}-1`],
    ['no hexadecimal digits', `00-${TRACE}-${PARENT}-0g`],
    ['another divider', traceparent.replaceAll('-', '_')],
    ['two headers, which API Gateway joins', `${traceparent},${traceparent}`],
    ['two headers of a higher version', `01-${TRACE}-${PARENT}-01,01-${TRACE}-${PARENT}-01`],
    ['a line break', `${traceparent}\n`],
    ['a line break in what is unknown', `01-${TRACE}-${PARENT}-01-a\r\nx: y`],
    ['what is far too long', `01-${TRACE}-${PARENT}-01-${'x'.repeat(128 - 55)}`],
  ])('counts for nothing, and so does its tracestate: %s', (_, text) => {
    expect(traceContextOf({ traceparent: text, tracestate: 'a=1' })).toBeUndefined();
  });

  it('is read in a time that grows with its length, not with its square', () => {
    const blanks = `a=${' '.repeat(1_000_000)}b`;
    expect(traceContextOf({ traceparent: blanks, tracestate: blanks })).toBeUndefined();
    expect(traceContextOf({ traceparent, tracestate: `${blanks},${blanks}` })).toEqual({ traceparent });
  });

  it('is nothing but what the specification allows, whatever comes', () => {
    const like = fc
      .tuple(
        fc.constantFrom('00', '01', 'fe', 'ff', '0'),
        fc.stringMatching(/^[0-9a-fA-F]{31,33}$/),
        fc.stringMatching(/^[0-9a-f]{15,17}$/),
        fc.stringMatching(/^[0-9a-f]{1,3}$/),
        fc.constantFrom('', '-', '-x', ',', ' '),
      )
      .map(([version, trace, parent, flags, more]) => `${version}-${trace}-${parent}-${flags}${more}`);
    fc.assert(
      fc.property(fc.oneof(like, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const read = traceContextOf({ traceparent: text });
        if (!read) return;
        expect(text).toContain(read.traceparent);
        expect(read.traceparent).toMatch(
          /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]*)?$/,
        );
      }),
    );
  });
});

const stateOf = (tracestate: string): string | undefined =>
  traceContextOf({ traceparent, tracestate })!.tracestate;

describe('a tracestate', () => {
  it.each<[string, string]>([
    ['rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    // Optional blanks and empty entries need not be passed on.
    [' rojo=1 ,\tcongo=2 ', 'rojo=1,congo=2'],
    ['rojo=1,,congo=2,', 'rojo=1,congo=2'],
    // Blanks before a value's first character belong to it.
    ['rojo=  1', 'rojo=  1'],
    ['fw529a3039@dt=FfAaAz,0a_-*/=~!', 'fw529a3039@dt=FfAaAz,0a_-*/=~!'],
    // A key that stands twice is for who joins the trace to sort out.
    ['rojo=1,rojo=2', 'rojo=1,rojo=2'],
    ...[32].map((n): [string, string] => [members(n), members(n)]),
    [`${'k'.repeat(256)}=${'v'.repeat(255)}`, `${'k'.repeat(256)}=${'v'.repeat(255)}`],
  ])('goes on: %s', (given, expected) => {
    expect(stateOf(given)).toBe(expected);
  });

  it.each([
    '',
    ' , ,',
    'rojo',
    '=1',
    'rojo=',
    'Rojo=1',
    '-rojo=1',
    'rojo=1=2',
    'rojo=ü',
    'rojo=a\tb',
    'rojo=1,congo',
    'rojo =1',
    `${'k'.repeat(257)}=1`,
    `rojo=${'v'.repeat(257)}`,
    members(33),
  ])('is left out, and the traceparent stays: %s', (text) => {
    expect(traceContextOf({ traceparent, tracestate: text })).toEqual({ traceparent });
  });

  it('that is too long loses whole entries: long ones first, then those at the end', () => {
    const long = (key: string): string => `${key}=${'v'.repeat(200)}`;
    const short = (n: number): string => `s${n}=${'v'.repeat(50)}`;
    expect(stateOf([long('a'), short(1), long('b'), long('c')].join(','))).toBe(
      [long('a'), short(1), long('b')].join(','),
    );
    const many = Array.from({ length: 12 }, (_, n) => short(n));
    expect(stateOf([long('a'), ...many].join(','))).toBe(many.slice(0, 9).join(','));
  });

  it('that is valid is passed on in its order, as much as fits, and none that is sent is refused as a header', () => {
    const key = fc.stringMatching(/^[a-z0-9][a-z0-9_\-*/@]{0,20}$/);
    const value = fc.stringMatching(/^[\x21-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/);
    const list = fc.array(
      fc.tuple(key, value).map((member) => member.join('=')),
      { minLength: 1, maxLength: 32 },
    );
    fc.assert(
      fc.property(list, (given) => {
        const kept = stateOf(given.join(','))!.split(',');
        expect(kept.join(',').length).toBeLessThanOrEqual(MAX_TRACESTATE);
        expect(given.filter((member) => kept.includes(member))).toEqual(expect.arrayContaining(kept));
        if (given.join(',').length <= MAX_TRACESTATE) expect(kept).toEqual(given);
      }),
    );
  });
});

function members(count: number): string {
  return Array.from({ length: count }, (_, n) => `k${n}=v`).join(',');
}
