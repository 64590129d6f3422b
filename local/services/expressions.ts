/**
 * Keeps dynalite's parsers of expressions from blocking the thread that all emulators share: an expression is parsed
 * once for its text, names and types of values, and a costly one is refused.
 */
import conditionParser from 'dynalite/db/conditionParser.js';
import projectionParser from 'dynalite/db/projectionParser.js';
import updateParser from 'dynalite/db/updateParser.js';
import { LRUCache } from 'lru-cache';

export type Parse = typeof conditionParser.parse;
type Context = Parameters<Parse>[1]['context'];

/** Makes dynalite use the parsers below, wherever it runs in this process. */
export function guardParsers(): void {
  for (const parser of [conditionParser, projectionParser, updateParser]) {
    if (!guarded.has(parser.parse)) parser.parse = guard(parser.parse);
  }
}

const guarded = new WeakSet<Parse>();
/** Ours are some hundred. */
const KEPT = 1000;

/** What is known of an expression: its result without values, or that its values decide whether it is valid. */
type Known =
  | { readonly kind: 'kept'; readonly result: unknown; readonly used: Used }
  | { readonly kind: 'parsed each time' };

interface Used {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** A parser with the same results, cached where possible, that refuses costly expressions. */
export function guard(parse: Parse, maxReads = MAX_READS): Parse {
  const known = new LRUCache<string, Known>({ max: KEPT });
  const guardedParse: Parse = (text, options) => {
    const { context } = options;
    const key = keyOf(text, context);
    const found = known.get(key);
    if (found?.kind === 'parsed each time') return parse(text, options);
    if (found) {
      forgetUsed(context, found.used);
      return withValues(found.result, context);
    }
    const { result, used } = parseFirst(parse, text, context, maxReads);
    forgetUsed(context, used);
    // A string is an error message.
    if (typeof result !== 'string') {
      known.set(
        key,
        dependsOnValues(text)
          ? { kind: 'parsed each time' }
          : { kind: 'kept', used, result: withoutValues(result, context) },
      );
    }
    return result;
  };
  guarded.add(guardedParse);
  return guardedParse;
}

/** The parsers depend on names and on the types of values. */
const keyOf = (text: string, { attrNames = {}, attrVals = {} }: Context): string =>
  JSON.stringify([
    text,
    attrNames,
    Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]),
  ]);

/** Bounds of BETWEEN must be in order, and attribute_type must name a type. */
const dependsOnValues = (text: string): boolean => /between|attribute_type/i.test(text);

/** Parses an expression and finds out which names and values it uses. */
function parseFirst(
  parse: Parse,
  text: string,
  context: Context,
  maxReads: number,
): { result: unknown; used: Used } {
  const { attrNames = {}, attrVals = {} } = context;
  const unused = { unusedAttrNames: { ...attrNames }, unusedAttrVals: { ...attrVals } };
  const counting = new CountedText(text, maxReads) as unknown as string;
  const result = parse(counting, { context: { ...context, ...unused } });
  const used = {
    names: Object.keys(attrNames).filter((name) => !(name in unused.unusedAttrNames)),
    values: Object.keys(attrVals).filter((name) => !(name in unused.unusedAttrVals)),
  };
  return { result, used };
}

function forgetUsed({ unusedAttrNames, unusedAttrVals }: Context, { names, values }: Used): void {
  for (const name of names) delete unusedAttrNames[name];
  for (const name of values) delete unusedAttrVals[name];
}

/** A placeholder in a kept result for the value of this name. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

function withoutValues(result: unknown, { attrVals = {} }: Context): unknown {
  const slots = new Map(Object.entries(attrVals).map(([name, value]) => [value, new Slot(name)]));
  return copy(result, (node) => slots.get(node));
}

/** A copy at each call, since dynalite changes its result. */
const withValues = (result: unknown, { attrVals = {} }: Context): unknown =>
  copy(result, (node) => (node instanceof Slot ? attrVals[node.name] : undefined));

function copy(node: unknown, replace: (node: object) => object | undefined): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const other = replace(node);
  if (other) return other;
  if (Array.isArray(node)) return node.map((each) => copy(each, replace));
  const copied = Object.create(Object.getPrototypeOf(node));
  for (const [name, value] of Object.entries(node)) copied[name] = copy(value, replace);
  return copied;
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
  readonly #maxReads: number;
  #reads = 0;

  constructor(text: string, maxReads: number) {
    this.#text = text;
    this.#maxReads = maxReads;
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
    if (this.#reads <= this.#maxReads) return this.#text;
    throw new Error(
      `too costly for the local cloud, whose parser reads from an expression at most ${this.#maxReads} times: ` +
        `write it shorter, without nested parentheses (AND binds tighter than OR): ${this.#text}`,
    );
  }
}
