/**
 * What must hold of an event, in the syntax of EventBridge patterns: an object of fields, each with a list of matchers
 * of which one must hold, or with an object of further fields. All fields must hold.
 *
 * ```json
 * { "source": ["payment-service"], "data": { "level": ["ERROR", { "prefix": "FATAL" }], "user": { "plan": ["pro"] } } }
 * ```
 *
 * The event's own fields are `type`, `source`, `region` and `priority`; its payload is `data`. What an array in the
 * payload holds is what its elements hold, those of arrays in it included; an object in a condition must hold of one
 * element as a whole. `$or` instead of a field has a list of objects of fields, of which one must hold.
 */
export interface Condition {
  readonly [field: string]: readonly Matcher[] | Condition | readonly Condition[];
}

/** A value of a payload that has nothing in it. Compared as JSON's: 1 is 1.0 and not "1". */
export type Scalar = string | number | boolean | null;

/** A value that must be equal, or an object of one operator with its operand. */
export type Matcher = Scalar | Operation;
export interface Operation {
  readonly [operator: string]: unknown;
}

/** Stands where a field's name could, so payload fields of this name can't be compared. */
export const OR = '$or';

export const isScalar = (value: unknown): value is Scalar => value === null || typeof value !== 'object';

/** What may be written as one thing or as a list of them. */
export const listOf = <T>(values: T | readonly T[]): readonly T[] =>
  Array.isArray(values) ? values : [values as T];

/** Whether the payload has to be known. */
export const touchesData = (condition: Condition): boolean =>
  Object.hasOwn(condition, 'data') ||
  ((condition[OR] as readonly Condition[] | undefined)?.some(touchesData) ?? false);
