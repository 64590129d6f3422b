import { type Condition, isScalar, type Matcher, OR, type Scalar } from '../language/condition.ts';
import type { Path, Step } from '../language/paths.ts';
import type { IndexPredicate, Lookup, ValuePredicate } from '../language/predicates.ts';
import { literalOf } from '../operators/regex-literal.ts';
import { literalsOf } from '../operators/text-operators.ts';

export const equalTo = (value: Scalar): ValuePredicate => ({ kind: 'equal', length: 0, value });
export const reaching = (kind: 'above' | 'below', value: number): ValuePredicate => ({
  kind,
  length: 0,
  value,
});
const beginning = (value: string): ValuePredicate => ({ kind: 'prefix', length: value.length, value });
const ending = (value: string): ValuePredicate => ({ kind: 'suffix', length: value.length, value });
const within = (value: string): ValuePredicate => ({ kind: 'within', length: 0, value });

/** Makes keys, and one object of all lookups and paths that are the same. */
export class PredicateFactory {
  readonly #root = newPlace([]);

  /** One for each field of a condition that is not in an alternative, if all its matchers give a hint. */
  predicatesOf(condition: Condition): IndexPredicate[] {
    const found: IndexPredicate[] = [];
    const add = (fields: Condition, above: Place): void => {
      for (const [name, inner] of Object.entries(fields)) {
        if (name === OR) continue;
        const place = placeIn(above, name);
        if (Array.isArray(inner)) {
          const predicates = inner.map(predicateOf);
          if (predicates.every((predicate) => predicate !== undefined)) found.push(keyAt(place, predicates));
        } else add(inner as Condition, place);
      }
    };
    add(condition, this.#root);
    return found;
  }

  key(path: Path, predicate: ValuePredicate): IndexPredicate {
    return keyAt(path.reduce<Place>(placeIn, this.#root), [predicate]);
  }
}

/** Where paths have got to: a tree of steps, so that a path that is known is found without being put together. */
interface Place {
  readonly path: Path;
  readonly further: Map<Step, Place>;
  readonly lookups: Lookup[];
}

const newPlace = (path: Path): Place => ({ path, further: new Map(), lookups: [] });

const placeIn = (above: Place, step: Step): Place =>
  getOrMake(above.further, step, () => newPlace([...above.path, step]));

const keyAt = (place: Place, predicates: readonly ValuePredicate[]): IndexPredicate =>
  predicates.map(({ kind, length, value }) => ({ lookup: lookupAt(place, kind, length), value }));

function lookupAt({ path, lookups }: Place, kind: Lookup['kind'], length: number): Lookup {
  const known = lookups.find((lookup) => lookup.kind === kind && lookup.length === length);
  const lookup = known ?? { path, kind, length };
  if (!known) lookups.push(lookup);
  return lookup;
}

function predicateOf(matcher: Matcher): ValuePredicate | undefined {
  if (isScalar(matcher)) return equalTo(matcher);
  const [[operator, operand]] = Object.entries(matcher) as [[string, unknown]];
  // Every text begins and ends with nothing.
  if (operand === '') return operator === 'wildcard' ? equalTo('') : undefined;
  if (typeof operand === 'string') return TEXT_HINTS[operator]?.(operand);
  return operator === 'numeric'
    ? ofNumeric(operand as readonly [string, number, string?, number?])
    : undefined;
}

const TEXT_HINTS: Readonly<Record<string, (text: string) => ValuePredicate | undefined>> = {
  prefix: beginning,
  suffix: ending,
  wildcard: ofWildcard,
  regex: ofRegex,
};

/** By the longest of its texts. */
function ofWildcard(pattern: string): ValuePredicate | undefined {
  const literals = literalsOf(pattern);
  const [first, last] = [literals[0]!, literals.at(-1)!];
  if (literals.length === 1) return equalTo(first);
  const longest = literals.reduce((long, literal) => (literal.length > long.length ? literal : long));
  if (longest === '') return undefined;
  if (longest === first) return beginning(first);
  return longest === last ? ending(last) : within(longest);
}

function ofRegex(pattern: string): ValuePredicate | undefined {
  const literal = literalOf(pattern);
  return literal && (literal.isBeginning ? beginning(literal.text) : within(literal.text));
}

/** By its lower bound if it has two. */
function ofNumeric([comparison, bound]: readonly [string, number, string?, number?]): ValuePredicate {
  if (comparison === '=') return equalTo(bound);
  return reaching(comparison.startsWith('>') ? 'above' : 'below', bound);
}

/**
 * How much a clue says, in comparison: a value in another is one of many, a beginning may be that of many values, and
 * half of all numbers are above any bound.
 */
const TELLS: Readonly<Record<Lookup['kind'], number>> = {
  equal: 1,
  prefix: 1 / 2,
  suffix: 1 / 2,
  within: 1 / 4,
  above: 1 / 16,
  below: 1 / 16,
};

/** Counts the different values that filters ask for, by field. */
export class ValueCounts {
  readonly #values = new Map<Path, Set<Scalar>>();

  add(keys: readonly IndexPredicate[]): void {
    for (const key of keys) {
      const values = getOrMake(this.#values, key[0]!.lookup.path, () => new Set());
      for (const { value } of key) values.add(value);
    }
  }

  /** The key that the fewest other filters can be expected to share. */
  mostSelective(keys: readonly IndexPredicate[]): IndexPredicate | undefined {
    return keys.reduce<IndexPredicate | undefined>((best, key) => {
      return best && this.selectivity(best) >= this.selectivity(key) ? best : key;
    }, undefined);
  }

  /** Of how many filters that have one like it, one has this very one: the more, the better. */
  selectivity(key: IndexPredicate): number {
    const values = this.#values.get(key[0]!.lookup.path)?.size ?? 0;
    return (values / key.length) * Math.min(...key.map(({ lookup }) => TELLS[lookup.kind]));
  }
}

/** Calls with what is kept by the values that a field's value leads to. @param work counts what was looked at */
export function findBy<T>(
  lookup: Lookup,
  kept: ReadonlyMap<Scalar, T>,
  value: Scalar | undefined,
  work: { steps: number },
  found: (one: T) => void,
): void {
  work.steps++;
  const fits = searchOf(lookup, value);
  if (fits) {
    work.steps += Math.floor(kept.size / SEARCHES_PER_STEP);
    for (const [known, one] of kept) if (fits(known)) found(one);
  } else {
    const one = kept.get(seenBy(lookup, value) as Scalar);
    if (one !== undefined) found(one);
  }
}

const SEARCHES_PER_STEP = 4;
/** In a longer text, the platform's search could take up to as many looks as the one's length times the other's. */
const MAX_SEARCHED = 4096;

/** A test for those kinds of values that have to be tried one after another. */
function searchOf({ kind }: Lookup, value: Scalar | undefined): ((known: Scalar) => boolean) | undefined {
  switch (kind) {
    case 'above':
      return (bound) => typeof value === 'number' && value >= (bound as number);
    case 'below':
      return (bound) => typeof value === 'number' && value <= (bound as number);
    case 'within':
      return (text) =>
        typeof value === 'string' && (value.length > MAX_SEARCHED || value.includes(text as string));
    default:
      return undefined;
  }
}

/** What a map is asked for; undefined, which no map has, for nothing. */
function seenBy({ kind, length }: Lookup, value: Scalar | undefined): Scalar | undefined {
  if (kind === 'equal') return value;
  if (typeof value !== 'string' || value.length < length) return undefined;
  return kind === 'prefix' ? value.slice(0, length) : value.slice(-length);
}

export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
