import { RE2JS } from 're2js';

/** Instructions of an expression's program. Each character of a text runs through all of them at worst. */
const MAX_INSTRUCTIONS = 2000;
/** The library's automaton may grow to 8 MB otherwise, for each expression. */
const AUTOMATON_BYTES = 256 * 1024;

/** A regular expression that this engine does not take. What it says is for the expression's author. */
export class RegexProblem extends Error {
  override readonly name = 'RegexProblem';
}

/**
 * The part of `RegExp` that JSONata uses, in the syntax of RE2: its time is linear in the text, while the engine of JavaScript
 * can take hours for fifty characters.
 */
export class LinearEngine {
  lastIndex = 0;
  readonly #regex: RE2JS;

  /** @throws RegexProblem */
  constructor({ source, flags }: RegExp) {
    this.#regex = compiled(source, flags);
  }

  /** What matches from `lastIndex` on, which then is where that ends. */
  exec(text: string): (string[] & { index: number }) | null {
    const matcher = this.#regex.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i)!);
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start() });
  }
}

function compiled(source: string, flags: string): RE2JS {
  const wanted =
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0);
  const regex = compile(source, wanted);
  if (regex.programSize() > MAX_INSTRUCTIONS)
    throw new RegexProblem('expected a smaller regular expression: its repetitions make it too large');
  const { dfa } = regex.re2Input;
  dfa.maxMem = dfa.stateBudget = dfa.memBudget = AUTOMATON_BYTES;
  return regex;
}

function compile(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    throw new RegexProblem(
      `expected a regular expression in the syntax of RE2, which has no look-around and no back-references (${error instanceof Error ? error.message : 'not one'})`,
    );
  }
}
