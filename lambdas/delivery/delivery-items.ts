import * as z from 'zod/mini';
import { expiry } from '../events/event-items.ts';
import { deliveryKey } from '../events/log-keys.ts';
import { type Attempt, attempt } from '../http-client/attempt-record.ts';
import type { Item } from '../platform/dynamo.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { type Unknown, unknownFrom, unknownText } from '../values/unknown-fields.ts';
import {
  DEATH_REASONS,
  type DeathReason,
  outcomeOrder,
  STORED_STATUSES,
  type StoredStatus,
} from './delivery.ts';
import { indexKeys } from './delivery-indexes.ts';
import type { Outcome } from './outcome-schema.ts';
import { FIRST_SHARDS } from './spread.ts';

/** A delivery as the log holds it. */
export interface LoggedDelivery {
  readonly subscription: string;
  readonly target: string;
  readonly event: { readonly id: string; readonly ulid: string; readonly type: string };
  readonly status: StoredStatus;
  readonly attempts: readonly Attempt[];
  /** As in the delivery's message. */
  readonly dropped?: number | undefined;
  /** Some of those are kept, but not for the caller that is answered. */
  readonly isPartHidden?: boolean | undefined;
  readonly used?: number | undefined;
  readonly run?: number | undefined;
  readonly replayedAt?: number | undefined;
  readonly past?: string | undefined;
  readonly nextAttemptAt?: number | undefined;
  /** What it waits for: a `WaitReason`, or a word of a newer release. */
  readonly waitingFor?: string | undefined;
  /** When the status, as it is now, began. Missing once it has arrived, and where an older release wrote it. */
  readonly since?: number | undefined;
  readonly reason?: DeathReason | undefined;
  /** Rises with each outcome. */
  readonly order: number;
  /** The claim of the replay that has sent it again, as long as no outcome has come of that. */
  readonly replay?: string | undefined;
  /** What its outcome said besides. */
  readonly unknown?: Unknown | undefined;
}

/** A delivery's item. Its key says which subscription and event. */
export const DELIVERY = itemKind('delivery', {
  event: z.string(),
  type: z.string(),
  target: z.string(),
  status: z.enum(STORED_STATUSES),
  order: z.number(),
  attempts: z.array(attempt),
  dropped: z.optional(z.number()),
  used: z.optional(z.number()),
  run: z.optional(z.number()),
  replayedAt: z.optional(z.number()),
  past: z.optional(z.string()),
  nextAttemptAt: z.optional(z.number()),
  wait: z.optional(z.string()),
  since: z.optional(z.number()),
  reason: z.optional(z.enum(DEATH_REASONS)),
  replay: z.optional(z.string()),
  unknown: z.optional(z.string()),
  unknownOfEvent: z.optional(z.string()),
  ttl: z.number(),
});
export type DeliveryItem = ItemOf<typeof DELIVERY> & Key;

/** @param shards of the indexes, where it is undelivered */
export function toItem(one: Outcome, retentionSeconds: number, shards = FIRST_SHARDS): Item {
  const { tenant, subscription, target, event, status, at, isWaiting, attempts, ...rest } = one;
  const { dropped, used, run, replayedAt, past, nextAttemptAt, waitingFor, reason, ...more } = rest;
  // It is about the target, and is told to those who watch.
  const { targetChange: _, logged: __, ...unknown } = more;
  const { id, ulid, type, keepSeconds, ...unknownOfEvent } = event;
  return {
    ...deliveryKey(tenant, subscription, ulid),
    event: id,
    type,
    target,
    status,
    order: outcomeOrder(one),
    waitingSince: isWaiting && at,
    // When it arrived, its last attempt says.
    since: status === 'delivered' ? undefined : at,
    attempts,
    dropped,
    // Left out it means all attempts.
    used: used === attempts.length ? undefined : used,
    run,
    replayedAt,
    past,
    nextAttemptAt,
    wait: waitingFor,
    reason,
    unknown: unknownText(unknown),
    unknownOfEvent: unknownText(unknownOfEvent),
    ttl: expiry(ulid, keepSeconds ?? retentionSeconds),
    ...indexKeys(one, shards),
  };
}

export const fromItem = (item: DeliveryItem, subscription: string): LoggedDelivery => ({
  subscription,
  target: item.target,
  event: { ...unknownFrom(item.unknownOfEvent), id: item.event, ulid: item.sk, type: item.type },
  status: item.status,
  attempts: item.attempts,
  dropped: item.dropped,
  used: item.used,
  run: item.run,
  replayedAt: item.replayedAt,
  past: item.past,
  nextAttemptAt: item.nextAttemptAt,
  waitingFor: item.wait,
  since: item.since,
  reason: item.reason,
  order: item.order,
  replay: item.replay,
  unknown: unknownFrom(item.unknown),
});
