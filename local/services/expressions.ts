/**
 * dynalite's parsers of expressions, kept from holding up the thread that all emulators share: an expression is parsed
 * once for its text, names and types of values, and one that takes too long is refused.
 */
import conditionParser from 'dynalite/db/conditionParser.js';
import projectionParser from 'dynalite/db/projectionParser.js';
import updateParser from 'dynalite/db/updateParser.js';
import { LRUCache } from 'lru-cache';

export type Parse = typeof conditionParser.parse;
type Context = Parameters<Parse>[1]['context'];

/** Has dynalite, wherever it runs in this process, use the parsers below. */
export function guardParsers(): void {
  for (const parser of [conditionParser, projectionParser, updateParser]) {
    if (!guarded.has(parser.parse)) parser.parse = guard(parser.parse);
  }
}

const guarded = new WeakSet<Parse>();
/** Ours are some hundred. */
const KEPT = 1000;

/** What is known of an expression: its result without values, or that values decide whether it is right. */
type Known =
  | { readonly kind: 'kept'; readonly result: unknown; readonly used: Used }
  | { readonly kind: 'parsed each time' };

interface Used {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** A parser that answers as this one does, from memory if it can, and refuses what takes too long. */
export function guard(parse: Parse, maxLooks = MAX_LOOKS): Parse {
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
    const { result, used } = parseFirst(parse, text, context, maxLooks);
    forgetUsed(context, used);
    // A string says what is wrong.
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

/** The parsers look at names and at the types of values. */
const keyOf = (text: string, { attrNames = {}, attrVals = {} }: Context): string =>
  JSON.stringify([
    text,
    attrNames,
    Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]),
  ]);

/** Bounds of BETWEEN must be in order, and attribute_type must name a type. */
const dependsOnValues = (text: string): boolean => /between|attribute_type/i.test(text);

/** Finds out which names and values an expression uses, whatever those before it have used. */
function parseFirst(
  parse: Parse,
  text: string,
  context: Context,
  maxLooks: number,
): { result: unknown; used: Used } {
  const { attrNames = {}, attrVals = {} } = context;
  const unused = { unusedAttrNames: { ...attrNames }, unusedAttrVals: { ...attrVals } };
  const counting = new CountedText(text, maxLooks) as unknown as string;
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

/** Stands in a kept result for the value of this name. */
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

/** A copy at each call, since dynalite changes what it gets. */
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
 * How often a parser may look at an expression: about half a millisecond. The parser of conditions reads what
 * parentheses hold up to seven times, and so for each level: the delivery log's condition with three levels took 84,000
 * looks and 6 ms, without parentheses 2,000.
 */
export const MAX_LOOKS = 10_000;

/** A text, to the parsers, that can be looked at so often: a measure of time that no busy machine disturbs. */
class CountedText {
  readonly #text: string;
  readonly #maxLooks: number;
  #looks = 0;

  constructor(text: string, maxLooks: number) {
    this.#text = text;
    this.#maxLooks = maxLooks;
  }
  get length(): number {
    return this.#text.length;
  }
  charAt(index: number): string {
    return this.#looked().charAt(index);
  }
  charCodeAt(index: number): number {
    return this.#looked().charCodeAt(index);
  }
  substr(from: number, length: number): string {
    return this.#looked().slice(from, from + length);
  }
  substring(from: number, to: number): string {
    return this.#looked().substring(from, to);
  }
  #looked(): string {
    this.#looks += 1;
    if (this.#looks <= this.#maxLooks) return this.#text;
    throw new Error(
      `too costly for the local cloud, whose parser looks at an expression at most ${this.#maxLooks} times: ` +
        `write it shorter, without nested parentheses (AND binds tighter than OR): ${this.#text}`,
    );
  }
}
