import type { StoredStatus } from '../delivery/delivery.ts';
import type { DeliveryMessage } from '../delivery/messages.ts';
import type { Event } from '../events/event.ts';
import type { Attempt } from '../http-client/attempt.ts';
import { timeOfUlid } from '../values/ids.ts';
import type { Unknown } from '../values/unknown-fields.ts';

/** Why a delivery is not sent again. */
export const SKIP_REASONS = [
  /** It has an attempt to come, or waits for one. */
  'under_way',
  'subscription_deleted',
  'target_deleted',
  /** Switched off by its owner, or by Posthorn. */
  'target_disabled',
  /** The payload, which the filter asks for, is no longer there. */
  'payload_missing',
  /** The log no longer has the event. */
  'event_expired',
  /** Nothing is known of a delivery of this id. */
  'not_found',
  /** It is no dead letter, or no longer one. */
  'not_dead',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What the log knows of a delivery, as far as it matters here. */
export interface Known {
  readonly status: StoredStatus;
  readonly attempts: readonly Attempt[];
  readonly dropped?: number | undefined;
  readonly used?: number | undefined;
  readonly run?: number | undefined;
  readonly replayedAt?: number | undefined;
  readonly nextAttemptAt?: number | undefined;
  /** Who sent it again, as long as nothing has come of that. */
  readonly replay?: string | undefined;
  /** What its messages said besides. */
  readonly unknown?: Unknown | undefined;
}

/**
 * An attempt that is this late will not come by itself: it waits in a lane for minutes at most, and what makes it wait
 * for longer says so in the log.
 */
const OVERDUE_MS = 3600_000;

/**
 * Whether a delivery may be sent again. Nothing is known of one whose first outcome has not come.
 * @param wanted all deliveries, or only those that are dead
 * @param by who asks: what it has begun itself, and perhaps not ended, it may begin again
 * @returns `again` for what was begun, so that it is already noted
 */
export function verdictOn(
  known: Known | undefined,
  event: { readonly ulid: string; readonly isListed: boolean },
  wanted: 'dead' | 'all',
  by: string,
  now: number,
): 'send' | 'again' | SkipReason {
  const isOverdue = (due: number): boolean => now - due > OVERDUE_MS;
  if (!known) return event.isListed && !isOverdue(timeOfUlid(event.ulid)) ? 'under_way' : 'send';
  if (known.status === 'dead') return 'send';
  if (known.status === 'delivered') return wanted === 'all' ? 'send' : 'not_dead';
  if (known.replay === by) return 'again';
  return known.nextAttemptAt !== undefined && isOverdue(known.nextAttemptAt) ? 'send' : 'under_way';
}

/** A delivery that is to be sent again, or to a subscription that never had its event. */
export interface Resend {
  readonly tenant: string;
  readonly event: Event;
  readonly subscription: string;
  /** The subscription's present one, which may be another than that of the attempts. */
  readonly target: string;
  readonly known: Known | undefined;
}

/** The message of a delivery that was lost: as it was last known. */
export function lostMessage({ tenant, event, subscription, target, known }: Resend): DeliveryMessage {
  const { attempts = [], dropped, used, run, replayedAt, unknown } = known ?? {};
  const frame = { v: 1, kind: 'delivery', tenant, subscription, target, event } as const;
  return { ...unknown, ...frame, attempts, dropped, used, run, replayedAt };
}

/** The message of a replay: with all that came before, and a schedule of its own. */
export const replayedMessage = (resend: Resend, now: number): DeliveryMessage => ({
  ...lostMessage(resend),
  used: 0,
  run: (resend.known?.run ?? 0) + 1,
  replayedAt: now,
});

/** The message of one that was begun before: it is in its run already. */
export const repeatedMessage = (resend: Resend, now: number): DeliveryMessage => ({
  ...replayedMessage(resend, now),
  run: resend.known?.run ?? 1,
});

/**
 * How fast a job goes. What it sends lies in the bulk lane, which is everybody's: a job puts no more there in a second
 * than the target takes, or this many where it takes any number.
 */
const PER_SECOND = 200;
/** A page has no more for a target than its rate limit allows in this time, but for one. */
const WINDOW_SECONDS = 5;
const PAGE_DELIVERIES = 200;
/** As long as SQS delays a message at most. */
const MAX_PAUSE_SECONDS = 900;

/** What a page sends to one target. */
export interface Load {
  readonly count: number;
  readonly perSecond: number | undefined;
}

/** Whether a page may send one more to a target. */
export function hasRoom(
  loads: ReadonlyMap<string, Load>,
  target: string,
  perSecond: number | undefined,
): boolean {
  const count = loads.get(target)?.count ?? 0;
  if (perSecond !== undefined && count >= Math.max(1, Math.floor(perSecond * WINDOW_SECONDS))) return false;
  return totalOf(loads) < PAGE_DELIVERIES;
}

const totalOf = (loads: ReadonlyMap<string, Load>): number =>
  [...loads.values()].reduce((sum, { count }) => sum + count, 0);

/** How long the next page has to wait, in whole seconds. */
export function pauseSeconds(loads: ReadonlyMap<string, Load>): number {
  const each = [...loads.values()].map(({ count, perSecond = PER_SECOND }) => count / perSecond);
  return Math.min(MAX_PAUSE_SECONDS, Math.ceil(Math.max(0, totalOf(loads) / PER_SECOND, ...each)));
}
