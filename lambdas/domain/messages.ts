import * as z from 'zod/mini';
import { DEATH_REASONS, ERROR_CLASSES, STORED_STATUSES } from './delivery.ts';
import { PRIORITIES } from './event-meta.ts';

/**
 * The messages in the queues. Each names its version and kind, and is checked where it is read: during a
 * deployment old and new code read each other's messages, and a queue holds messages for days. What travels on
 * is loose, so that old code passes new fields along.
 */
const payload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('base64'), base64: z.string() }),
  z.object({ kind: z.literal('stored'), key: z.string(), bytes: z.number() }),
]);

const event = z.looseObject({
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

const eventInFlight = z.extend(event, {
  /**
   * Set on the rest of an event that one pass could not serve, or not look at to its end. `reached` counts the
   * subscriptions of earlier passes as long as the log does not know how many there are in all.
   */
  resume: z.optional(z.object({ after: z.string(), part: z.number(), reached: z.optional(z.number()) })),
  /** Addressed to this subscription alone, whatever its filter says. */
  only: z.optional(z.string()),
  /** Tells it from another event with its id; set where the producer chose the id. See `digestOf`. */
  digest: z.optional(z.string()),
  /** How often it went back to the events queue, see `loops.ts`. */
  hops: z.optional(z.number()),
});
export type EventInFlight = z.infer<typeof eventInFlight>;

const attempt = z.object({
  at: z.number(),
  ms: z.number(),
  status: z.optional(z.number()),
  error: z.optional(z.enum(ERROR_CLASSES)),
  detail: z.optional(z.string()),
  retryAfterMs: z.optional(z.number()),
  uncounted: z.optional(z.literal(true)),
  reconnected: z.optional(z.literal(true)),
  answer: z.optional(z.string()),
});

/** ingest → fanout: events of one tenant. */
const eventsMessage = z.object({
  v: z.literal(1),
  kind: z.literal('events'),
  tenant: z.string(),
  events: z.array(eventInFlight).check(z.minLength(1)),
});
export type EventsMessage = z.infer<typeof eventsMessage>;

/** fanout, dispatch, release → dispatch: one delivery, with the attempts made so far. */
const deliveryMessage = z.looseObject({
  v: z.literal(1),
  kind: z.literal('delivery'),
  tenant: z.string(),
  subscription: z.string(),
  target: z.string(),
  event,
  attempts: z.readonly(z.array(attempt)),
  /** Attempts before those, which are no longer kept. */
  dropped: z.optional(z.number()),
  /** Attempts of the schedule that are used up; all of `attempts` where it is left out. A replay begins at 0. */
  used: z.optional(z.number()),
  /** When the target's rate limit lets it go, in milliseconds since the epoch. */
  slot: z.optional(z.number()),
  /** How often it was replayed; 0 where it is left out. */
  run: z.optional(z.number()),
  /** When it was last replayed. Milliseconds since the epoch. */
  replayedAt: z.optional(z.number()),
  /** How often dispatch has sent it on since it was made or replayed, see `loops.ts`. */
  hops: z.optional(z.number()),
});
export type DeliveryMessage = z.infer<typeof deliveryMessage>;

/** dispatch → record: what became of a batch. */
const outcomesMessage = z.object({
  v: z.literal(1),
  kind: z.literal('outcomes'),
  outcomes: z
    .array(
      z.object({
        tenant: z.string(),
        subscription: z.string(),
        target: z.string(),
        event: z.object({
          id: z.string(),
          ulid: z.string(),
          type: z.string(),
          keepSeconds: z.optional(z.number()),
        }),
        status: z.enum(STORED_STATUSES),
        at: z.number(),
        attempts: z.readonly(z.array(attempt)),
        dropped: z.optional(z.number()),
        used: z.optional(z.number()),
        run: z.optional(z.number()),
        replayedAt: z.optional(z.number()),
        isWaiting: z.optional(z.literal(true)),
        nextAttemptAt: z.optional(z.number()),
        reason: z.optional(z.enum(DEATH_REASONS)),
      }),
    )
    .check(z.minLength(1)),
});
export type OutcomesMessage = z.infer<typeof outcomesMessage>;

/** dispatch → bury: a delivery that will not be tried again by itself. */
const deadMessage = z.object({
  v: z.literal(1),
  kind: z.literal('dead'),
  reason: z.enum(DEATH_REASONS),
  delivery: deliveryMessage,
});
export type DeadMessage = z.infer<typeof deadMessage>;

/** manage → dispatch: a target's endpoint is to show that it has the target's secret. */
const challengeMessage = z.looseObject({
  v: z.literal(1),
  kind: z.literal('challenge'),
  tenant: z.string(),
  target: z.string(),
  /** The challenge's name, a ULID. It is void once the target has another. */
  token: z.string(),
  /** Times that the endpoint has been asked and may be asked again. */
  tries: z.optional(z.number()),
});
export type ChallengeMessage = z.infer<typeof challengeMessage>;

/** dispatch, release → dispatch: somebody is to look into the waiting room of a target. */
const callMessage = z.looseObject({
  v: z.literal(1),
  kind: z.literal('call'),
  tenant: z.string(),
  target: z.string(),
  /** The time that the room was to be looked into. The call is void when the room has another one. */
  at: z.number(),
  /** The region of the delivery that was first to wait: calls that follow go there as well. */
  region: z.optional(z.string()),
  /** How many deliveries the last call let go, for one that goes on. */
  step: z.optional(z.number()),
  /** Calls before this one that followed at once and released no delivery, see `loops.ts`. */
  hops: z.optional(z.number()),
});
export type CallMessage = z.infer<typeof callMessage>;

/** manage, replay → replay: the job of this name is to go on with this page. */
const replayMessage = z.looseObject({
  v: z.literal(1),
  kind: z.literal('replay'),
  tenant: z.string(),
  job: z.string(),
  /** How many pages were done before. The message is void when the job has come further. */
  page: z.number(),
});
export type ReplayMessage = z.infer<typeof replayMessage>;

const anyMessage = z.discriminatedUnion('kind', [
  eventsMessage,
  deliveryMessage,
  outcomesMessage,
  deadMessage,
  challengeMessage,
  callMessage,
  replayMessage,
]);
export type Message = z.infer<typeof anyMessage>;
export type MessageKind = Message['kind'];

export type Parsed<M> =
  | { ok: true; message: M }
  /** `isNewer`: of a version or kind that a later release may know. */
  | { ok: false; problem: string; isNewer: boolean };

/** Reads a message body of one of the given kinds. Never throws. */
export function parseMessage<K extends MessageKind>(
  body: string,
  kinds: readonly K[],
): Parsed<Extract<Message, { kind: K }>> {
  const json = parseJson(body);
  if (!json.ok) return json;
  const parsed = anyMessage.safeParse(json.message);
  if (!parsed.success) {
    return { ok: false, problem: z.prettifyError(parsed.error), isNewer: isNewer(json.message) };
  }
  if (!(kinds as readonly string[]).includes(parsed.data.kind)) {
    const problem = `expected a message of kind ${kinds.join(' or ')}, got ${parsed.data.kind}`;
    return { ok: false, problem, isNewer: false };
  }
  return { ok: true, message: parsed.data as Extract<Message, { kind: K }> };
}

const KINDS: readonly string[] = [
  'events',
  'delivery',
  'outcomes',
  'dead',
  'challenge',
  'call',
  'replay',
] satisfies MessageKind[];

function isNewer(message: unknown): boolean {
  const { v, kind } = (message ?? {}) as { v?: unknown; kind?: unknown };
  return typeof v === 'number' && typeof kind === 'string' && (v > 1 || !KINDS.includes(kind));
}

function parseJson(text: string): Parsed<unknown> {
  try {
    return { ok: true, message: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'not JSON', isNewer: false };
  }
}
