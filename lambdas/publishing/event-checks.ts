import { checkProducerId } from '../events/event-id.ts';
import { PRIORITIES, type Priority, REGION } from '../events/event-meta.ts';
import { isOperational, publishedTypeProblem } from '../events/event-type.ts';
import { parse } from '../values/json.ts';
import { isPrintable } from '../values/printable.ts';
import { type FieldProblem, MAX_PROBLEMS, missing, noneOf } from '../values/problem-words.ts';

/** An event as its producer sent it. */
export interface NewEvent {
  /** The producer's own; undefined for one that we name. */
  readonly id: string | undefined;
  readonly type: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Where the payload stands in the request, for messages about it: `events[2].data`. */
  readonly at: string;
  readonly source?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly region?: string | undefined;
  /** Attributes of a CloudEvent, by name, as text. */
  readonly ce?: Readonly<Record<string, string>> | undefined;
}

/** Why something in a request is refused. */
export interface Problem {
  readonly code:
    | 'malformed_json'
    | 'validation_failed'
    | 'payload_too_large'
    | 'schema_mismatch'
    | 'event_id_reused'
    | 'idempotency_key_reused'
    /** Its type is damaged: repeating does not help before that is repaired. */
    | 'unreadable_item';
  readonly message: string;
  readonly field?: string | undefined;
  /** What else is wrong beside it. */
  readonly others?: readonly FieldProblem[];
}

export type Read<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const refused = (problem: Problem): { ok: false; problem: Problem } => ({ ok: false, problem });

export const wrong = (message: string, field?: string): { ok: false; problem: Problem } =>
  refused(invalid(message, field));

/** All of these that there are as one: the first, with the others beside it. */
export function combined(...found: readonly (Problem | undefined)[]): Problem | undefined {
  const [first, ...others] = found.filter((problem) => problem !== undefined).slice(0, MAX_PROBLEMS);
  if (!first || others.length === 0) return first;
  return { ...first, others: others.map(({ message, field }) => ({ message, field })) };
}

/** All that is wrong: the first, and what is wrong beside it. */
export const problemsOf = ({ message, field, others = [] }: Problem): readonly FieldProblem[] => [
  { message, field },
  ...others,
];

export const invalid = (message: string, field: string | undefined): Problem => ({
  code: 'validation_failed',
  message,
  field,
});

/** The field `name` of what stands at `path`: `events[3].type`. */
export const fieldOf = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** Parses JSON. @param field what the text is, where it is not the whole request */
export function parseJson(text: string, field?: string): Read<unknown> {
  const json = parse(text);
  return json.ok ? json : refused({ code: 'malformed_json', message: json.message, field });
}

export function typeProblem(type: unknown, field: string): Problem | undefined {
  if (type === undefined) return invalid(missing(), field);
  const message = typeof type === 'string' ? publishedTypeProblem(type) : 'expected a text';
  return message === undefined ? undefined : invalid(message, field);
}

export function idProblem(id: unknown, field: string): Problem | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string') return invalid('expected a text', field);
  // Such an event would pass for an operational event, and take its place.
  if (isOperational(id)) return invalid('ids that begin with posthorn. are Posthorn’s own', field);
  const check = checkProducerId(id);
  return check.ok ? undefined : invalid(check.problem, field);
}
/** Enough for any URI in use, and little beside a payload. */
const MAX_SOURCE = 256;

export function sourceProblem(source: unknown, field: string): Problem | undefined {
  if (source === undefined) return undefined;
  const isFine = typeof source === 'string' && source.length <= MAX_SOURCE && isPrintable(source);
  return isFine ? undefined : invalid(`expected a text of 1 to ${MAX_SOURCE} printable characters`, field);
}

export function priorityProblem(priority: unknown, field: string): Problem | undefined {
  if (priority === undefined || PRIORITIES.includes(priority as Priority)) return undefined;
  return invalid(noneOf(priority, PRIORITIES), field);
}

export function regionProblem(region: unknown, field: string): Problem | undefined {
  if (region === undefined || (typeof region === 'string' && REGION.test(region))) return undefined;
  return invalid('expected 1 to 32 lower case letters, digits and -, such as eu-central-1', field);
}

/** It goes out as a header again: printable ASCII, and no longer than any real one. */
export function contentTypeProblem(contentType: string, field = 'content-type'): Problem | undefined {
  if (/^[\x20-\x7e]{1,256}$/.test(contentType)) return undefined;
  return invalid('expected 1 to 256 printable ASCII characters', field);
}

/** @param maxBytes what this caller may send at most */
export function sizeProblem(
  body: Uint8Array,
  maxBytes: number,
  field: string | undefined,
): Problem | undefined {
  if (body.length <= maxBytes) return undefined;
  const message = `expected a payload of at most ${maxBytes} bytes, got ${body.length}`;
  return { code: 'payload_too_large', message, field };
}
