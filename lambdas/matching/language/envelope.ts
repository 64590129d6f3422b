import type { Event } from '../../events/event.ts';
import { timeOfUlid } from '../../values/ids.ts';

/** An event as filters see it. Missing fields are undefined. */
export interface Envelope {
  readonly type: string;
  readonly source?: string | undefined;
  readonly region?: string | undefined;
  readonly priority?: string | undefined;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly at: number;
  /** The payload, parsed; undefined when it is not JSON, or not read yet. */
  readonly data?: unknown;
}

/** Fields of the event itself. Their values are texts, without further fields. */
export const OWN_FIELDS = ['type', 'source', 'region', 'priority'] as const;

/** All fields that filters can ask for. */
export const FIELDS = [...OWN_FIELDS, 'data'] as const;

/** The root of paths and queries: the fields that an event has. It is made once for all of them. */
export type Root = { readonly [field: string]: unknown };
const roots = new WeakMap<Envelope, Root>();

export function rootOf(envelope: Envelope): Root {
  const known = roots.get(envelope);
  if (known) return known;
  const present = FIELDS.filter((field) => envelope[field] !== undefined);
  const root = Object.fromEntries(present.map((field) => [field, envelope[field]]));
  roots.set(envelope, root);
  return root;
}

/** An event whose payload is not known yet. */
export const envelopeOf = (
  event: Pick<Event, 'ulid' | 'type' | 'source' | 'region' | 'priority'>,
): Envelope => ({
  type: event.type,
  source: event.source,
  region: event.region,
  priority: event.priority ?? 'normal',
  at: timeOfUlid(event.ulid),
  data: undefined,
});
