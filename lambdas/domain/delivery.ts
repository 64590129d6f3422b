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
export type DeliveryStatus = StoredStatus | 'queued' | 'attempting';

/** Why an attempt failed without an answer. */
export const ERROR_CLASSES = [
  'timeout',
  'dns',
  'refused',
  'reset',
  'unreachable',
  'tls',
  'protocol',
  /** The target's name leads to an address that is not of the public internet. Nothing was sent. */
  'forbidden_address',
  'network',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Why a delivery is dead. */
export const DEATH_REASONS = [
  /** The schedule is used up. */
  'exhausted',
  /** The endpoint answered with a status that a repetition will not change (4xx). */
  'rejected',
  /** The target's name leads to an address that is not of the public internet. */
  'forbidden_address',
  'target_deleted',
  /** Switched off by its owner. */
  'target_disabled',
  /** The endpoint has not answered the challenge that its target requires. */
  'target_unverified',
  /** The payload is no longer in the bucket. */
  'payload_missing',
  /** It waited for a day: for its endpoint to recover, for pauses to end, or for its turn within the rate limit. */
  'expired',
  /** Our own parts failed on this message as often as its queue allows. */
  'infrastructure',
] as const;
export type DeathReason = (typeof DEATH_REASONS)[number];

/** One HTTP request. */
export interface Attempt {
  /** Milliseconds since the epoch at which it began. */
  readonly at: number;
  readonly ms: number;
  readonly status?: number | undefined;
  readonly error?: ErrorClass | undefined;
  /** What the error said, for a person. */
  readonly detail?: string | undefined;
  /** How long the answer asked to wait (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /**
   * Set on one that the schedule does not count: a probe of an endpoint that was failing, or one that was cut because it
   * took too long for a fast lane.
   */
  readonly uncounted?: true | undefined;
  /**
   * Set on one that took two requests: the first went over a connection that the endpoint had closed meanwhile, and got no
   * byte of an answer, so the second was made at once over a new one.
   */
  readonly reconnected?: true | undefined;
  /** The first kilobytes of the answer's body. */
  readonly answer?: string | undefined;
}

/** What is known of a delivery after an attempt: everything, so that recording it needs no reading. */
export interface Outcome {
  readonly tenant: string;
  readonly subscription: string;
  readonly target: string;
  readonly event: {
    readonly id: string;
    readonly ulid: string;
    readonly type: string;
    readonly keepSeconds?: number | undefined;
  };
  readonly status: StoredStatus;
  /** Milliseconds since the epoch at which this became known. */
  readonly at: number;
  readonly attempts: readonly Attempt[];
  /** How many attempts came before those. */
  readonly dropped?: number | undefined;
  /** Attempts of the schedule that are used up; all of them where it is left out. */
  readonly used?: number | undefined;
  /** How often the delivery was replayed. */
  readonly run?: number | undefined;
  /** When it was last replayed. Milliseconds since the epoch. */
  readonly replayedAt?: number | undefined;
  /** Set when no attempt was made since the last outcome: it began to wait. */
  readonly isWaiting?: true | undefined;
  /** Milliseconds since the epoch; set while `retrying`, and while `parked` for a time rather than in a waiting room. */
  readonly nextAttemptAt?: number | undefined;
  /** Set when `dead`. */
  readonly reason?: DeathReason | undefined;
}

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

type OrderedOutcome = Pick<Outcome, 'attempts' | 'dropped' | 'run' | 'status' | 'isWaiting'>;

/** The status as of now, see the picture above. */
export function statusAt(
  stored: { status: StoredStatus; nextAttemptAt?: number | undefined } | undefined,
  now: number,
): DeliveryStatus {
  if (!stored) return 'queued';
  const due = stored.nextAttemptAt !== undefined && stored.nextAttemptAt <= now;
  return due && (stored.status === 'retrying' || stored.status === 'parked') ? 'attempting' : stored.status;
}
