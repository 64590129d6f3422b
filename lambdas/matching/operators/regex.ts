import { LRUCache } from 'lru-cache';
import { RE2JSSyntaxException } from 're2js';
import type { Work } from '../language/step-budget.ts';
import { compileLinear, type LinearRegex } from './linear-regex.ts';

/**
 * Regular expressions of strangers, in the syntax of RE2. They are compiled when first used, and kept within a bound: a
 * compiled one takes 10 to 30 KB where its text takes 20 bytes.
 */

/** Longer than a person can read. */
const MAX_LENGTH = 256;
/** Each instruction takes memory, and in the worst case time for each character. `[a-z]{1000}` has 1,002. */
const MAX_INSTRUCTIONS = 2000;
/** In all classes of all instructions: `\pL{70}` has 95,000, and its automaton takes milliseconds to make. */
const MAX_RANGE_ENDS = 100_000;
/** Combining one with others takes up to half a millisecond, and there is room for 85 in the length. */
const MAX_UNICODE_CLASSES = 20;

/** An ordinary expression takes 100 to 200 microseconds to compile; see `Work.prepare`. */
const STEPS_TO_COMPILE = 500;
const STEPS_PER_INSTRUCTION = 8;
const STEPS_PER_UNICODE_CLASS = 1000;

/**
 * Characters of the text times instructions. At worst the automaton takes 10 nanoseconds for one, while it is being made;
 * nearly always it takes a hundredth of that.
 */
const PAIRS_PER_STEP = 64;
/** Without an automaton, one takes 50 nanoseconds. */
const PAIRS_PER_SLOW_STEP = 8;
/** A new state of the automaton takes 2 to 8 microseconds. */
const STEPS_PER_STATE = 20;

/** Of all compiled expressions of a warm function. */
const MAX_BYTES = 48 * 1024 * 1024;

interface Kept {
  readonly regex: LinearRegex;
  /** Its size when it was last counted. */
  readonly bytes: number;
}

const compiled = new LRUCache<string, Kept>({ maxSize: MAX_BYTES, sizeCalculation: ({ bytes }) => bytes });

const TOO_LARGE = 'expected fewer or smaller repetitions';

/** What is wrong with an expression, or undefined when it can be used. */
export function regexProblem(pattern: string): string | undefined {
  if (pattern.length === 0 || pattern.length > MAX_LENGTH) return `expected 1 to ${MAX_LENGTH} characters`;
  if (unicodeClassesOf(pattern) > MAX_UNICODE_CLASSES) {
    return `expected at most ${MAX_UNICODE_CLASSES} classes such as \\pL`;
  }
  if (sizeOf(pattern) > MAX_SIZE) return TOO_LARGE;
  try {
    const { instructions, rangeEnds } = compileLinear(pattern);
    const isSmall = instructions <= MAX_INSTRUCTIONS && rangeEnds <= MAX_RANGE_ENDS;
    return isSmall ? undefined : TOO_LARGE;
  } catch (error) {
    return `expected a regular expression as RE2 has them: ${inWords(error)}`;
  }
}

/** An expression that is larger by estimate is not compiled: `(?:a*b|…){1000}` takes a second to prove too large. */
const MAX_SIZE = 3 * MAX_INSTRUCTIONS;
/** Quoted texts, escapes, classes, beginnings of groups, repetitions, and single characters. */
const TOKENS =
  /\\Q.*?(?:\\E|$)|\\[pPx]\{[^}]*\}|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\((?:\?(?:P?<\w+>|[a-zA-Z-]*:?))?|\{(\d+)(?:,(\d*))?\}|./gs;

/** The approximate number of instructions, without compiling. */
function sizeOf(pattern: string): number {
  const open: number[] = [];
  /** Of the innermost group so far, and of its last part. */
  let size = 0;
  let last = 0;
  for (const [token, least, most] of pattern.matchAll(TOKENS)) {
    if (token.startsWith('(')) {
      open.push(size);
      size = 0;
    } else if (token === ')') {
      last = size + 2;
      size = (open.pop() ?? 0) + last;
    } else if (least !== undefined) {
      const times = Math.max(Number(least) + 1, Number(most ?? 0));
      size += last * (times - 1);
      last *= times;
    } else {
      last = token.startsWith('\\Q') ? token.length : 1;
      size += last;
    }
  }
  return size;
}

/** RE2's name for the mistake, and the part of the expression that it is in. */
function inWords(thrown: unknown): string {
  if (!(thrown instanceof RE2JSSyntaxException)) return (thrown as Error).message;
  const { error } = thrown;
  const part = thrown.input ?? '';
  const explanation = EXPLANATIONS[error]?.find(([pattern]) => pattern.test(part))?.[1];
  return [error, part && `: \`${part}\``, explanation && `; ${explanation}`].filter(Boolean).join('');
}

const NO_GROUPS_BUT_PLAIN = 'it has no look-around and no atomic groups';

/** Explains syntax of other engines, by RE2's name for the mistake and the part that it is in. */
const EXPLANATIONS: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  'invalid or unsupported Perl syntax': [[/^\(\?[=!>]/, NO_GROUPS_BUT_PLAIN]],
  'invalid named capture': [[/^\(\?<[=!]/, NO_GROUPS_BUT_PLAIN]],
  'invalid escape sequence': [
    [/^\\[1-9k]/, 'it has no back-references'],
    [/^\\u/, 'a character by its number is \\x{20AC}'],
  ],
  'invalid nested repetition operator': [[/^[*+?}]\+/, 'it has no possessive repetitions']],
  'invalid repeat count': [[/^/, 'at most 1000 in all, one within another multiplied']],
};

const unicodeClassesOf = (pattern: string): number => pattern.match(/\\p/gi)?.length ?? 0;

/** Whether any part of the text fits. @param pattern one that has no problem */
export const regexFinds = (pattern: string, text: string, work: Work): boolean =>
  run(pattern, text, work, (regex) => regex.finds(text));

/** Whether the whole text fits. */
export const regexFits = (pattern: string, text: string, work: Work): boolean =>
  run(pattern, text, work, (regex) => regex.fits(text));

function run(pattern: string, text: string, work: Work, test: (regex: LinearRegex) => boolean): boolean {
  const known = compiled.get(pattern);
  const { regex, bytes } = known ?? keep(pattern, compileLinear(pattern));
  if (!known) {
    const classes = unicodeClassesOf(pattern) * STEPS_PER_UNICODE_CLASS;
    work.prepare(STEPS_TO_COMPILE + regex.instructions * STEPS_PER_INSTRUCTION + classes);
  }
  const pairs = text.length * regex.instructions;
  work.spend(1 + Math.floor(pairs / PAIRS_PER_STEP));
  const before = regex.effort();
  const fits = test(regex);
  const after = regex.effort();
  if (after !== before) {
    const isSlow = after.slowTexts > before.slowTexts;
    const states = (after.states - before.states) * STEPS_PER_STATE;
    work.prepare(states + (isSlow ? Math.floor(pairs / PAIRS_PER_SLOW_STEP) : 0));
  }
  if (regex.bytes() > 1.5 * bytes) keep(pattern, regex);
  return fits;
}

function keep(pattern: string, regex: LinearRegex): Kept {
  const kept = { regex, bytes: regex.bytes() };
  compiled.set(pattern, kept);
  return kept;
}
