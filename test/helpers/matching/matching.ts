import { compileFilter, evaluate } from '../../../lambdas/matching/filters/compile.ts';
import { conditionProblem } from '../../../lambdas/matching/filters/condition-check.ts';
import { ENGINES } from '../../../lambdas/matching/index/all-engines.ts';
import type { Condition } from '../../../lambdas/matching/language/condition.ts';
import type { Envelope } from '../../../lambdas/matching/language/envelope.ts';

/** An event of the type `order.paid` with a payload. */
export const eventWith = (data: unknown, own: Partial<Envelope> = {}): Envelope => ({
  type: 'order.paid',
  priority: 'normal',
  at: 0,
  ...own,
  data,
});

/** Whether a condition matches an event. @throws when it is not valid */
export function holds(where: unknown, envelope: Envelope): boolean {
  const problem = conditionProblem(where, ENGINES);
  if (problem) throw new Error(`${problem.path}: ${problem.message}`);
  return evaluate(compileFilter({ where: where as Condition }, ENGINES), envelope).holds;
}

/** Whether matchers match the value of a payload's field; undefined for a missing field. */
export const matches = (matchers: readonly unknown[], value: unknown): boolean =>
  holds({ data: { field: matchers } }, eventWith(value === undefined ? {} : { field: value }));
