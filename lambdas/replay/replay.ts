import { isWaitingStatus, OVERDUE_MS } from '../delivery/delivery.ts';
import type { LoggedDelivery } from '../delivery/delivery-items.ts';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { withStep } from '../delivery/past.ts';
import type { Event } from '../events/event.ts';
import { timeOfUlid } from '../values/ids.ts';

/** Why a delivery is not sent again. */
export const SKIP_REASONS = [
  /** An attempt is to come. In a job that sends what waits: an attempt is under way. */
  'under_way',
  /** It waits in its target's hold queue, which is drained in its turn. */
  'held',
  /** It is not waiting, or no longer. */
  'not_waiting',
  'subscription_deleted',
  /** It died of that, and its subscription is still paused. */
  'subscription_paused',
  'target_deleted',
  /** Switched off by its owner, or by Posthorn. */
  'target_disabled',
  /** The subscription or its target is damaged in its table, until the operator repairs it. */
  'unreadable',
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

/** What the log knows of a delivery, as far as a replay needs it. */
export type Known = Pick<
  LoggedDelivery,
  | 'status'
  | 'reason'
  | 'attempts'
  | 'dropped'
  | 'used'
  | 'run'
  | 'replayedAt'
  | 'past'
  | 'nextAttemptAt'
  | 'waitingFor'
  | 'since'
  | 'replay'
  | 'unknown'
>;

/** An attempt is made, and its outcome in the log, within this time after it was due: a request takes 30 seconds at most. */
const ATTEMPT_MS = 60_000;

/** Which deliveries a replay may send: those that are dead, also those that were delivered, or those that wait. */
export type Wanted = 'dead' | 'all' | 'waiting';

/**
 * Whether a replay may send a delivery again.
 * @param known undefined before the delivery's first outcome
 * @param by the replay's id: what it claimed, and perhaps did not send, it may send
 * @returns `again` for a delivery that this replay has already claimed
 */
export function verdictOn(
  known: Known | undefined,
  event: { readonly ulid: string; readonly isListed: boolean },
  wanted: Wanted,
  by: string,
  now: number,
): 'send' | 'again' | SkipReason {
  const isOverdue = (due: number): boolean => now - due > OVERDUE_MS;
  if (wanted === 'waiting' && known) return verdictOnWaiting(known, by, now);
  if (!known) return event.isListed && !isOverdue(timeOfUlid(event.ulid)) ? 'under_way' : 'send';
  if (known.status === 'dead') return 'send';
  if (known.status === 'delivered') return wanted === 'all' ? 'send' : 'not_dead';
  if (known.replay === by) return 'again';
  return known.nextAttemptAt !== undefined && isOverdue(known.nextAttemptAt) ? 'send' : 'under_way';
}

/**
 * Whether a delivery that died because its subscription was paused has to wait for that to be resumed. What the pause kept
 * back would be sent by the next redrive of all dead letters otherwise. A delivery that died of something else is sent:
 * a pause holds no deliveries under way either.
 */
export const isKeptBack = (
  known: Pick<Known, 'status' | 'reason'> | undefined,
  { isPaused }: { readonly isPaused: boolean },
): boolean => isPaused && known?.status === 'dead' && known.reason === 'subscription_paused';

/** One in a hold queue has no time. One whose time has come is being attempted, unless it should long have been. */
function verdictOnWaiting(
  { status, replay, nextAttemptAt }: Known,
  by: string,
  now: number,
): 'send' | 'again' | SkipReason {
  if (!isWaitingStatus(status)) return 'not_waiting';
  if (replay === by) return 'again';
  if (nextAttemptAt === undefined) return 'send';
  return nextAttemptAt <= now && now - nextAttemptAt <= ATTEMPT_MS ? 'under_way' : 'send';
}

/** A delivery to send again, or for the first time to a subscription that never had its event. */
export interface Resend {
  readonly tenant: string;
  readonly event: Event;
  readonly subscription: string;
  /** The subscription's present target, which may differ from that of the attempts. */
  readonly target: string;
  readonly known: Known | undefined;
}

/**
 * The message of a delivery that was lost: as the log last knew it. The log may have marks of the message before, from a
 * release of dispatch that did not know them: `waited` and `asked` are not for this one.
 */
export function lostMessage({ tenant, event, subscription, target, known }: Resend): DeliveryMessage {
  const { attempts = [], dropped, used, run, replayedAt } = known ?? {};
  const { waited: _, asked: __, ...unknown } = known?.unknown ?? {};
  const frame = { v: 1, kind: 'delivery', tenant, subscription, target, event } as const;
  return { ...unknown, ...frame, attempts, dropped, used, run, replayedAt, past: pastOf(known) };
}

/** What happened to a delivery up to now: it waited, or it died. An older release did not write since when. */
function pastOf(known: Known | undefined): string | undefined {
  const { past, status, reason, waitingFor, since: at } = known ?? {};
  if (!status || at === undefined) return past;
  if (status === 'dead') return withStep(past, { kind: 'dead', reason, at });
  const waits = isWaitingStatus(status) && waitingFor !== undefined;
  return waits ? withStep(past, { kind: 'waited', reason: waitingFor, at }) : past;
}

/** The past of a delivery that is sent again. */
export const replayedPast = (known: Known | undefined, now: number): string =>
  withStep(pastOf(known), { kind: 'replayed', at: now });

/** The message of a replay: with the attempts before, and a schedule of its own. */
export const replayedMessage = (resend: Resend, now: number): DeliveryMessage => ({
  ...lostMessage(resend),
  used: 0,
  run: (resend.known?.run ?? 0) + 1,
  replayedAt: now,
  past: replayedPast(resend.known, now),
});

/** The message of a delivery that was claimed before: its run has already begun. */
export const repeatedMessage = (resend: Resend, now: number): DeliveryMessage => ({
  ...replayedMessage(resend, now),
  run: resend.known?.run ?? 1,
  past: resend.known?.past,
});

/**
 * How fast a job goes. All tenants share the bulk lane, so a job sends no more to it in a second than the target takes, or
 * this many if the target has no rate limit.
 */
const PER_SECOND = 200;
/** A page has for a target what its rate limit allows in this time, and at least one. */
const WINDOW_SECONDS = 5;
const PAGE_DELIVERIES = 200;
/** The longest delay of a message in SQS. */
const MAX_PAUSE_SECONDS = 900;

/** What a page sends to one target. */
export interface Load {
  readonly count: number;
  readonly perSecond: number | undefined;
}

/** What the first page of a job sends to a target of which it is not known whether it is back; the next twice as many. */
const FIRST_STEP = 10;

/** How many deliveries of a target a page may have, of a job that begins slowly. @param page 0 for the first */
export const stepOf = (page: number): number =>
  Math.min(PAGE_DELIVERIES, FIRST_STEP * 2 ** Math.min(page, 10));

/** Whether a page may send one more delivery to a target. @param most that it may have of it */
export function fitsPage(
  loads: ReadonlyMap<string, Load>,
  target: string,
  perSecond: number | undefined,
  most = PAGE_DELIVERIES,
): boolean {
  const count = loads.get(target)?.count ?? 0;
  if (count >= most) return false;
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
