/**
 * The state machine of a delivery:
 *
 * ```
 * queued ──► attempting ──► delivered
 *    ▲           │
 *    │           ├──► retrying (in a queue) ──┐
 *    │           ├──► parked (in the table) ──┤
 *    └───────────┼────────────────────────────┘
 *                └──► dead
 * ```
 *
 * `queued` and `attempting` are never stored: writing them would double the cost of every delivery. They
 * follow from what is known: no outcome yet means queued, a retry whose time has come is being attempted.
 */
export const STORED_STATUSES = ['delivered', 'retrying', 'parked', 'dead'] as const;
export type StoredStatus = (typeof STORED_STATUSES)[number];
/** How a delivery waits for its next attempt: in a queue, or in a table. */
export const WAITING_STATUSES = ['retrying', 'parked'] as const satisfies readonly StoredStatus[];
/** All that a delivery can be, in the order of its life. */
export const DELIVERY_STATUSES = ['queued', 'attempting', 'retrying', 'parked', 'delivered', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why a delivery is dead. */
export const DEATH_REASONS = [
  /** The schedule is used up. */
  'exhausted',
  /** The endpoint answered with a status that a repetition will not change (4xx). */
  'rejected',
  /** The target's name leads to an address that is not of the public internet. */
  'forbidden_address',
  /** The target's transformation made no request of the event. */
  'transform_failed',
  /** An event was addressed to its subscription while that was paused. */
  'subscription_paused',
  'target_deleted',
  /** The owner switched it off. */
  'target_disabled',
  /** The endpoint has not answered the challenge that its target requires. */
  'target_unverified',
  /** The payload is no longer in the bucket. */
  'payload_missing',
  /** It waited for a day: for its endpoint to recover, for pauses to end, or for a slot within the rate limit. */
  'expired',
  /** Our own parts failed on this message as often as its queue allows. */
  'infrastructure',
] as const;
export type DeathReason = (typeof DEATH_REASONS)[number];

/**
 * What a delivery waits for. A word travels as any text, and is read by `isWaitReason`: it only explains, so a word of a
 * newer release must hold up neither a message nor an item.
 */
export const WAIT_REASONS = [
  /** The next attempt of its schedule, or the time that its endpoint's answer asked for. */
  'retry',
  /** The end of a pause of the whole target, which its endpoint asked for. */
  'pause',
  /** Its time within the target's rate limit. */
  'slot',
  /** The target's rate limit, whose next times are all given away: in the hold queue. */
  'rate_limit',
  /** Its endpoint's recovery: the breaker is open. */
  'recovery',
  /** More deliveries for a request of several events, or the time at which it is made without them. */
  'batch',
  /** A place in the slow lane, after its request was cut in a fast one. */
  'lane',
  /** Its target's owner, who fetches it. */
  'pull',
] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

export const isWaitReason = (word: string | undefined): word is WaitReason =>
  (WAIT_REASONS as readonly (string | undefined)[]).includes(word);

/**
 * Orders the outcomes of one delivery, so that a late message never overwrites a newer state: more attempts are newer;
 * with as many, waiting is newer than the last attempt, and being dead newer than both. A replay is newer than all that
 * was before it.
 */
export function outcomeOrder({ attempts, dropped = 0, run = 0, status, isWaiting }: OrderedOutcome): number {
  const made = run * PER_RUN + (dropped + attempts.length) * PER_ATTEMPT;
  if (status === 'dead') return made + 2;
  return isWaiting ? made + 1 : made;
}
const PER_RUN = 1_000_000;
const PER_ATTEMPT = 4;

/** As much of an outcome as its order hangs on. */
interface OrderedOutcome {
  readonly attempts: readonly unknown[];
  readonly dropped?: number | undefined;
  readonly run?: number | undefined;
  readonly status: StoredStatus;
  readonly isWaiting?: true | undefined;
}

/** The status as of now, see the picture above. */
export function statusAt(stored: TimedStatus | undefined, now: number): DeliveryStatus {
  if (!stored) return 'queued';
  const due = stored.nextAttemptAt !== undefined && stored.nextAttemptAt <= now;
  return due && isWaitingStatus(stored.status) ? 'attempting' : stored.status;
}

export const isWaitingStatus = (status: DeliveryStatus): status is (typeof WAITING_STATUSES)[number] =>
  (WAITING_STATUSES as readonly DeliveryStatus[]).includes(status);

interface TimedStatus {
  readonly status: StoredStatus;
  readonly nextAttemptAt?: number | undefined;
}

/** Whether a delivery is in the hold queue of its target: it waits for no time. */
export const isHeld = ({ status, nextAttemptAt }: TimedStatus): boolean =>
  status === 'parked' && nextAttemptAt === undefined;

/**
 * An attempt that is this late will not come by itself: it waits in a lane for minutes at most, and a longer wait is in
 * the log. Recovery looks for it from then on.
 */
export const OVERDUE_MS = 3600_000;

/** Names a delivery among those of a tenant. */
export interface DeliveryAt {
  readonly ulid: string;
  readonly subscription: string;
}

export const deliveryName = ({ ulid, subscription }: DeliveryAt): string => `${ulid} ${subscription}`;
