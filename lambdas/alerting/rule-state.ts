import * as z from 'zod/mini';
import { type ItemOf, itemKind } from '../values/item.ts';
import { loose } from '../values/loose.ts';

/**
 * What a rule says: `ok`, `ringing`, or `unknown`, where too little was counted to say. A rule that rings goes on ringing
 * until it is known that it is over.
 */
export const RULE_STATES = ['ok', 'ringing', 'unknown'] as const;

/** What is to be told, until it is told. */
const untold = loose({
  kind: z.enum(['raised', 'resolved']),
  /** When it came to that, and since when the rule had been ringing, in milliseconds since the epoch. */
  at: z.number(),
  since: z.number(),
  value: z.nullable(z.number()),
  /** Of what is over: whether the rule was changed or switched off, so that it is not known. */
  isCutOff: z.optional(z.boolean()),
  /** Whether the event is still to be sent; then the mail. */
  event: z.boolean(),
  /** How often a mail was tried; left out when none is to be sent. */
  mailTries: z.optional(z.number()),
});
export type Untold = z.output<typeof untold>;

/** What judging a rule leaves for the next time. Times are milliseconds since the epoch. */
const judged = loose({
  /** The rule's `startedAt` that it was judged by. Another one begins anew. */
  startedAt: z.string(),
  state: z.enum(RULE_STATES),
  since: z.number(),
  /** As judged last; null where there was nothing to judge by. */
  value: z.nullable(z.number()),
  checkedAt: z.number(),
  /** How often in a row a ringing rule has not held. */
  calm: z.number(),
  /** When an event or delivery was last seen, for a rule about silence. */
  lastAt: z.optional(z.number()),
  untold: z.optional(untold),
  /** Rises with each write. */
  revision: z.number(),
});
export type Judged = z.output<typeof judged>;

/**
 * The item of each active rule in the state table. It makes the rule known to the function that judges; what was judged is in
 * it as well.
 */
export const WATCHED_RULE = itemKind('watched alert rule', {
  /** When the rule was last written, in milliseconds since the epoch. */
  watchedAt: z.number(),
  judged: z.optional(judged),
});
export type WatchedRule = ItemOf<typeof WATCHED_RULE>;
