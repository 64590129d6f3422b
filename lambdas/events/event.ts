import * as z from 'zod/mini';
import { loose } from '../values/loose.ts';
import { PRIORITIES } from './event-meta.ts';

/**
 * Events as messages carry them. All objects of messages are loose: during a deployment old and new code read each
 * other's messages, a queue holds messages for days, and code that makes a message of another one passes on the fields
 * that it does not know.
 */

/**
 * A payload's bytes on their way through the queues. Text travels as it is and other bytes as base64. A payload that is
 * too large for a message is stored in the bucket.
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
  /** The id for producers and consumers: the producer's own, or `evt_<ulid>`. */
  id: z.string(),
  /** Its position in time, and the key of everything stored about it. */
  ulid: z.string(),
  type: z.string(),
  contentType: z.string(),
  payload,
  /** What published it, for filters: CloudEvents' `source`. */
  source: z.optional(z.string()),
  priority: z.optional(z.enum(PRIORITIES)),
  /** Chooses a target's regional URL. */
  region: z.optional(z.string()),
  /** A test event, sent by hand to see whether an endpoint works. */
  test: z.optional(z.boolean()),
  /** Set on a CloudEvent: the attributes that go out in `ce-` headers, by name. */
  ce: z.optional(z.record(z.string(), z.string())),
  /** How long the log keeps the event and its deliveries, where the tenant has a setting of its own. */
  keepSeconds: z.optional(z.number()),
  /** How many operational events led to this one, itself included. See `delivery/queues/loop-bounds.ts`. */
  generation: z.optional(z.number()),
  /** The trace that it belongs to, as its producer said. Valid; see `values/trace-context.ts`. */
  traceparent: z.optional(z.string()),
  tracestate: z.optional(z.string()),
});

export type Event = z.infer<typeof event>;

/** Fields that fanout needs, and that deliveries do not carry. */
const untilFanout = {
  /**
   * Set on the rest of an event that one pass of fanout did not finish. `reached` counts the subscriptions of earlier
   * passes as long as the log does not know how many there are in all.
   */
  resume: z.optional(loose({ after: z.string(), part: z.number(), reached: z.optional(z.number()) })),
  /** Addressed to this subscription alone, whatever its filter says. */
  only: z.optional(z.string()),
  /** Differs from that of another event with the same id; set where the producer chose the id. See `digestOf`. */
  digest: z.optional(z.string()),
  /** How often it went back to the events queue. See `delivery/queues/loop-bounds.ts`. */
  hops: z.optional(z.number()),
};

export const eventInFlight = loose({ ...event.shape, ...untilFanout });

export type EventInFlight = z.infer<typeof eventInFlight>;

/** The event without the fields that only fanout needs. */
export const asDelivered = (event: EventInFlight): Event =>
  Object.fromEntries(Object.entries(event).filter(([name]) => !Object.hasOwn(untilFanout, name))) as Event;
