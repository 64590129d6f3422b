import { describe, expect, it } from 'vitest';
import { coloursFor } from '../../../cli/output/colours.ts';
import { differenceOf } from '../../../cli/verify/compare.ts';
import { memberTexts } from '../../../cli/verify/json-text.ts';
import type { Verdict } from '../../../cli/verify/judge.ts';
import { differenceLines } from '../../../cli/verify/show.ts';
import { withComparison } from '../../../cli/verify/with-comparison.ts';

/** As without a terminal. */
const NO_COLOURS = coloursFor(
  { env: {}, terminal: { stdin: false, stdout: false, stderr: false } },
  'stdout',
);

const lines = (sent: string | Buffer, got: string | Buffer): string[] => {
  const difference = differenceOf(Buffer.from(sent), Buffer.from(got))!;
  return differenceLines(difference, NO_COLOURS);
};

describe('two bodies (A20)', () => {
  it('that are the same differ in nothing', () => {
    expect(differenceOf(Buffer.from('a'), Buffer.from('a'))).toBeUndefined();
  });

  it.each<[string | Buffer, string | Buffer, string[]]>([
    [
      '{"amount":1200.50}',
      '{"amount":1200.5}',
      ['sent  {"amount":1200.50}', 'got   {"amount":1200.5}', '                      ^ byte 16'],
    ],
    ['a', 'a\n', ['sent  a', 'got   a\\n', '       ^ byte 1']],
    ['Zoë', 'Zoe', ['sent  Zoë', 'got   Zoe', '        ^ byte 2']],
    ['é', 'è', ['sent  é', 'got   è', '      ^ byte 1']],
    [
      Buffer.of(1, 255),
      Buffer.of(1, 254),
      ['sent  \\u0001\\xff', 'got   \\u0001\\xfe', '            ^ byte 1'],
    ],
    [
      `${'a'.repeat(40)}b${'c'.repeat(40)}`,
      `${'a'.repeat(40)}X${'c'.repeat(40)}`,
      [
        `sent  …${'a'.repeat(24)}b${'c'.repeat(23)}…`,
        `got   …${'a'.repeat(24)}X${'c'.repeat(23)}…`,
        `${' '.repeat(31)}^ byte 40`,
      ],
    ],
  ])('%j and %j are shown where they part', (sent, got, expected) => {
    expect(lines(sent, got)).toEqual(expected);
  });

  it('of the same JSON say what else differs', () => {
    expect(differenceOf(Buffer.from('{"a":1}'), Buffer.from('{"a": 1.0}'))?.aspects).toEqual([
      'spaces',
      'numbers',
    ]);
  });
});

describe('the members of a batch (A20)', () => {
  it('are found as they were written', () => {
    const text =
      '[{"id":"a","data":{"x": [1, {"y":2.0}]}}, {"id":"b","data_base64":"AQ==","data":"}"},[1],2]';
    expect(memberTexts(text)).toEqual([
      { id: '"a"', data: '{"x": [1, {"y":2.0}]}' },
      { id: '"b"', data_base64: '"AQ=="', data: '"}"' },
    ]);
    expect(memberTexts('{"id":1}')).toBeUndefined();
  });
});

describe('what the API knows (A20)', () => {
  const open: Verdict = {
    verifies: false,
    problems: [{ kind: 'no_secret_fits', keyIds: ['11111111'], message: '', advice: '' }],
    notes: [],
  };
  const attempt = {
    deliveryId: 'dlv_1',
    targetId: 'tgt_1',
    number: 1,
    at: '',
    scheme: 'standard',
    keyIds: ['22222222'],
  };
  const difference = (sent: string, got: string) => ({
    eventId: 'evt_1',
    ...differenceOf(Buffer.from(sent), Buffer.from(got))!,
  });
  const kinds = (comparison: Parameters<typeof withComparison>[1]) =>
    withComparison(open, comparison).problems.map(({ kind }) => kind);

  it('makes a secret wrong for certain, where nothing was changed', () => {
    const { problems } = withComparison(open, { eventIds: ['evt_1'], attempt, headers: [] });
    expect(problems).toMatchObject([{ kind: 'wrong_secret', keyIds: ['11111111'], signedBy: '22222222' }]);
    expect(problems[0]!.message).toContain('tgt_1 signed it by key 22222222, and given was key 11111111');
  });

  it('names what was changed', () => {
    const of = (sent: string, got: string) =>
      kinds({ eventIds: ['evt_1'], attempt, headers: [], body: difference(sent, got) });
    expect(of('{"a":1}', '{ "a":1 }')).toEqual(['reserialised_json']);
    expect(of('{"a":1}', '{"b":1}')).toEqual(['altered_body']);
    const headers = [{ name: 'webhook-id', sent: 'evt_1', got: ['evt_2'] }];
    expect(kinds({ eventIds: ['evt_1'], attempt, headers })).toEqual(['header_changed']);
  });

  it.each([
    ['abc', 'ab', 'is cut'],
    ['ab', 'abc', 'is longer than it was: after the 2 bytes that were sent come 1 more'],
    ['abc', 'xyz', 'is another one than was sent, from byte 0 on'],
  ])('says of %s and %s that the second %s', (sent, got, words) => {
    const comparison = { eventIds: ['evt_1'], attempt, headers: [], body: difference(sent, got) };
    expect(withComparison(open, comparison).problems[0]!.message).toContain(words);
  });

  it('leaves a verdict as it is that says what is wrong, or that knows nothing more', () => {
    const known: Verdict = { ...open, problems: [] };
    expect(withComparison(known, { eventIds: [], attempt, headers: [] })).toBe(known);
    expect(withComparison(open, { eventIds: [], headers: [] })).toBe(open);
  });
});
