/**
 * What must hold of an event, in the manner of EventBridge patterns: an object of fields, each with the list of
 * values of which it must have one, or with an object of further fields.
 *
 * ```json
 * { "source": ["payment-service"], "data": { "level": ["ERROR", "FATAL"], "user": { "plan": ["pro"] } } }
 * ```
 *
 * The event's own fields are `type`, `source`, `region` and `priority`; its payload is `data`.
 */
export type Scalar = string | number | boolean | null;

export interface Condition {
  readonly [field: string]: readonly Scalar[] | Condition;
}
