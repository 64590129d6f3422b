import type { Schemas } from '../../../api/types.ts';
import { fieldProblem } from '../../../parts/problem.tsx';
import type { Values } from '../kinds/fields.ts';
import { takes } from '../kinds/takes.ts';
import type { Scheme } from '../schemes.ts';

/** The form that adds an endpoint. */
export interface Creation {
  readonly kind: string;
  /** The settings of its kind. */
  readonly settings: Values;
  readonly url: string;
  readonly name: string;
  readonly signature: Scheme;
  /** Event types and patterns; without any, nothing is subscribed. */
  readonly events: readonly string[];
}

export const EMPTY: Creation = {
  kind: 'webhook',
  settings: {},
  url: '',
  name: '',
  signature: 'standard',
  events: [],
};

/** What the API is asked for: an endpoint, or one with a subscription that goes with it. */
export function creationOf({ kind, settings, url, name, signature, events }: Creation) {
  const named = name.trim() === '' ? {} : { name: name.trim() };
  const target = {
    ...(kind !== 'webhook' && { kind, [kind]: settings }),
    ...(takes(kind, 'url') && { url: url.trim() }),
    ...named,
    ...(takes(kind, 'signature') && { signature }),
  } as Schemas['NewTarget'];
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

/** What the API says of a setting of the kind, by its path within them. */
export const problemOfSetting =
  (error: unknown, kind: string) =>
  (path: string): string | undefined =>
    [`${kind}.${path}`, `target.${kind}.${path}`]
      .map((field) => fieldProblem(error, field))
      .find((message) => message !== undefined);
