import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import type { Work } from './work.ts';

/**
 * Regular expressions of strangers, in the syntax of RE2: linear time, no look-around, no back-references
 * (https://github.com/google/re2/wiki/Syntax). Compiled when first used, and kept together within a bound: a compiled
 * one takes 10 KB where its text takes 20 bytes.
 */

/** Longer than any that a person can read. */
const MAX_LENGTH = 256;
/** Instructions. `\pL{1000}` has 1,002; each takes memory, and time for each character in the worst case. */
const MAX_PROGRAM = 2000;

/** Compiling an average one takes 70 to 100 microseconds. */
const STEPS_TO_COMPILE = 400;
/** At worst, each character meets each instruction, in 10 nanoseconds. Nearly always it is a hundredth of that. */
const PAIRS_PER_STEP = 64;

/** What the automaton of one expression may take; when it would take more, the engine does without, more slowly. */
const MAX_AUTOMATON_BYTES = 32 * 1024;
/** Of all compiled expressions of a warm function. */
const MAX_BYTES = 48 * 1024 * 1024;
const BYTES_OF_ONE = 9_000;
const BYTES_PER_INSTRUCTION = 100;

interface Compiled {
  readonly regex: RE2JS;
  readonly instructions: number;
  /** As they were counted last. */
  automatonBytes: number;
}

const compiled = new LRUCache<string, Compiled>({
  maxSize: MAX_BYTES,
  sizeCalculation: ({ instructions, automatonBytes }) =>
    BYTES_OF_ONE + instructions * BYTES_PER_INSTRUCTION + automatonBytes,
});

/** What is wrong with an expression, or undefined when it can be used. */
export function regexProblem(pattern: string): string | undefined {
  if (pattern.length === 0 || pattern.length > MAX_LENGTH) return `expected 1 to ${MAX_LENGTH} characters`;
  try {
    if (compile(pattern).instructions > MAX_PROGRAM) return 'expected fewer or smaller repetitions';
    return undefined;
  } catch (error) {
    const said = String((error as Error).message).replace(/^error parsing regexp: /, '');
    return `expected a regular expression as RE2 has them: ${said}`;
  }
}

/** Whether any part of the text fits. @param pattern one that has no problem */
export const regexFinds = (pattern: string, text: string, work: Work): boolean =>
  run(pattern, text, work, (regex) => regex.test(text));

/** Whether the whole text fits. */
export const regexFits = (pattern: string, text: string, work: Work): boolean =>
  run(pattern, text, work, (regex) => regex.testExact(text));

function run(pattern: string, text: string, work: Work, test: (regex: RE2JS) => boolean): boolean {
  const known = compiled.get(pattern);
  if (!known) work.spend(STEPS_TO_COMPILE);
  const one = known ?? keep(pattern, compile(pattern));
  work.spend(1 + Math.floor((text.length * one.instructions) / PAIRS_PER_STEP));
  const fits = test(one.regex);
  const automaton = one.regex.re2Input.lazyDFA as { memBudget: number } | null;
  const bytes = automaton ? MAX_AUTOMATON_BYTES - automaton.memBudget : 0;
  if (bytes > 2 * one.automatonBytes + 4096) keep(pattern, { ...one, automatonBytes: bytes });
  return fits;
}

function keep(pattern: string, one: Compiled): Compiled {
  compiled.set(pattern, one);
  return one;
}

function compile(pattern: string): Compiled {
  const regex = RE2JS.compile(RE2JS.translateRegExp(pattern));
  const instructions = regex.programSize();
  // The library gives each automaton 8 MB, and makes it of what texts it meets.
  const automaton = regex.re2Input.dfa;
  automaton.maxMem = automaton.stateBudget = automaton.memBudget = MAX_AUTOMATON_BYTES;
  return { regex, instructions, automatonBytes: 0 };
}
