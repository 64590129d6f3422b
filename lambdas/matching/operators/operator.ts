import type { Scalar } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { Problem } from '../language/problem.ts';
import type { Work } from '../language/step-budget.ts';

/**
 * A matcher that is not a plain value: one of EventBridge's operators
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html), or `regex`. It is checked
 * when a filter is written, and compiled when the filter is used.
 */
export interface Operator {
  problem(operand: unknown, path: string, engines: Engines): Problem | undefined;
  compile(operand: never, engines: Engines): Test;
}

/** Whether a matcher holds of one value of a field; undefined when the field has no value. */
export type Test = (value: Scalar | undefined, work: Work) => boolean;
