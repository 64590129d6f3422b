import { isObject } from '../../values/json.ts';
import type { Comparison } from './comparison.ts';
import { areApart, requiredBy } from './facts.ts';
import { type Finding, pathTo, unclear } from './finding.ts';
import { isSame } from './same.ts';
import { conjuncts, keywordsOf, namedIn, pick, type Schema, schemaIn } from './schema.ts';

/** `not`, `if`, and members that ask for others. Pure. */

export const implicationFindings = (comparison: Comparison): Finding[] => [
  ...notFindings(comparison),
  ...ifFindings(comparison),
  ...dependentFindings(comparison),
  ...unevaluatedFindings(comparison),
];

function notFindings({ known, wider, path, budget, here }: Comparison): Finding[] {
  const refused = schemaIn(wider, 'not');
  if (!refused) return [];
  const expand = (schemas: readonly Schema[]): Schema[] => conjuncts(schemas, budget);
  if (areApart(known, expand([refused]), expand)) return [];
  const isKept = known.some((schema) => {
    const own = schemaIn(schema, 'not');
    return own !== undefined && here([refused], own).length === 0;
  });
  return isKept ? [] : [unclear(path, 'not')];
}

/** Kept by the very same condition. */
function ifFindings({ known, wider, path, budget }: Comparison): Finding[] {
  const { if: condition, then = true, else: otherwise = true } = keywordsOf(wider);
  if (condition === undefined || (then === true && otherwise === true)) return [];
  const part = (schema: Schema): Schema => pick(schema, 'if', 'then', 'else');
  return known.some((one) => isSame(part(one), part(wider), budget)) ? [] : [unclear(path, 'if')];
}

function dependentFindings({ known, types, wider, path, here }: Comparison): Finding[] {
  if (!types.has('object')) return [];
  const { dependentRequired } = keywordsOf(wider);
  const lists = isObject(dependentRequired) ? Object.entries(dependentRequired) : [];
  const required = requiredBy(known);
  const missing = lists.flatMap(([name, asked]) => {
    const kept = new Set([...required, ...known.flatMap((schema) => dependentOn(schema, name))]);
    return (asked as string[]).filter((one) => !kept.has(one));
  });
  const schemas = namedIn(wider, 'dependentSchemas').filter(([name, asked]) => {
    const own = known.flatMap((schema) =>
      namedIn(schema, 'dependentSchemas').flatMap(([other, one]) => (other === name ? one : [])),
    );
    return here([...known, ...own], asked).length > 0;
  });
  return [
    ...[...new Set(missing)].map(
      (name): Finding => ({
        path: pathTo(path, name),
        about: 'presence',
        narrow: 'required beside others',
        wide: 'optional',
      }),
    ),
    ...(schemas.length > 0 ? [unclear(path, 'dependentSchemas')] : []),
  ];
}

function dependentOn(schema: Schema, name: string): readonly string[] {
  const { dependentRequired } = keywordsOf(schema);
  const own =
    isObject(dependentRequired) && Object.hasOwn(dependentRequired, name) && dependentRequired[name];
  return Array.isArray(own) ? own : [];
}

/** Keywords that depend on what others have looked at, and one of older drafts that the check of payloads heeds. */
const DEPENDING = ['unevaluatedItems', 'unevaluatedProperties', 'dependencies'];

function unevaluatedFindings({ wider, path }: Comparison): Finding[] {
  return DEPENDING.filter((keyword) => {
    const value = keywordsOf(wider)[keyword];
    return value !== undefined && value !== true;
  }).map((keyword) => unclear(path, keyword));
}
