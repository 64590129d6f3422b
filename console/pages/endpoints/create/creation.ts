import { fieldProblem } from '../../../parts/problem.tsx';
import type { Scheme } from '../schemes.ts';

/** The form that adds an endpoint. */
export interface Creation {
  readonly url: string;
  readonly name: string;
  readonly signature: Scheme;
  /** Event types and patterns; without any, nothing is subscribed. */
  readonly events: readonly string[];
}

export const EMPTY: Creation = { url: '', name: '', signature: 'standard', events: [] };

/** What the API is asked for: an endpoint, or one with a subscription that goes with it. */
export function creationOf({ url, name, signature, events }: Creation) {
  const named = name.trim() === '' ? {} : { name: name.trim() };
  const target = { url: url.trim(), ...named, signature };
  const subscription = { ...named, target, filter: { events: [...events] } };
  return { target, ...(events.length > 0 && { subscription }) };
}

/** Where the API names a field of this form: an endpoint's own, or one in a subscription. */
const FIELDS = {
  url: ['url', 'target.url'],
  name: ['name', 'target.name'],
  events: ['events', 'filter.events'],
} as const;

export function problemOfField(error: unknown, field: keyof typeof FIELDS): string | undefined {
  return FIELDS[field].map((each) => fieldProblem(error, each)).find((message) => message !== undefined);
}
