import { type Condition, isScalar, type Matcher, OR, type Scalar } from '../language/condition.ts';
import type { Path, Step } from '../language/paths.ts';
import type { IndexPredicate, Lookup, ValuePredicate } from '../language/predicates.ts';
import { literalOf } from '../operators/regex-literal.ts';
import { literalsOf } from '../operators/text-operators.ts';
import { getOrMake } from './get-or-make.ts';

export const equalTo = (value: Scalar): ValuePredicate => ({ kind: 'equal', length: 0, value });
export const reaching = (kind: 'above' | 'below', value: number): ValuePredicate => ({
  kind,
  length: 0,
  value,
});
const beginning = (value: string): ValuePredicate => ({ kind: 'prefix', length: value.length, value });
const ending = (value: string): ValuePredicate => ({ kind: 'suffix', length: value.length, value });
const within = (value: string): ValuePredicate => ({ kind: 'within', length: 0, value });

/** Makes predicates. Equal lookups and paths are one object, so that maps can have them as keys. */
export class PredicateFactory {
  readonly #root = newPlace([]);

  /** One predicate for each field outside of alternatives, if each of its matchers implies one. */
  predicatesOf(condition: Condition): IndexPredicate[] {
    const found: IndexPredicate[] = [];
    const add = (fields: Condition, above: Place): void => {
      for (const [name, inner] of Object.entries(fields)) {
        if (name === OR) continue;
        const place = placeIn(above, name);
        if (Array.isArray(inner)) {
          const predicates = inner.map(predicateOf);
          if (predicates.every((predicate) => predicate !== undefined))
            found.push(predicateAt(place, predicates));
        } else add(inner as Condition, place);
      }
    };
    add(condition, this.#root);
    return found;
  }

  /** A predicate on the field at a path. */
  predicateAt(path: Path, predicate: ValuePredicate): IndexPredicate {
    return predicateAt(path.reduce<Place>(placeIn, this.#root), [predicate]);
  }
}

/** A node of the tree of all paths, so that a known path is found without making it. */
interface Place {
  readonly path: Path;
  readonly further: Map<Step, Place>;
  readonly lookups: Lookup[];
}

const newPlace = (path: Path): Place => ({ path, further: new Map(), lookups: [] });

const placeIn = (above: Place, step: Step): Place =>
  getOrMake(above.further, step, () => newPlace([...above.path, step]));

const predicateAt = (place: Place, predicates: readonly ValuePredicate[]): IndexPredicate =>
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
  // Every text begins and ends with the empty text.
  if (operand === '') return operator === 'wildcard' ? equalTo('') : undefined;
  if (typeof operand === 'string') return TEXT_PREDICATES[operator]?.(operand);
  return operator === 'numeric'
    ? ofNumeric(operand as readonly [string, number, string?, number?])
    : undefined;
}

const TEXT_PREDICATES: Readonly<Record<string, (text: string) => ValuePredicate | undefined>> = {
  prefix: beginning,
  suffix: ending,
  wildcard: ofWildcard,
  regex: ofRegex,
};

/** The predicate of the longest text between wildcards. */
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

/** The predicate of its lower bound, if it has two bounds. */
function ofNumeric([comparison, bound]: readonly [string, number, string?, number?]): ValuePredicate {
  if (comparison === '=') return equalTo(bound);
  return reaching(comparison.startsWith('>') ? 'above' : 'below', bound);
}
