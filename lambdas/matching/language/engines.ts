import type { Envelope } from './envelope.ts';
import type { Path } from './paths.ts';
import type { ValuePredicate } from './predicates.ts';
import type { Work } from './step-budget.ts';

/**
 * The libraries behind `regex` and `jsonpath`. Most filters have neither, and loading the libraries takes a sixth of a
 * cold start, so fanout loads them on demand.
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
  /** A predicate on a field that must hold for the query to select anything; undefined when there is none. */
  jsonpathPredicate(query: string): JsonpathPredicate | undefined;
}

export type JsonpathPredicate = ValuePredicate & { readonly path: Path };
