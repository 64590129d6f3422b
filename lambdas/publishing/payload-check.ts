import type { SchemaCheck } from '../tenants/tenant.ts';
import type { NewEvent, Read } from './event-checks.ts';
import { isJsonType } from './forms/cloud-events.ts';

/** Where and how a payload does not fit. */
export interface Misfit {
  /** From the payload's root: `['items', 0, 'amount']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An event that may be published, with what is to be said about it. */
export interface Accepted {
  readonly event: NewEvent;
  readonly warnings?: readonly string[] | undefined;
}

/** A field's path in an answer: as long as a path that anyone reads. */
const MAX_FIELD = 200;

/** What becomes of an event whose payload does not fit its type's schema. */
export function judge(event: NewEvent, misfit: Misfit | undefined, check: SchemaCheck): Read<Accepted> {
  if (!misfit || check === 'off') return { ok: true, value: { event } };
  const field = fieldAt(event.at, misfit.path);
  const message = `does not fit the schema of ${event.type}: ${misfit.message}`;
  if (check === 'enforce') return { ok: false, problem: { code: 'schema_mismatch', message, field } };
  return { ok: true, value: { event, warnings: [field ? `${field}: ${message}` : message] } };
}

/** A path as text: `events[2].data.items[0].amount`. */
export function fieldAt(root: string, path: Misfit['path']): string | undefined {
  let field = root;
  for (const step of path) {
    field += typeof step === 'number' ? `[${step}]` : `${field ? '.' : ''}${step}`;
    if (field.length > MAX_FIELD) return `${field.slice(0, MAX_FIELD)}…`;
  }
  return field || undefined;
}

export type Json = { isJson: true; value: unknown } | { isJson: false };

/** The payload as JSON, if it is that. */
export function jsonOf({ contentType, body }: Pick<NewEvent, 'contentType' | 'body'>): Json {
  if (!isJsonType(contentType)) return { isJson: false };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return { isJson: true, value: JSON.parse(text) };
  } catch {
    return { isJson: false };
  }
}

export const NOT_JSON: Misfit = { path: [], message: 'expected JSON' };
