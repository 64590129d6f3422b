import * as z from 'zod/mini';

/**
 * The fields of a message on the wire that the narration reads. They stand here again, since the local cloud imports
 * nothing of the functions. A test reads them from whole messages of the functions.
 */

const eventName = z.object({ type: z.string(), id: z.string() });

const attempt = z.object({
  ms: z.number(),
  status: z.optional(z.number()),
  error: z.optional(z.string()),
});
export type SentAttempt = z.infer<typeof attempt>;

const payload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('base64'), base64: z.string() }),
  z.object({ kind: z.literal('stored'), bytes: z.number() }),
]);
export type SentPayload = z.infer<typeof payload>;

const outcome = z.object({
  target: z.string(),
  event: eventName,
  status: z.string(),
  attempts: z.array(attempt),
  dropped: z.optional(z.number()),
  nextAttemptAt: z.optional(z.number()),
  isWaiting: z.optional(z.boolean()),
});
export type SentOutcome = z.infer<typeof outcome>;

const v = z.literal(1);
const dead = z.object({
  v,
  kind: z.literal('dead'),
  reason: z.string(),
  delivery: z.object({ target: z.string(), event: eventName, attempts: z.array(attempt) }),
});
export type SentDead = z.infer<typeof dead>;

const message = z.discriminatedUnion('kind', [
  z.object({ v, kind: z.literal('events'), events: z.array(z.extend(eventName, { payload })) }),
  z.object({ v, kind: z.literal('outcomes'), outcomes: z.array(outcome) }),
  dead,
  z.object({ v, kind: z.literal('challenge'), target: z.string() }),
  z.object({ v, kind: z.literal('replay'), job: z.string(), page: z.number() }),
]);
export type SentMessage = z.infer<typeof message>;

/** Undefined for a message of another kind or version. Never throws. */
export function sentMessage(body: string): SentMessage | undefined {
  try {
    return message.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
