import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { isOutOfSteps, MAX_STEPS, Work } from '../../../../lambdas/matching/language/step-budget.ts';
import { compileLinear } from '../../../../lambdas/matching/operators/linear-regex.ts';
import { regexFinds, regexFits, regexProblem } from '../../../../lambdas/matching/operators/regex.ts';
import { runs } from '../../../helpers/runs.ts';

const finds = (pattern: string, text: string) => regexFinds(pattern, text, new Work());
const fits = (pattern: string, text: string) => regexFits(pattern, text, new Work());

/** A text of some letters that looks random and is the same each time. */
function randomText(letters: string, length: number, seed = 1): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return letters[(state >> 16) % letters.length];
  }).join('');
}

// https://github.com/google/re2/wiki/Syntax
describe('regular expressions in the syntax of RE2 (A3)', () => {
  it.each<[string, string[], string[]]>([
    // Single characters.
    ['^.$', ['a', '😀', '\ud83d'], ['', 'ab', '\n']],
    ['(?s)^.$', ['\n'], ['']],
    ['[xyz]-[^xyz]', ['x-a', 'y-\n'], ['x-y', 'a-a']],
    ['^\\d\\D$', ['1a'], ['aa', '11', '٣a']],
    ['^[[:alpha:]]+$', ['abC'], ['ab1', 'é']],
    ['^[[:^alpha:]]+$', ['12é'], ['a']],
    ['^\\pN$', ['5', '٣', 'Ⅷ'], ['a']],
    ['^\\p{Greek}+$', ['αβγ'], ['abc']],
    ['^\\PN\\P{Greek}$', ['ab'], ['1b', 'aβ']],
    ['[]a]', [']', 'a'], ['b']],
    ['^[^]]$', ['b'], [']']],
    ['[/]|\\/', ['a/b'], ['ab']],
    // One after another, and one of several.
    ['^ab|cd$', ['abx', 'xcd'], ['xab', 'cdx']],
    // Repetitions.
    ['^a*b+c?$', ['b', 'aabbc'], ['a', 'bcc']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^a{2,}$', ['aa', 'aaaaa'], ['a']],
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a*?b+?c??$', ['aabbc'], ['ac']],
    // Groups.
    ['^(ab)+$', ['abab'], ['aba']],
    ['^(?P<year>\\d{4})-(?<month>\\d\\d)$', ['2026-02'], ['26-2']],
    ['^(?:ab)+$', ['abab'], ['aba']],
    ['^(?i)error$', ['ERROR', 'Error'], ['errors']],
    ['^(?i:e)rror$', ['Error'], ['ERROR']],
    ['(?m)^b$', ['a\nb\nc'], ['ab']],
    ['(?U)^a+$', ['aa'], ['']],
    // Empty texts.
    ['^$', [''], ['\n']],
    ['\\Aab\\z', ['ab'], ['ab\n', 'xab']],
    ['a$', ['a', 'ba'], ['a\n']],
    ['\\bpay\\b', ['to pay now'], ['payment', 'xpay']],
    ['\\Bment', ['payment'], ['ment']],
    // Escapes.
    ['^\\a\\f\\t\\n\\r\\v$', ['\x07\f\t\n\r\v'], ['\t']],
    ['^\\x41\\x{1F600}\\101$', ['A😀A'], ['A']],
    ['^\\Q.*/\\E$', ['.*/'], ['a']],
    ['^\\.\\*\\\\$', ['.*\\'], ['a*\\']],
    ['^\\s$', [' ', '\t', '\f'], ['\v', '\u00a0']],
    ['^\\w+$', ['a_1'], ['é', 'a-b']],
    // Case by Unicode's simple folding: one character for one.
    ['^(?i)k$', ['K', '\u212a'], ['x']],
    ['^(?i)σ$', ['Σ', 'ς'], ['s']],
    ['^(?i)ß$', ['ẞ'], ['ss', 'SS']],
    ['^(?i)i$', ['I'], ['İ', 'ı']],
    ['^(?i)[a-z]$', ['Q', 'ſ'], ['1']],
    // Characters beyond the first 65,536 are one, and half of one is a character as well.
    ['^😀$', ['😀'], ['\ud83d', '\ude00']],
    ['^..$', ['😀😀', '\ude00\ud83d'], ['😀']],
    ['[^a]', ['\ud83d'], ['a']],
    ['^[😀-😎]{2}$', ['😁😎'], ['😁a']],
  ])('%j', (pattern, fitting, others) => {
    expect(regexProblem(pattern)).toBeUndefined();
    for (const text of fitting) expect([text, finds(pattern, text)]).toEqual([text, true]);
    for (const text of others) expect([text, finds(pattern, text)]).toEqual([text, false]);
  });

  it.each([
    [
      '(?=a)',
      'expected a regular expression as RE2 has them: invalid or unsupported Perl syntax: `(?=`; it has no look-around and no atomic groups',
    ],
    ['(?<!a)b', 'no look-around'],
    ['(?>a)', 'no atomic groups'],
    ['(a)\\1', 'no back-references'],
    ['(?<n>a)\\k<n>', 'no back-references'],
    ['a++', 'no possessive repetitions'],
    ['\\u0041', 'a character by its number is \\x{20AC}'],
    ['a{1001}', 'at most 1000 in all'],
    ['(a{40}){40}', 'at most 1000 in all'],
    ['(', 'missing closing )'],
    ['a)', 'unexpected )'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator'],
    ['[a', 'missing closing ]'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['a\\', 'trailing backslash'],
    // Not letters, as in JavaScript.
    ['\\h', 'invalid escape sequence: `\\h`'],
    ['\\Z', 'invalid escape sequence: `\\Z`'],
    ['\\p{Letter}', 'invalid character class range'],
    ['(?x) a', 'invalid or unsupported Perl syntax'],
    ['(?<a>x)(?<a>y)', 'duplicate capture group name'],
    ['', 'expected 1 to 256 characters'],
    ['a'.repeat(257), 'expected 1 to 256 characters'],
    ['(?:a?b?c?){400}', 'expected fewer or smaller repetitions'],
    ['(?:[a-z]x){1000}', 'expected fewer or smaller repetitions'],
    [`(?:${'ab'.repeat(100)}){1000}`, 'expected fewer or smaller repetitions'],
    ['\\pL{100}', 'expected fewer or smaller repetitions'],
    ['\\pL|'.repeat(21), 'expected at most 20 classes such as \\pL'],
  ])('%s is refused', (pattern, problem) => {
    expect(regexProblem(pattern)).toContain(problem);
  });

  it.each([
    '[a-z]{1000}',
    '(?:ab){900}',
    '(?P<aVeryLongNameOfAGroup>a){400}',
    '(?i:[^]a-z[:digit:]]+){300}',
    '\\Q{1000}{1000}{1000}\\E',
    'a\\{1000}b',
    'x{,1000}{',
    '(a{0,30}){1,30}',
    '\\pL{70}',
    '\\x{1F600}{500}',
  ])('%s is not too large', (pattern) => {
    expect(regexProblem(pattern)).toBeUndefined();
  });

  it('holds of a part of a text, or of the whole where a JSONPath asks for that', () => {
    expect([finds('b', 'abc'), fits('b', 'abc'), fits('a|abc', 'abc'), fits('^abc$', 'abc')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

/** They contain no literal to search for first, and each text needs states of its own. */
const manyStates = (n: number) => `[ab]*a[ab]{${20 + (n % 180)}}[cd]${'[ab]?'.repeat(n % 7)}`;

describe('regular expressions of strangers (A3)', () => {
  it.each([
    ['(a+)+$', `${'a'.repeat(20_000)}!`],
    ['(a|aa)+$', `${'a'.repeat(20_000)}!`],
    ['(a|a?)+$', `${'a'.repeat(20_000)}!`],
    ['(.*)*x', 'y'.repeat(20_000)],
    ['(.*a){12}', 'b'.repeat(20_000)],
    ['([a-zA-Z]+)*$', `${'a'.repeat(20_000)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(20_000)],
    ['((a{0,9}){0,9}){0,9}b', 'a'.repeat(20_000)],
    ['(?:[ab]?){900}[cd]', randomText('ab', 20_000)],
    [manyStates(160), randomText('ab', 20_000)],
    ['\\pL*a\\pL{60}[0-9]', randomText('abcdeé', 20_000)],
  ])('%s ends in bounded time', (pattern, text) => {
    expect(regexProblem(pattern)).toBeUndefined();
    for (const test of [regexFinds, regexFits]) {
      const work = new Work();
      const before = performance.now();
      const error = catchError(() => test(pattern, text, work));
      expect(error === undefined || isOutOfSteps(error)).toBe(true);
      expect(performance.now() - before).toBeLessThan(1000);
    }
  });

  it('are cut short by the length of the text and the size of the expression', () => {
    expect(() => finds('(?:[ab]?){900}[cd]', 'a'.repeat(400))).toThrow(String(MAX_STEPS));
    expect(() => finds('a+x', 'a'.repeat(1_000_000))).toThrow(String(MAX_STEPS));
    expect(finds('^pay(ment)?-[a-z]+', 'a'.repeat(20_000))).toBe(false);
  });

  it('are cut short or not, whatever has been compiled before', () => {
    const pattern = '[xy]*x[xy]{100}[zw]';
    const text = randomText('xy', 3000);
    const limits = Array.from({ length: 2 }, () => {
      const work = new Work();
      finds(pattern, text);
      regexFinds(pattern, text, work);
      return isOutOfSteps(catchError(() => regexFinds(pattern, text, work)));
    });
    expect(limits).toEqual([false, false]);
    const [cold, warm] = [new Work(1000), new Work(1000)];
    const fresh = '[uv]*u[uv]{100}[zw]';
    expect(regexFinds(fresh, randomText('uv', 400), cold)).toBe(false);
    expect(regexFinds(fresh, randomText('uv', 400), warm)).toBe(false);
    expect(cold.steps).toBeGreaterThan(1000);
  });

  it.each([
    ['a hundred groups in each other', `${'('.repeat(127)}a${')'.repeat(127)}`],
    ['a hundred repetitions in each other', `${'(?:'.repeat(60)}a${')*'.repeat(36)}`],
    ['many small classes', '[^a-c\\d\\W]'.repeat(23)],
    ['a large class', `(?i)[^${'\\pL\\pN\\pS\\pP'.repeat(5)}]`],
    ['large classes side by side', '(?i)\\pL\\PL'.repeat(10)],
    ['large classes to choose from', '\\pL|\\PL|'.repeat(10).slice(0, -1)],
    ['many letters of any case', `(?i)${'k'.repeat(252)}`],
    ['nothing, often', '(?:^$){990}'],
    ['what is anchored', '^(?:[a-m]x|[n-z]y){300}$'],
    ['a long repetition of much', `(?:${'a*b|'.repeat(60)}){1000}`],
    ['a long repetition of large classes', `(?:${'\\pL'.repeat(20)}){1000}`],
    ['large repetitions side by side', '\\pL{1000}'.repeat(20)],
    ['nothing, in many groups', '(){1000}'.repeat(32)],
    ['many alternatives', 'abc|'.repeat(63)],
  ])('are read in bounded time: %s', (_, pattern) => {
    const before = performance.now();
    regexProblem(pattern);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('never throw when they are read, whatever they are', () => {
    const noise = fc.string({
      unit: fc.constantFrom(...'()[]{}*+?|^$.\\-,:<>=!019abpPuQEzLi\ud83d\n'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(noise, fc.string({ unit: 'binary', maxLength: 20 }), (pattern, text) => {
        if (regexProblem(pattern) === undefined) expect(typeof finds(pattern, text)).toBe('boolean');
      }),
      { numRuns: runs(200) },
    );
  });
});

const catchError = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the automaton of a regular expression', () => {
  const texts = Array.from({ length: 6 }, (_, i) => randomText('abcd', 300 + 50 * i, i + 1));

  it('keeps within its bound, and the library still heeds it', () => {
    const pattern = '[ab]*a[ab]{200}[cd]';
    const [bounded, unbounded] = [compileLinear(pattern), RE2JS.compile(pattern)];
    const before = bounded.bytes();
    for (const n of [1, 2, 3, 4]) {
      const text = randomText('ab', 2000, n);
      expect(bounded.finds(text)).toBe(unbounded.test(text));
    }
    // Without a bound it takes hundreds of kilobytes for these.
    expect(8 * 1024 * 1024 - unbounded.re2Input.dfa.memBudget).toBeGreaterThan(200_000);
    expect(bounded.effort().slowTexts).toBeGreaterThan(0);
    expect(bounded.effort().states).toBeGreaterThan(10);
    expect(bounded.bytes() - before).toBeLessThan(40_000);
  });

  it('answers as one without a bound does', () => {
    const patterns = [
      '[ab]*a[ab]{9}[cd]',
      '(?:a|b)*a(?:a|b){30}c',
      '(?:ab?|ba?){20}d',
      '^(?:[abc]*d){5}[ab]{3}c',
    ];
    for (const pattern of patterns) {
      const [bounded, unbounded] = [compileLinear(pattern), RE2JS.compile(pattern)];
      for (const text of texts) {
        expect(bounded.finds(text)).toBe(unbounded.test(text));
        expect(bounded.fits(text)).toBe(unbounded.testExact(text));
      }
    }
  });

  it('has room for the tables of large classes', () => {
    const regex = compileLinear('\\pL+ \\d+x');
    for (const n of [1, 2, 3]) regex.finds(randomText('abcé 12', 200, n));
    expect(regex.effort().slowTexts).toBe(0);
  });

  it('takes no more for two thousand expressions than their bound', () => {
    const heap = () => process.memoryUsage().heapUsed / 2 ** 20;
    const text = randomText('ab', 200);
    const before = heap();
    for (let n = 0; n < 2000; n++) finds(`${manyStates(n)}${n}`, text);
    // Up to 48 MB are kept; the rest is what has not been collected yet.
    expect(heap() - before).toBeLessThan(400);
  });
});
