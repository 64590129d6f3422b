import * as z from 'zod/mini';
import { event, eventInFlight } from '../events/event.ts';
import { attempt } from '../http-client/attempt-record.ts';
import { loose } from '../values/loose.ts';
import { packBySize } from '../values/pack-by-size.ts';
import { quickCheck } from '../values/quick-check.ts';
import { DEATH_REASONS } from './delivery.ts';
import { liveNews } from './live-schema.ts';
import { type Outcome, outcome, targetChange } from './outcome-schema.ts';

/** ingest → fanout: events of one tenant. */
const eventsMessage = loose({
  v: z.literal(1),
  kind: z.literal('events'),
  tenant: z.string(),
  events: z.array(eventInFlight).check(z.minLength(1)),
});
export type EventsMessage = z.infer<typeof eventsMessage>;

/** A delivery without its event. */
const deliveryFields = {
  tenant: z.string(),
  subscription: z.string(),
  target: z.string(),
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
  /** What happened to it since its last attempt, see `past.ts`. */
  past: z.optional(z.string()),
  /** Set once the log says that it waits: its owner may have sent it since, which makes this message void. */
  waited: z.optional(z.literal(true)),
  /** Set when its owner wants its next attempt at once, though its endpoint has failed or asked for a pause. */
  asked: z.optional(z.literal(true)),
  /** How often dispatch has sent it on since it was made or replayed, see `loop-bounds.ts`. */
  hops: z.optional(z.number()),
};

/** fanout, dispatch, release → dispatch: one delivery, with the attempts made so far. */
const deliveryMessage = loose({
  v: z.literal(1),
  kind: z.literal('delivery'),
  event,
  ...deliveryFields,
});
export type DeliveryMessage = z.infer<typeof deliveryMessage>;

/** fanout → dispatch: several deliveries, see `packed-deliveries.ts`. */
const deliveriesMessage = loose({
  v: z.literal(1),
  kind: z.literal('deliveries'),
  /** Each event once, however many deliveries are of it. */
  events: z
    .array(loose({ event, deliveries: z.array(loose(deliveryFields)).check(z.minLength(1)) }))
    .check(z.minLength(1)),
});
export type DeliveriesMessage = z.infer<typeof deliveriesMessage>;

/** dispatch → record: what became of a batch. */
const outcomesMessage = loose({
  v: z.literal(1),
  kind: z.literal('outcomes'),
  outcomes: z.array(outcome).check(z.minLength(1)),
});
export type OutcomesMessage = z.infer<typeof outcomesMessage>;

/** Outcomes as messages, many in one. */
export const outcomesMessages = (outcomes: readonly Outcome[]): OutcomesMessage[] =>
  packBySize(outcomes).map((packed) => ({ v: 1, kind: 'outcomes', outcomes: packed }));

/** dispatch → dead-letter writer: a delivery that will not be tried again by itself. */
const deadMessage = loose({
  v: z.literal(1),
  kind: z.literal('dead'),
  reason: z.enum(DEATH_REASONS),
  delivery: deliveryMessage,
  /** As in an outcome. */
  targetChange: z.optional(targetChange),
});
export type DeadMessage = z.infer<typeof deadMessage>;

/** manage → dispatch: a target's endpoint is to show that it has the target's secret. */
const challengeMessage = loose({
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

/** dispatch, release → dispatch: the hold queue of a target is to be drained. The kind on the wire stays `call`. */
const drainMessage = loose({
  v: z.literal(1),
  kind: z.literal('call'),
  tenant: z.string(),
  target: z.string(),
  /** The time that the drain was scheduled for. The message is void when the schedule has another one. */
  at: z.number(),
  /** The region of the delivery that was held first: drain messages that follow go there as well. */
  region: z.optional(z.string()),
  /** How many deliveries the last drain released, for one that goes on. */
  step: z.optional(z.number()),
  /** Drains before this one that followed at once and released no delivery, see `loop-bounds.ts`. */
  hops: z.optional(z.number()),
});
export type DrainMessage = z.infer<typeof drainMessage>;

/** manage, replay → replay: the job of this name is to go on with this page. */
const replayMessage = loose({
  v: z.literal(1),
  kind: z.literal('replay'),
  tenant: z.string(),
  job: z.string(),
  /** How many pages were done before. The message is void when the job has come further. */
  page: z.number(),
});
export type ReplayMessage = z.infer<typeof replayMessage>;

/** record, dead-letter writer, manage, replay → live-push: what those who watch a tenant are told. */
const liveMessage = loose({
  v: z.literal(1),
  kind: z.literal('live'),
  tenant: z.string(),
  ...liveNews,
});
export type LiveMessage = z.infer<typeof liveMessage>;

const anyMessage = z.discriminatedUnion('kind', [
  eventsMessage,
  deliveryMessage,
  deliveriesMessage,
  outcomesMessage,
  deadMessage,
  challengeMessage,
  drainMessage,
  replayMessage,
  liveMessage,
]);
export type Message = z.infer<typeof anyMessage>;
export type MessageKind = Message['kind'];

export const MESSAGE_KINDS: readonly MessageKind[] = anyMessage.def.options.map(
  ({ shape }) => shape.kind.def.values[0]!,
);

export type Parsed<M> =
  | { ok: true; message: M }
  /** `isNewer`: of a version or kind that a later release may know. */
  | { ok: false; problem: string; isNewer: boolean };

/** Nearly every message is one that this release or its neighbours wrote, and need not be taken apart to be told so. */
const isWhole = quickCheck(anyMessage) as (message: unknown) => message is Message;

/** Reads a message body of one of the given kinds. Never throws. */
export function parseMessage<K extends MessageKind>(
  body: string,
  kinds: readonly K[],
): Parsed<Extract<Message, { kind: K }>> {
  const json = parseJson(body);
  if (!json.ok) return json;
  const read = isWhole(json.message) ? { ok: true as const, message: json.message } : parsed(json.message);
  if (!read.ok) return read;
  const { message } = read;
  if ((kinds as readonly string[]).includes(message.kind)) {
    return { ok: true, message: message as Extract<Message, { kind: K }> };
  }
  const problem = `expected a message of kind ${kinds.join(' or ')}, got ${message.kind}`;
  return { ok: false, problem, isNewer: false };
}

function parsed(message: unknown): Parsed<Message> {
  const { data, error } = anyMessage.safeParse(message);
  if (data) return { ok: true, message: data };
  return { ok: false, problem: z.prettifyError(error), isNewer: isNewer(message, error) };
}

/** A higher version; or this one, with nothing wrong but words that are on no list of ours: a kind, a reason, a status. */
function isNewer(message: unknown, { issues }: z.core.$ZodError): boolean {
  const { v, kind } = (message ?? {}) as { v?: unknown; kind?: unknown };
  if (typeof kind !== 'string' || typeof v !== 'number' || v < 1) return false;
  return (
    v > 1 || issues.every(({ code, path }) => UNKNOWN_WORD.has(code) && typeof at(message, path) === 'string')
  );
}

/** Of an enumeration or literal, and of a union's discriminator. */
const UNKNOWN_WORD: ReadonlySet<string> = new Set(['invalid_value', 'invalid_union']);

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name], value);

function parseJson(text: string): Parsed<unknown> {
  try {
    return { ok: true, message: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'not JSON', isNewer: false };
  }
}
