import { RE2JS } from 're2js';

/**
 * A regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), which has no look-around and no
 * back-references: its time is linear in the text, and its memory is bounded.
 */
export interface LinearRegex {
  /** Whether a part of the text fits. */
  finds(text: string): boolean;
  /** Whether the whole text fits. */
  fits(text: string): boolean;
  /** Instructions of its program. At worst, each character of a text runs through all of them. */
  readonly instructions: number;
  /** Ends of the ranges of characters in its instructions; one `\pL` has 1,368. */
  readonly rangeEnds: number;
  /** Its estimated memory now. The automaton grows with the texts that it reads. */
  bytes(): number;
  /** Work so far beyond running a finished automaton. */
  effort(): Effort;
}

interface Effort {
  /** States that the automaton has made. */
  readonly states: number;
  /** Texts that were read without an automaton, because it would have become too large. */
  readonly slowTexts: number;
}
const NO_EFFORT: Effort = { states: 0, slowTexts: 0 };

/**
 * The library makes an automaton as texts need it, and would give each 8 MB. Beyond this size it starts again, and when
 * that does not help it goes without: ten times slower, and still in linear time.
 */
const AUTOMATON_BYTES = 32 * 1024;
/** The table of a state, for each class of characters that the expression distinguishes; `\pL` makes 1,370. */
const BYTES_PER_KIND = 8;
const TABLES = 16;

/** Measured with a thousand expressions of each kind. */
const BYTES_OF_ONE = 6000;
const BYTES_PER_INSTRUCTION = 220;
/** For the second program of an anchored expression. */
const BYTES_PER_ANCHORED_INSTRUCTION = 400;
const BYTES_PER_RANGE_END = 5;

/** @throws when it is not an expression of RE2 */
export function compileLinear(pattern: string): LinearRegex {
  const regex = RE2JS.compile(pattern);
  const engine = regex.re2Input;
  const instructions = regex.programSize();
  const classes = (engine.prog.inst as { runes?: readonly number[] }[]).map(({ runes = [] }) => runes);
  const isAnchored = engine.onepass !== null;
  // An anchored expression, or a plain text, runs without an automaton.
  const isAutomatic = !isAnchored && !engine.prefixComplete;
  // Made when first needed: with large classes this takes longest.
  let automaton: Automaton | undefined;
  const fixed =
    BYTES_OF_ONE +
    instructions * (BYTES_PER_INSTRUCTION + (isAnchored ? BYTES_PER_ANCHORED_INSTRUCTION : 0)) +
    // Repetitions share them.
    countAll([...new Set(classes)]) * BYTES_PER_RANGE_END;
  const run = (test: () => boolean): boolean => {
    if (isAutomatic) automaton ??= boundedAutomaton(regex);
    const isFound = test();
    // Machines left by runs without an automaton, each as large as the program.
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

/** Reaches into the library, which has no setting for it. A test fails when this stops working. */
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

/** It starts again at least once before it gives up, and has fewer states after a new start. */
function statesMade(before: number, after: number, hasGivenUp: boolean): number {
  if (hasGivenUp) return 2 * after;
  return after >= before ? after - before : after;
}
