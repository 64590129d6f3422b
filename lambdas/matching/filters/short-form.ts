import { isObject } from '../../values/json.ts';
import { type Condition, listOf, type Matcher, OR } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import { OWN_FIELDS } from '../language/envelope.ts';
import type { Problem } from '../language/problem.ts';
import { shortened } from '../language/shortened.ts';
import { conditionProblem } from './condition-check.ts';

/**
 * The short form of a condition: `{"source": "payment-service", "level": ["ERROR", {"prefix": "FATAL"}]}`. The event's
 * own fields go by their names. Any other name is that of a top-level field of the payload.
 */
export interface ShortForm {
  readonly [field: string]: Matcher | readonly Matcher[];
}

/** As many fields as a condition may have lists. */
const MAX_FIELDS = 200;

const isOwn = (field: string): boolean => (OWN_FIELDS as readonly string[]).includes(field);

/** The condition of a short form; undefined for one without fields, which always holds. */
export function conditionOf(short: ShortForm): Condition | undefined {
  const lists = Object.entries(short).map(([field, value]) => [field, listOf<Matcher>(value)] as const);
  if (lists.length === 0) return undefined;
  const data = lists.filter(([field]) => !isOwn(field));
  return {
    ...Object.fromEntries(lists.filter(([field]) => isOwn(field))),
    ...(data.length > 0 && { data: Object.fromEntries(data) }),
  };
}

/** The condition of a filter, in the long or the short form. */
export const whereOf = ({ where, filters }: Written): Condition | undefined =>
  filters === undefined ? where : conditionOf(filters);

interface Written {
  readonly where?: Condition | undefined;
  readonly filters?: ShortForm | undefined;
}

/** What is wrong with a short form that a caller sent, in its own terms, or undefined. Takes any JSON value. */
export function shortFormProblem(value: unknown, engines: Engines): Problem | undefined {
  if (!isObject(value)) return { path: '', message: 'expected an object of fields' };
  const fields = Object.keys(value);
  if (fields.length > MAX_FIELDS) return { path: '', message: `expected at most ${MAX_FIELDS} fields` };
  for (const field of fields) {
    const problem = fieldProblem(field, value[field], engines);
    if (problem) return problem;
  }
  const whole = conditionProblem(conditionOf(value as ShortForm) ?? {}, engines);
  return whole && { path: '', message: whole.message };
}

function fieldProblem(field: string, value: unknown, engines: Engines): Problem | undefined {
  if (field === OR)
    return { path: field, message: 'expected the name of a field; alternatives are for where' };
  const problem = conditionProblem(conditionOf({ [field]: value } as ShortForm), engines);
  if (!problem) return undefined;
  const place = isOwn(field) ? field : `data.${field}`;
  const inside = problem.path.startsWith(place) ? problem.path.slice(place.length) : '';
  // A value without a list has no position.
  const rest = Array.isArray(value) ? inside : inside.replace(/^\[0\]/, '');
  return { path: shortened(field) + rest, message: problem.message };
}
