import * as z from 'zod/mini';
import { loose } from '../values/loose.ts';
import { ERROR_CLASSES } from './error-class.ts';

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
