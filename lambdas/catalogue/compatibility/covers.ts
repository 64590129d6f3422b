import { alternativeFindings, casesOf } from './alternatives.ts';
import { arrayFindings } from './arrays.ts';
import type { Comparison } from './comparison.ts';
import { typesOf, typesText, valuesOf } from './facts.ts';
import { cut, type Finding, unclear } from './finding.ts';
import { implicationFindings } from './implications.ts';
import { limitFindings } from './limits.ts';
import { objectFindings } from './objects.ts';
import { isSame } from './same.ts';
import {
  type Budget,
  conjuncts,
  followed,
  keywordsOf,
  pick,
  referred,
  type Schema,
  schemasIn,
  spend,
} from './schema.ts';

/**
 * In what ways values that fit `narrower` may not fit `wider`; none when each of them does. It goes through the keywords of
 * `wider`, and looks for a reason in `narrower` why each is kept. What it finds no reason for is a finding: it may err that
 * way, and never in the other. Pure.
 * @throws TooMuchWork
 */
export const gaps = (narrower: Schema, wider: Schema, budget: Budget): Finding[] =>
  compare([narrower], wider, { path: '', level: 0, depth: 0 }, { budget, ids: new Map(), under: new Map() });

interface Place {
  readonly path: string;
  /** How deep in the payload. */
  readonly level: number;
  /** How deep in the comparison. */
  readonly depth: number;
}

interface Run {
  readonly budget: Budget;
  readonly ids: Map<unknown, number>;
  /** Comparisons that are under way, and at which level of the payload. */
  readonly under: Map<string, number>;
}

/** Schemas of people are a few levels deep. */
const MOST_LEVELS = 64;

function compare(narrower: readonly Schema[], given: Schema, place: Place, run: Run): Finding[] {
  const { path, level, depth } = place;
  const wider = followed(given);
  if (wider.of === true) return [];
  const known = conjuncts(narrower, run.budget);
  spend(run.budget, 1 + known.length);
  const types = typesOf(known);
  const isNothing = types.size === 0 || valuesOf(known)?.size === 0;
  if (isNothing || known.some((one) => isSame(one, wider, run.budget))) return [];
  if (wider.of === false) return [{ path, about: 'type', narrow: 'nothing', wide: typesText(types) }];
  const key = `${known.map((one) => idOf(run, one)).join()} ${idOf(run, wider)}`;
  const around = run.under.get(key);
  // A payload ends somewhere: what leads to itself further inside of it holds if all else does.
  if (around !== undefined && around < level) return [];
  if (around !== undefined || depth > MOST_LEVELS) return [unclear(path, '$ref')];
  run.under.set(key, level);
  const comparison: Comparison = {
    known,
    types,
    wider,
    path,
    budget: run.budget,
    inside: (schemas, schema, at) =>
      compare(schemas, schema, { path: at, level: level + 1, depth: depth + 1 }, run),
    here: (schemas, schema) => compare(schemas, schema, { path, level, depth: depth + 1 }, run),
  };
  const found = findingsOf(comparison);
  const cases = found.length > 0 ? casesOf(comparison) : undefined;
  const left = cases ? distinct(cases.flatMap((one) => comparison.here(one, wider))) : found;
  run.under.delete(key);
  return left;
}

function idOf({ ids }: Run, { of }: Schema): number {
  const id = ids.get(of) ?? ids.size;
  ids.set(of, id);
  return id;
}

/** The same gap in several cases is one. */
function distinct(findings: readonly Finding[]): Finding[] {
  const names = findings.map(({ path, about, keyword }) => [path, about, keyword].join('\n'));
  return findings.filter((_, at) => names.indexOf(names[at]!) === at);
}

const findingsOf = (comparison: Comparison): Finding[] => [
  ...typeFindings(comparison),
  ...valueFindings(comparison),
  ...limitFindings(comparison),
  ...objectFindings(comparison),
  ...arrayFindings(comparison),
  ...referenceFindings(comparison),
  ...schemasIn(comparison.wider, 'allOf').flatMap((each) => comparison.here(comparison.known, each)),
  ...alternativeFindings(comparison),
  ...implicationFindings(comparison),
];

function typeFindings({ types, wider, path }: Comparison): Finding[] {
  const allowed = typesOf([pick(wider, 'type', 'nullable')]);
  if ([...types].every((type) => allowed.has(type))) return [];
  return [{ path, about: 'type', narrow: typesText(allowed), wide: typesText(types) }];
}

/** `enum` and `const`. */
function valueFindings({ known, wider, path, budget }: Comparison): Finding[] {
  const allowed = valuesOf([pick(wider, 'enum', 'const')]);
  if (!allowed) return [];
  const values = valuesOf(known);
  spend(budget, allowed.size + (values?.size ?? 0));
  if (values && [...values.keys()].every((text) => allowed.has(text))) return [];
  const narrow = listText(allowed);
  return [{ path, about: 'values', narrow, wide: values ? listText(values) : 'any value' }];
}

const listText = (values: ReadonlyMap<string, unknown>): string =>
  values.size === 1 ? cut([...values.keys()].join()) : cut(`one of ${[...values.keys()].join(', ')}`);

function referenceFindings({ known, wider, path, here }: Comparison): Finding[] {
  const { $ref, $dynamicRef } = keywordsOf(wider);
  if ($dynamicRef !== undefined) return [unclear(path, '$dynamicRef')];
  if ($ref === undefined) return [];
  const target = referred(wider);
  return target ? here(known, target) : [unclear(path, '$ref')];
}
