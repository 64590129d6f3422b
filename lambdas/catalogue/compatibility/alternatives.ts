import type { Comparison } from './comparison.ts';
import { areApart, type Type, typesOf, typesText } from './facts.ts';
import { cut, type Finding } from './finding.ts';
import { isSame } from './same.ts';
import { conjuncts, keywordsOf, type Schema, schemasIn, within } from './schema.ts';

/** `anyOf` and `oneOf`. Pure. */

export const alternativeFindings = (comparison: Comparison): Finding[] => [
  ...anyOfFindings(comparison),
  ...oneOfFindings(comparison),
];

function anyOfFindings(comparison: Comparison): Finding[] {
  const alternatives = schemasIn(comparison.wider, 'anyOf');
  return alternatives.length === 0 || hasSame(comparison, 'anyOf') ? [] : closest(comparison, alternatives);
}

/** One of them has to fit, and no other may. */
function oneOfFindings(comparison: Comparison): Finding[] {
  const { known, wider, budget, path } = comparison;
  const alternatives = schemasIn(wider, 'oneOf');
  if (alternatives.length === 0 || hasSame(comparison, 'oneOf')) return [];
  const expand = (schemas: readonly Schema[]): Schema[] => conjuncts(schemas, budget);
  const isAlone = (one: Schema): boolean =>
    alternatives.every((other) => other === one || areApart(known, expand([other]), expand));
  const fitting = alternatives.filter((one) => comparison.here(known, one).length === 0);
  if (fitting.some(isAlone)) return [];
  if (fitting.length === 0) return closest(comparison, alternatives);
  return [{ path, about: 'unclear', keyword: 'oneOf', narrow: '', wide: '' }];
}

/** Whether the narrower side has the same alternatives, in any order. */
const hasSame = ({ known, wider, budget }: Comparison, keyword: 'anyOf' | 'oneOf'): boolean => {
  const asked = schemasIn(wider, keyword);
  return known.some((schema) => {
    const own = schemasIn(schema, keyword);
    return (
      own.length === asked.length &&
      own.every((one) => asked.some((other) => isSame(one, other, budget))) &&
      asked.every((one) => own.some((other) => isSame(one, other, budget)))
    );
  });
};

/** What keeps values from the alternative that they miss least. */
function closest(
  { known, types, path, budget, here }: Comparison,
  alternatives: readonly Schema[],
): Finding[] {
  const tries = alternatives.map((one) => here(known, one));
  if (tries.some((found) => found.length === 0)) return [];
  const [best] = tries
    .filter((found) => found.every((one) => one.path !== path))
    .sort((a, b) => a.length - b.length);
  if (best) return best;
  const asked = alternatives.map((one) => typesOf(conjuncts([one], budget)));
  const narrow = cut(`one of ${alternatives.length} alternatives (${asked.map(typesText).join(', ')})`);
  return [{ path, about: 'alternatives', narrow, wide: `another: ${typesText(types)}` }];
}

/** Schemas without one of their keywords. The same one each time: a comparison knows schemas by their identity. */
const stripped = new WeakMap<object, Map<string, object>>();

function without(schema: Schema, keyword: string): Schema {
  const keywords = keywordsOf(schema);
  if (!Object.hasOwn(keywords, keyword)) return schema;
  const known = stripped.get(keywords) ?? new Map<string, object>();
  stripped.set(keywords, known);
  const { [keyword]: _, ...rest } = keywords;
  const made = known.get(keyword) ?? rest;
  known.set(keyword, made);
  return within(schema, made);
}

/**
 * What the narrower side may be, case by case: by its first alternatives, or else by its types, where the wider side has
 * alternatives. Undefined where it is one case.
 */
export function casesOf({ known, types, wider }: Comparison): Schema[][] | undefined {
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const of = known.find((schema) => schemasIn(schema, keyword).length > 0);
    if (!of) continue;
    // What the others refer to is among them already, this one included.
    const alone = known.map((schema) => without(without(schema, '$ref'), 'allOf'));
    const rest = alone.map((schema, at) => (known[at] === of ? without(schema, keyword) : schema));
    return schemasIn(of, keyword).map((one) => [...rest, one]);
  }
  const hasAlternatives = ['anyOf', 'oneOf', '$ref', 'allOf'].some((keyword) => keyword in keywordsOf(wider));
  const own = [...types].filter((type) => type !== 'integer' || !types.has('fraction'));
  if (!hasAlternatives || own.length < 2) return undefined;
  return own.map((type) => [...known, ONE_TYPE[type]]);
}

/** One schema for each, for the same reason. */
const ONE_TYPE: Readonly<Record<Type, Schema>> = {
  null: { of: { type: 'null' }, root: true },
  boolean: { of: { type: 'boolean' }, root: true },
  object: { of: { type: 'object' }, root: true },
  array: { of: { type: 'array' }, root: true },
  string: { of: { type: 'string' }, root: true },
  integer: { of: { type: 'integer' }, root: true },
  fraction: { of: { type: 'number' }, root: true },
};
