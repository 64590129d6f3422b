/**
 * What must hold of an event, in the syntax of EventBridge patterns: an object of fields. Each field has a list of
 * matchers, one of which must hold, or an object of further fields. All fields must hold.
 *
 * ```json
 * { "source": ["payment-service"], "data": { "level": ["ERROR", { "prefix": "FATAL" }], "user": { "plan": ["pro"] } } }
 * ```
 *
 * The event's own fields are `type`, `source`, `region` and `priority`; its payload is `data`. A field that has an array
 * holds if one of its elements does, of nested arrays as well; an object in a condition must hold of one element as a
 * whole. `$or` instead of a field has a list of objects of fields, one of which must hold.
 */
export interface Condition {
  readonly [field: string]: readonly Matcher[] | Condition | readonly Condition[];
}

/** A payload's value that is no array or object. Compared as JSON: 1 is 1.0 and not "1". */
export type Scalar = string | number | boolean | null;

/** A value that must be equal, or an object of one operator and its operand. */
export type Matcher = Scalar | Operation;
export interface Operation {
  readonly [operator: string]: unknown;
}

/** Takes the place of a field's name, so payload fields of this name can't be compared. */
export const OR = '$or';

export const isScalar = (value: unknown): value is Scalar => value === null || typeof value !== 'object';

/** A value that may be written alone or in a list. */
export const listOf = <T>(values: T | readonly T[]): readonly T[] =>
  Array.isArray(values) ? values : [values as T];

/** Whether a condition needs the payload. */
export const touchesData = (condition: Condition): boolean =>
  Object.hasOwn(condition, 'data') ||
  ((condition[OR] as readonly Condition[] | undefined)?.some(touchesData) ?? false);
