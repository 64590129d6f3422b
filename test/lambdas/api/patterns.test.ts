import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../lambdas/api/openapi.ts';
import * as patterns from '../../../lambdas/api/patterns.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import {
  EVENT_PATTERN,
  EVENT_TYPE,
  eventPatternProblem,
  eventTypeProblem,
} from '../../../lambdas/events/event-type.ts';
import { idempotencyKeyOf } from '../../../lambdas/http/admission.ts';
import { preconditionOf } from '../../../lambdas/http/precondition.ts';
import { ENGINES } from '../../../lambdas/matching/index/all-engines.ts';
import { TEXT_OPERATORS } from '../../../lambdas/matching/operators/text-operators.ts';
import { isPrintable } from '../../../lambdas/values/printable.ts';
import { runs } from '../../helpers/runs.ts';

const patternsIn = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  const { pattern } = value as { pattern?: unknown };
  return [...(typeof pattern === 'string' ? [pattern] : []), ...Object.values(value).flatMap(patternsIn)];
};

const document = openApiDocument(ROUTES, { version: '1.2.3' });
const all = [...new Set(patternsIn(document))];

/** What engines read differently, or not at all. */
const PARTICULAR = /\\[pPdDwWsSbBukN1-9]|\(\?[^:]|\[\[|&&|--|\|\||~~/;

/** Characters that a pattern is likely to be wrong about, among any others. A newline at the end is Python's own case. */
const character = fc.oneof(
  fc.constantFrom(
    ...'aZ09_-.*/:%"\\\' \t,=W@#?[]',
    '\u0000',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u0660',
    'é',
    '😀',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const someText = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(''));

describe('every pattern of the document (C7)', () => {
  it.each(all)('%s has nothing that engines read differently', (pattern) => {
    expect(pattern).not.toMatch(PARTICULAR);
  });

  it.each(all)('%s means one thing, with the flag u, without, and to RE2', (pattern) => {
    const [plain, unicode, re2] = [new RegExp(pattern), new RegExp(pattern, 'u'), RE2JS.compile(pattern)];
    const fitting = fc.stringMatching(plain).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.oneof(someText, fitting), (text) => {
        const found = plain.test(text);
        expect([unicode.test(text), re2.matcher(text).find()]).toEqual([found, found]);
      }),
    );
  });
});

describe('what a pattern says is what the code does (C7)', () => {
  const agree = (pattern: string, texts: fc.Arbitrary<string>, isTaken: (text: string) => boolean): void => {
    const regex = new RegExp(pattern);
    const property = fc.property(texts, (text) => {
      expect([text, regex.test(text)]).toEqual([text, isTaken(text)]);
    });
    fc.assert(property, { numRuns: runs(1000) });
  };

  const of = (parts: readonly string[]) =>
    fc.oneof(
      fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((some) => some.join('')),
      someText.filter((text) => text.isWellFormed()),
    );

  const SEGMENTS = ['a', 'order', '.', '*', '**', '/', ':', 'Put', '-', ' ', 'é', '%'];

  it('of event types', () =>
    agree(EVENT_TYPE.source, of(SEGMENTS), (text) => eventTypeProblem(text) === undefined));

  it('of event patterns', () =>
    agree(EVENT_PATTERN.source, of(SEGMENTS), (text) => eventPatternProblem(text) === undefined));

  it('of wildcards', () => {
    const { problem } = TEXT_OPERATORS.wildcard!;
    const texts = of(['a', '*', '\\', '\\*', '\\\\', '\n']);
    agree(patterns.WILDCARD, texts, (text) => problem!(text, ENGINES) === undefined);
  });

  it('of ranges of IPv4 addresses', () => {
    const { problem } = TEXT_OPERATORS.cidr!;
    const texts = of(['0', '10', '256', '.', '/', '8', '33', '01']).filter((text) => !text.includes(':'));
    const ranges = fc
      .tuple(fc.ipV4(), fc.integer({ min: 0, max: 40 }))
      .map(([address, bits]) => `${address}/${bits}`);
    agree(patterns.CIDR, fc.oneof(texts, ranges), (text) => problem!(text, ENGINES) === undefined);
  });

  it('of If-Match', () => {
    // A header's value comes without blanks at its ends.
    const texts = of(['*', '"', '"3"', 'W/', ',', ' ', '\t', 'x']).map((text) =>
      text.replace(/^[ \t]+|[ \t]+$/g, ''),
    );
    const isHeader = (text: string): boolean => /^[\t\x20-\x7e]*$/.test(text);
    agree(patterns.IF_MATCH, texts.filter(isHeader), (text) => preconditionOf(text) !== undefined);
  });

  it.each(['', 'a', 'a b', 'a\u0000', 'é', 'x'.repeat(255), 'x'.repeat(256)])(
    'of the Idempotency-Key %j',
    (key) => {
      const read = () => idempotencyKeyOf({ 'idempotency-key': key });
      if (new RegExp(patterns.IDEMPOTENCY_KEY).test(key)) expect(read()).toBe(key);
      else expect(read).toThrow('printable');
    },
  );

  it('of printable texts, but for what has no place in 16 bits', () => {
    const texts = of(['a', '\u2028', '\ufffe', '\ufdd0', '\u009f', '\u0000']);
    const isWithin = (text: string): boolean => !/[\u{10000}-\u{10ffff}]/u.test(text);
    agree(patterns.PRINTABLE, texts.filter(isWithin), isPrintable);
  });
});
