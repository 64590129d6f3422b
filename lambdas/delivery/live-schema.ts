import * as z from 'zod/mini';
import { loose } from '../values/loose.ts';

/**
 * What those who watch a tenant are told. It only shows what is stored elsewhere, so its words are plain texts: one of a newer
 * release holds up no message.
 */

/** An outcome, as far as a list of deliveries shows it at a glance. */
const liveOutcome = loose({
  deliveryId: z.string(),
  eventId: z.string(),
  type: z.string(),
  targetId: z.string(),
  subscriptionId: z.string(),
  status: z.string(),
  /** The attempts that were made so far; 0 where there was none. */
  attempt: z.number(),
  /** Of the endpoint's answer to the attempt that was just made. */
  statusCode: z.optional(z.number()),
  /** What failed where no answer came. */
  error: z.optional(z.string()),
  /** How long the attempt took, in milliseconds. */
  ms: z.optional(z.number()),
  /** Why it is dead, or what it waits for. */
  reason: z.optional(z.string()),
  /** RFC 3339, as all times here. */
  at: z.string(),
  nextAttemptAt: z.optional(z.string()),
});
export type LiveOutcome = Readonly<z.infer<typeof liveOutcome>>;

/** Outcomes of a target. Each outcome is one of the four. */
const liveCounts = loose({
  delivered: z.number(),
  /** Attempts that failed, and are followed by others. */
  failed: z.number(),
  dead: z.number(),
  /** Deliveries that wait, without an attempt. */
  waiting: z.number(),
});
export type LiveCounts = Readonly<z.infer<typeof liveCounts>>;

/** A target that Posthorn stopped sending to, or sends to again. */
const liveTarget = loose({
  targetId: z.string(),
  /** `open`: its breaker opened; `recovered`: it closed; `disabled`. */
  state: z.string(),
  /** Why it is disabled. */
  reason: z.optional(z.string()),
  at: z.string(),
});
export type LiveTarget = Readonly<z.infer<typeof liveTarget>>;

/** How far a job has come. */
const liveReplay = loose({
  id: z.string(),
  status: z.string(),
  /** Deliveries that were sent, or purged. */
  done: z.number(),
  /** Deliveries, or events, that were examined. */
  looked: z.number(),
  at: z.string(),
});
export type LiveReplay = Readonly<z.infer<typeof liveReplay>>;

/** What a call has changed: something of a kind, and the targets that it is of, if it is of any. */
const liveChange = loose({ kind: z.string(), targets: z.optional(z.array(z.string())) });
export type LiveChange = Readonly<z.infer<typeof liveChange>>;

/** All of this, of one tenant. */
export const liveNews = {
  outcomes: z.optional(z.array(liveOutcome)),
  /** Of all outcomes, also those that are not listed, by target. */
  counts: z.optional(z.array(loose({ targetId: z.string(), ...liveCounts.shape }))),
  targets: z.optional(z.array(liveTarget)),
  replays: z.optional(z.array(liveReplay)),
  changes: z.optional(z.array(liveChange)),
};
