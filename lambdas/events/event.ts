import * as z from 'zod/mini';
import { loose } from '../values/loose.ts';
import { PRIORITIES } from './event-meta.ts';

/**
 * The messages in the queues. Each names its version and kind, and is checked where it is read: during a
 * deployment old and new code read each other's messages, and a queue holds messages for days. All objects
 * in them are loose, and what makes a message of another takes along what it does not know.
 */

/**
 * A payload's bytes on their way through the queues. Text travels as it is, other bytes as base64, and what is
 * too large for a message waits in the bucket.
 */
const payload = z.readonly(
  z.discriminatedUnion('kind', [
    loose({ kind: z.literal('text'), text: z.string() }),
    loose({ kind: z.literal('base64'), base64: z.string() }),
    loose({ kind: z.literal('stored'), key: z.string(), bytes: z.number() }),
  ]),
);

export type Payload = z.infer<typeof payload>;

export const event = loose({
  /** As producers and consumers know it: the producer's own id, or `evt_<ulid>`. */
  id: z.string(),
  /** Its place in time, and the key of everything stored about it. */
  ulid: z.string(),
  type: z.string(),
  contentType: z.string(),
  payload,
  /** Who published it, for filters: CloudEvents' `source`. */
  source: z.optional(z.string()),
  priority: z.optional(z.enum(PRIORITIES)),
  /** Picks a target's regional URL. */
  region: z.optional(z.string()),
  /** Sent by hand, to see whether an endpoint works. */
  test: z.optional(z.boolean()),
  /** Set on a CloudEvent: its attributes as they go out again in `ce-` headers, by name. */
  ce: z.optional(z.record(z.string(), z.string())),
  /** How long the log keeps it and its deliveries, where the tenant has a setting of its own. */
  keepSeconds: z.optional(z.number()),
  /** How many operational events led to this one, itself counted, see `loops.ts`. */
  generation: z.optional(z.number()),
});

export type Event = z.infer<typeof event>;

/** What fanout needs to know of an event until it has made its deliveries, and they do not. */
const untilFanout = {
  /**
   * Set on the rest of an event that one pass could not serve, or not look at to its end. `reached` counts the
   * subscriptions of earlier passes as long as the log does not know how many there are in all.
   */
  resume: z.optional(loose({ after: z.string(), part: z.number(), reached: z.optional(z.number()) })),
  /** Addressed to this subscription alone, whatever its filter says. */
  only: z.optional(z.string()),
  /** Tells it from another event with its id; set where the producer chose the id. See `digestOf`. */
  digest: z.optional(z.string()),
  /** How often it went back to the events queue, see `loops.ts`. */
  hops: z.optional(z.number()),
};

export const eventInFlight = loose({ ...event.shape, ...untilFanout });

export type EventInFlight = z.infer<typeof eventInFlight>;

/** The event as its deliveries carry it. */
export const asDelivered = (event: EventInFlight): Event =>
  Object.fromEntries(Object.entries(event).filter(([name]) => !Object.hasOwn(untilFanout, name))) as Event;
