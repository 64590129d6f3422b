import { timeOfUlid } from '../ids.ts';
import type { Event } from '../messages.ts';

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
