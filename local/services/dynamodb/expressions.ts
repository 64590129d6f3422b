/**
 * Keeps dynalite's parsers of expressions from blocking the thread that all emulators share: a costly expression is
 * refused.
 */
import conditionParser from 'dynalite/db/conditionParser.js';
import projectionParser from 'dynalite/db/projectionParser.js';
import updateParser from 'dynalite/db/updateParser.js';

type Parse = typeof conditionParser.parse;

/** Makes dynalite use parsers that are bounded, wherever it runs in this process. */
export function guardParsers(): void {
  for (const parser of [conditionParser, projectionParser, updateParser]) {
    if (!guarded.has(parser.parse)) parser.parse = guard(parser.parse);
  }
}

const guarded = new WeakSet<Parse>();

function guard(parse: Parse): Parse {
  const guardedParse: Parse = (text, options) => parse(new CountedText(text) as unknown as string, options);
  guarded.add(guardedParse);
  return guardedParse;
}

/**
 * How often a parser may read from an expression: about half a millisecond. The parser of conditions reads the inside
 * of parentheses up to seven times, on each level: the delivery log's condition with three levels took 84,000 reads and
 * 6 ms, without parentheses 2,000.
 */
export const MAX_READS = 10_000;

/** A text that a parser may read only so often: a measure of time that does not depend on the machine's load. */
class CountedText {
  readonly #text: string;
  #reads = 0;

  constructor(text: string) {
    this.#text = text;
  }
  get length(): number {
    return this.#text.length;
  }
  charAt(index: number): string {
    return this.#read().charAt(index);
  }
  charCodeAt(index: number): number {
    return this.#read().charCodeAt(index);
  }
  substr(from: number, length: number): string {
    return this.#read().slice(from, from + length);
  }
  substring(from: number, to: number): string {
    return this.#read().substring(from, to);
  }
  #read(): string {
    this.#reads += 1;
    if (this.#reads <= MAX_READS) return this.#text;
    throw new Error(
      `too costly for the local cloud, whose parser reads from an expression at most ${MAX_READS} times: ` +
        `write it shorter, without nested parentheses (AND binds tighter than OR): ${this.#text}`,
    );
  }
}
