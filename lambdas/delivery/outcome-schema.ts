import * as z from 'zod/mini';
import { loose } from '../values/loose.ts';
import { DEATH_REASONS, ERROR_CLASSES, STORED_STATUSES } from './delivery.ts';

/** One HTTP request. */
export const attempt = loose({
  /** Milliseconds since the epoch at which it began. */
  at: z.number(),
  ms: z.number(),
  status: z.optional(z.number()),
  error: z.optional(z.enum(ERROR_CLASSES)),
  /** What the error said, for a person. */
  detail: z.optional(z.string()),
  /** How long the answer asked to wait (Retry-After), in milliseconds. */
  retryAfterMs: z.optional(z.number()),
  /**
   * Set on one that the schedule does not count: a probe of an endpoint that was failing, or one that was cut because it
   * took too long for a fast lane.
   */
  uncounted: z.optional(z.literal(true)),
  /**
   * Set on one that took two requests: the first went over a connection that the endpoint had closed meanwhile, and got no
   * byte of an answer, so the second was made at once over a new one.
   */
  reconnected: z.optional(z.literal(true)),
  /** The first kilobytes of the answer's body. */
  answer: z.optional(z.string()),
});
export type Attempt = Readonly<z.infer<typeof attempt>>;

/** What is known of a delivery after an attempt: everything, so that recording it needs no reading. */
export const outcome = loose({
  tenant: z.string(),
  subscription: z.string(),
  target: z.string(),
  event: z.readonly(
    loose({
      id: z.string(),
      ulid: z.string(),
      type: z.string(),
      keepSeconds: z.optional(z.number()),
    }),
  ),
  status: z.enum(STORED_STATUSES),
  /** Milliseconds since the epoch at which this became known. */
  at: z.number(),
  attempts: z.readonly(z.array(attempt)),
  /** How many attempts came before those. */
  dropped: z.optional(z.number()),
  /** Attempts of the schedule that are used up; all of them where it is left out. */
  used: z.optional(z.number()),
  /** How often the delivery was replayed. */
  run: z.optional(z.number()),
  /** When it was last replayed. Milliseconds since the epoch. */
  replayedAt: z.optional(z.number()),
  /** Set when no attempt was made since the last outcome: it began to wait. */
  isWaiting: z.optional(z.literal(true)),
  /** Milliseconds since the epoch; set while `retrying`, and while `parked` for a time rather than in a waiting room. */
  nextAttemptAt: z.optional(z.number()),
  /** Set when `dead`. */
  reason: z.optional(z.enum(DEATH_REASONS)),
});
export type Outcome = Readonly<z.infer<typeof outcome>>;
