import type { Comparison } from './comparison.ts';
import { propertiesNamed, requiredBy, typesOf, typesText } from './facts.ts';
import { cut, type Finding, pathTo, unclear } from './finding.ts';
import { conjuncts, keywordsOf, namedIn, type Schema, schemaIn } from './schema.ts';

/** What a schema says of an object's members. Pure. */

export const objectFindings = (comparison: Comparison): Finding[] =>
  comparison.types.has('object')
    ? [
        ...presenceFindings(comparison),
        ...namedIn(comparison.wider, 'properties').flatMap(([name, wider]) =>
          propertyFindings(comparison, name, wider),
        ),
        ...namedIn(comparison.wider, 'patternProperties').flatMap(([pattern, wider]) =>
          patternFindings(comparison, pattern, wider),
        ),
        ...otherFindings(comparison),
        ...nameFindings(comparison),
      ]
    : [];

const isNamed = ({ known }: Comparison, name: string): boolean =>
  propertiesNamed(known, name).some(({ of }) => of !== false);

/** What the narrower side says of a member. Patterns are left out, which leaves more: the safe side. */
const memberOf = (known: readonly Schema[], name: string): Schema[] =>
  known.flatMap((schema) => {
    const own = propertiesNamed([schema], name);
    if (own.length > 0 || keywordsOf(schema).patternProperties !== undefined) return own;
    return schemaIn(schema, 'additionalProperties') ?? [];
  });

/** `required`. What is not described any more is not told twice. */
function presenceFindings(comparison: Comparison): Finding[] {
  const required = requiredBy(comparison.known);
  const described = new Set(namedIn(comparison.wider, 'properties').map(([name]) => name));
  return [...requiredBy([comparison.wider])]
    .filter((name) => !required.has(name) && (isNamed(comparison, name) || !described.has(name)))
    .map((name) => ({
      path: pathTo(comparison.path, name),
      about: 'presence',
      narrow: 'required',
      wide: 'optional',
    }));
}

/**
 * A property that is not described any more is a gap even where it can't be sent any more, and nobody was promised that it is
 * there: its readers read it.
 */
function propertyFindings(comparison: Comparison, name: string, wider: Schema): Finding[] {
  const path = pathTo(comparison.path, name);
  if (isNamed(comparison, name)) return comparison.inside(memberOf(comparison.known, name), wider, path);
  if (wider.of === false && memberOf(comparison.known, name).some(({ of }) => of === false)) return [];
  if (wider.of === false) return [{ path, about: 'refused-property', narrow: 'refused', wide: 'allowed' }];
  const narrow = shortText(comparison, wider);
  return [{ path, about: 'property', narrow, wide: 'not described' }];
}

const shortText = ({ budget }: Comparison, schema: Schema): string =>
  cut(typesText(typesOf(conjuncts([schema], budget))));

/** Only members under the very same pattern are known to keep to it, and those of an object that has no others. */
function patternFindings(comparison: Comparison, pattern: string, wider: Schema): Finding[] {
  const { known, path, inside } = comparison;
  if (wider.of === true) return [];
  const at = pathTo(path, '*');
  const same = known.flatMap((schema) =>
    namedIn(schema, 'patternProperties').flatMap(([other, own]) => (other === pattern ? own : [])),
  );
  if (same.length > 0) return inside(same, wider, at);
  const closed = known.find(
    (schema) =>
      keywordsOf(schema).additionalProperties === false && keywordsOf(schema).patternProperties === undefined,
  );
  if (!closed) return [unclear(path, 'patternProperties')];
  // Any of its names may match.
  return namedIn(closed, 'properties').flatMap(([name]) =>
    inside(memberOf(known, name), wider, pathTo(path, name)),
  );
}

/** `additionalProperties`: members that the wider side has neither by name nor by pattern. */
function otherFindings(comparison: Comparison): Finding[] {
  const { known, wider, path, inside } = comparison;
  const others = schemaIn(wider, 'additionalProperties');
  if (!others || others.of === true) return [];
  const own = new Set(namedIn(wider, 'properties').map(([name]) => name));
  const patterns = new Set(namedIn(wider, 'patternProperties').map(([pattern]) => pattern));
  const names = new Set(
    known
      .flatMap((schema) => namedIn(schema, 'properties').map(([name]) => name))
      .filter((name) => !own.has(name)),
  );
  const named = [...names].flatMap((name) =>
    inside(memberOf(known, name), others, pathTo(path, name)).map((finding) => asProperty(finding, others)),
  );
  const matched = known.flatMap((schema) =>
    namedIn(schema, 'patternProperties')
      .filter(([pattern]) => !patterns.has(pattern))
      .flatMap(([, member]) => inside([member], others, pathTo(path, '*'))),
  );
  const rest = known.flatMap((schema) => schemaIn(schema, 'additionalProperties') ?? []);
  const unnamed = inside(rest, others, pathTo(path, '*'));
  const opened: Finding[] =
    others.of === false && unnamed.length > 0
      ? [{ path, about: 'other-properties', narrow: 'closed to other properties', wide: 'open to them' }]
      : unnamed;
  return [...named, ...(others.of === false && opened.length > 0 ? [] : matched), ...opened];
}

/** A new name where others are refused. */
const asProperty = (finding: Finding, others: Schema): Finding =>
  others.of === false ? { ...finding, about: 'refused-property', narrow: 'refused' } : finding;

function nameFindings({ known, wider, path, inside }: Comparison): Finding[] {
  const names = schemaIn(wider, 'propertyNames');
  if (!names || names.of === true) return [];
  const own = known.flatMap((schema) => schemaIn(schema, 'propertyNames') ?? []);
  const isKept = own.length > 0 && inside(own, names, pathTo(path, '*')).length === 0;
  return isKept ? [] : [unclear(path, 'propertyNames')];
}
