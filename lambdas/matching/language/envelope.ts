import type { Event } from '../../events/event.ts';
import { timeOfUlid } from '../../values/ids.ts';

/** An event as filters see it. Absent fields are undefined. */
export interface Envelope {
  readonly type: string;
  readonly source?: string | undefined;
  readonly region?: string | undefined;
  readonly priority?: string | undefined;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly at: number;
  /** The payload, parsed; undefined when it is not JSON, or when nobody has asked for it yet. */
  readonly data?: unknown;
}

/** Fields of the event itself. Their values are text, so there is nothing inside them. */
export const OWN_FIELDS = ['type', 'source', 'region', 'priority'] as const;

/** All that filters can ask for. */
export const FIELDS = [...OWN_FIELDS, 'data'] as const;

/** What paths and queries go into: the fields that an event has, made once for all of them. */
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
