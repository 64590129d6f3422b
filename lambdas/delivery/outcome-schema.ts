import * as z from 'zod/mini';
import { attempt } from '../http-client/attempt-record.ts';
import { loose } from '../values/loose.ts';
import { DEATH_REASONS, STORED_STATUSES } from './delivery.ts';

/** See `HealthChange`. */
export const targetChange = loose({ state: z.string(), reason: z.optional(z.string()), at: z.number() });

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
  /** What happened to it between its last attempt and this, see `past.ts`. */
  past: z.optional(z.string()),
  /** Set when no attempt was made since the last outcome: it began to wait. */
  isWaiting: z.optional(z.literal(true)),
  /** Milliseconds since the epoch; set while `retrying`, and while `parked` for a time rather than in a hold queue. */
  nextAttemptAt: z.optional(z.number()),
  /** What it waits for, while `retrying` or `parked`: a `WaitReason`, or a word of a newer release. */
  waitingFor: z.optional(z.string()),
  /** Set when `dead`. */
  reason: z.optional(z.enum(DEATH_REASONS)),
  /** Set where its attempt has opened or closed the target's breaker, or has disabled the target. */
  targetChange: z.optional(targetChange),
  /** Set where the log has it already. It is only counted, and told. */
  logged: z.optional(z.literal(true)),
});
export type Outcome = Readonly<z.infer<typeof outcome>>;
