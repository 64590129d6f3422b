import { RE2JS } from 're2js';

/**
 * A regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), which has no look-around and no
 * back-references: the time that it takes is linear in the text, and what it keeps in memory is bounded.
 */
export interface LinearRegex {
  /** Whether a part of the text fits. */
  finds(text: string): boolean;
  /** Whether the whole text fits. */
  fits(text: string): boolean;
  /** Instructions of the program that it has become. At worst, each character of a text meets each of them. */
  readonly instructions: number;
  /** Ends of the ranges of characters that its instructions look for; one `\pL` has 1,368. */
  readonly rangeEnds: number;
  /** What it takes in memory now, estimated. The automaton grows with the texts that it meets. */
  bytes(): number;
  /** What has been done so far beyond running a finished automaton. */
  effort(): Effort;
}

interface Effort {
  /** States that the automaton has got. */
  readonly states: number;
  /** Texts that took the slow way, because the automaton would have become too large. */
  readonly slowTexts: number;
}
const NO_EFFORT: Effort = { states: 0, slowTexts: 0 };

/**
 * The library makes an automaton as texts need it, and would give each 8 MB. Beyond this much it starts anew, and when
 * that does not help it does without: ten times as slow, and in linear time nevertheless.
 */
const AUTOMATON_BYTES = 32 * 1024;
/** Of a state's table, for each kind of characters that the expression tells from others; with `\pL` 1,370 of them. */
const BYTES_PER_KIND = 8;
const TABLES = 16;

/** As they were measured with a thousand expressions of each kind. */
const BYTES_OF_ONE = 6000;
const BYTES_PER_INSTRUCTION = 220;
/** Of a second program that anchored expressions have. */
const BYTES_PER_ANCHORED_INSTRUCTION = 400;
const BYTES_PER_RANGE_END = 5;

/** @throws when it is no expression of RE2 */
export function compileLinear(pattern: string): LinearRegex {
  const regex = RE2JS.compile(pattern);
  const engine = regex.re2Input;
  const instructions = regex.programSize();
  const classes = (engine.prog.inst as { runes?: readonly number[] }[]).map(({ runes = [] }) => runes);
  const isAnchored = engine.onepass !== null;
  // What is anchored, or a plain text, is run without an automaton.
  const isAutomatic = !isAnchored && !engine.prefixComplete;
  // Made when it is first needed: with large classes that takes longer than all else.
  let automaton: Automaton | undefined;
  const fixed =
    BYTES_OF_ONE +
    instructions * (BYTES_PER_INSTRUCTION + (isAnchored ? BYTES_PER_ANCHORED_INSTRUCTION : 0)) +
    // Repetitions share them.
    countAll([...new Set(classes)]) * BYTES_PER_RANGE_END;
  const run = (test: () => boolean): boolean => {
    if (isAutomatic) automaton ??= boundedAutomaton(regex);
    const isFound = test();
    // Machines that the slow way has left, each as large as the program.
    if (engine.machinePool.length > 0) engine.reset();
    return isFound;
  };
  return {
    finds: (text) => run(() => regex.test(text)),
    fits: (text) => run(() => regex.testExact(text)),
    instructions,
    rangeEnds: countAll(classes),
    bytes: () => fixed + (automaton?.bytes() ?? 0),
    effort: () => automaton?.effort() ?? NO_EFFORT,
  };
}

const countAll = (classes: readonly (readonly number[])[]): number =>
  classes.reduce((sum, { length }) => sum + length, 0);

interface Automaton {
  bytes(): number;
  effort(): Effort;
}

/** Reaches into the library, which offers no other way; a test tells when it no longer heeds this. */
function boundedAutomaton({ re2Input: engine }: RE2JS): Automaton {
  const { dfa } = engine;
  const most = AUTOMATON_BYTES + dfa.numClasses * BYTES_PER_KIND * TABLES;
  dfa.maxMem = dfa.stateBudget = dfa.memBudget = most;
  let effort = NO_EFFORT;
  const match = dfa.match.bind(dfa);
  dfa.match = (...search) => {
    const before = dfa.stateCount;
    const found: unknown = match(...search);
    const states = statesMade(before, dfa.stateCount, found === null);
    if (states > 0 || found === null) {
      effort = { states: effort.states + states, slowTexts: effort.slowTexts + (found === null ? 1 : 0) };
    }
    return found;
  };
  return { bytes: () => most - dfa.memBudget, effort: () => effort };
}

/** It begins anew at least once before it gives up, and has fewer states than before when it did. */
function statesMade(before: number, after: number, hasGivenUp: boolean): number {
  if (hasGivenUp) return 2 * after;
  return after >= before ? after - before : after;
}
