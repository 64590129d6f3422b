import type { ValuePredicate } from '../index/keys.ts';
import { type Condition, isScalar } from './condition.ts';
import type { Envelope } from './envelope.ts';
import type { FilterParts } from './filter.ts';
import type { Path } from './paths.ts';
import type { Work } from './work.ts';

/**
 * The libraries behind `regex` and `jsonpath`. Most filters have neither, and loading them takes a sixth of a cold
 * start, so what only sometimes meets them loads them on demand.
 */
export interface Engines {
  /** What is wrong with an expression, or undefined. */
  regexProblem(pattern: string): string | undefined;
  /** Whether a part of the text fits. */
  regexFinds(pattern: string, text: string, work: Work): boolean;
  /** What is wrong with a query, or undefined. */
  jsonpathProblem(query: string): string | undefined;
  /** A test for whether the query selects anything in an event. */
  compileJsonpath(query: string): (envelope: Envelope, work: Work) => boolean;
  /** What a field of the event must be if the query is to select anything; undefined when that can't be told. */
  jsonpathPredicate(query: string): JsonpathPredicate | undefined;
}

export type JsonpathPredicate = ValuePredicate & { readonly path: Path };

type NeedsEngines = Pick<FilterParts, 'where' | 'jsonpath'>;

/** The engines if any of these filters needs them; others come without, and throw. */
export async function enginesFor(filters: readonly NeedsEngines[]): Promise<Engines> {
  const needed = filters.some(
    ({ where, jsonpath }) => jsonpath !== undefined || (where !== undefined && hasRegex(where)),
  );
  return needed ? (await import('../index/all-engines.ts')).ENGINES : NO_ENGINES;
}

/** Whether an expression is anywhere in a condition; a field of that name will do. */
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
