import * as z from 'zod/mini';
import type { RetryPolicy } from '../targets/retry-policy.ts';
import { isEphemeral, ulidOf, withPrefix } from '../values/ids.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import { RECONNECT_MS } from './limits.ts';

/**
 * A developer's machine that gets deliveries over the live channel: a subscription with a target and a filter of its own, which
 * last as long as somebody listens. The target's address is a route of Posthorn.
 */
export const LISTENER = itemKind('listener', {
  /** Until when it lasts. Milliseconds since the epoch, as all times here. */
  until: z.number(),
  createdAt: z.number(),
  /** Where its requests go, and since when. It has none before the first, and after one that has closed. */
  connection: z.optional(z.string()),
  openedAt: z.optional(z.number()),
});

export interface ListenerRef {
  readonly tenant: string;
  /** `lsn_…` */
  readonly listener: string;
}

export type Listener = Omit<ItemOf<typeof LISTENER>, 'ttl'>;

/** What a listener has. All of it has the listener's ULID, so nothing has to lead to it. */
export function partsOf(listener: string) {
  const ulid = ulidOf('lsn', listener)!;
  return {
    subscription: withPrefix('sub', ulid),
    target: withPrefix('tgt', ulid),
    filter: withPrefix('flt', ulid),
  };
}

/** Whether a text can be the id of a listener. */
export const isListenerId = (text: string): boolean => ulidOf('lsn', text) !== undefined && isEphemeral(text);

/** The listener of a subscription, target or filter; undefined where it is of none. */
export const listenerOf = (id: string): string | undefined =>
  isEphemeral(id) ? withPrefix('lsn', id.slice(id.indexOf('_') + 1)) : undefined;

/** Whether a listener is over. One that is stays so: its client makes another. */
export const isOver = ({ until }: Pick<Listener, 'until'>, now: number): boolean => until <= now;

/** Until when a listener lasts whose connection has closed. */
export const afterDisconnect = ({ until }: Pick<Listener, 'until'>, now: number): number =>
  Math.min(until, now + RECONNECT_MS);

/**
 * A server that is restarted is back within seconds, and one at which its developer works within minutes. The last of these
 * attempts is made an hour after the first. Where a server is down for longer, the breaker is open, and what waits for it
 * uses up no attempt, for a day.
 */
export const LISTENER_RETRY: RetryPolicy = {
  schedule: [1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1200],
  jitter: 0.2,
};
