import { type Condition, isScalar } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { FilterParts } from '../language/filter.ts';

type NeedsEngines = Pick<FilterParts, 'where' | 'jsonpath'>;

/** The engines, if one of these filters needs them; else stand-ins that throw. */
export async function enginesFor(filters: readonly NeedsEngines[]): Promise<Engines> {
  const needed = filters.some(
    ({ where, jsonpath }) => jsonpath !== undefined || (where !== undefined && hasRegex(where)),
  );
  return needed ? (await import('./all-engines.ts')).ENGINES : NO_ENGINES;
}

/** Whether a condition may have an expression; a field of that name counts as well. */
function hasRegex(condition: Condition): boolean {
  return Object.entries(condition).some(([name, inner]) => name === 'regex' || mayHave(inner));
}

const mayHave = (inner: unknown): boolean =>
  Array.isArray(inner) ? inner.some(mayHave) : !isScalar(inner) && hasRegex(inner as Condition);

const missing = (): never => {
  throw new Error('expected the engines to be loaded: a filter needs them');
};

const NO_ENGINES: Engines = {
  regexProblem: missing,
  regexFinds: missing,
  jsonpathProblem: missing,
  compileJsonpath: missing,
  jsonpathPredicate: missing,
};
