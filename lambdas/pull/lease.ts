import type { DeliveryMessage } from '../delivery/messages.ts';
import { attemptsUsed, withAttempt } from '../delivery/outcome.ts';
import { hasExpired } from '../delivery/triage.ts';
import type { Attempt } from '../http-client/attempt-record.ts';

/**
 * A message of a pull target: a delivery in its hold queue, and who has it. A lease is an attempt that has begun. It ends well when
 * it is acknowledged; else it has failed when it is given back, or when its time is over.
 */

/** A lease, as the item of a held delivery has it. */
export interface Lease {
  /** Made anew with each lease. */
  readonly token: string;
  /** Who has fetched it: a credential's id. */
  readonly by: string;
  /** Milliseconds since the epoch, as are those that follow. */
  readonly at: number;
  /** Nobody else gets it before. */
  readonly until: number;
  /** When it was given back; nobody has it since. */
  readonly releasedAt?: number | undefined;
}

/** A lease lasts so long at most, however often it is extended: as long as SQS hides a message. */
export const MAX_LEASE_SECONDS = 12 * 3600;

/** Whether the lease of this token is the last one, and was not given back. One whose time is over is good until the next. */
export const isHolder = (lease: Lease | undefined, token: string): lease is Lease =>
  lease !== undefined && lease.token === token && lease.releasedAt === undefined;

/** What can be done with a message. */
export type Fate =
  /** Somebody has it, or has given it back for later. */
  | 'leased'
  | 'available'
  /** It was leased as often as its target allows. */
  | 'exhausted'
  /** Its day is over. */
  | 'expired';

/** @param now milliseconds since the epoch */
export function fateOf(
  delivery: DeliveryMessage,
  lease: Lease | undefined,
  maxReceives: number,
  now: number,
): Fate {
  if (lease && lease.until > now) return 'leased';
  if (attemptsUsed(delivery) + (lease ? 1 : 0) >= maxReceives) return 'exhausted';
  return hasExpired(delivery, now) ? 'expired' : 'available';
}

/** The delivery after the end of its lease, which came to nothing. */
export const afterLease = (delivery: DeliveryMessage, lease: Lease | undefined): DeliveryMessage =>
  lease ? withAttempt(delivery, failedFetch(lease)) : delivery;

/** The delivery as it dies, since its day is over. That nobody has fetched it is a failed attempt, which its target shows. */
export const afterItsDay = (
  delivery: DeliveryMessage,
  lease: Lease | undefined,
  now: number,
): DeliveryMessage =>
  withAttempt(delivery, lease ? failedFetch(lease) : { at: now, ms: 0, error: 'not_fetched' });

/** The delivery after its lease was acknowledged. */
export const acknowledged = (delivery: DeliveryMessage, { by, at }: Lease, now: number): DeliveryMessage =>
  withAttempt(delivery, { at, ms: Math.max(0, now - at), verdict: 'delivered', detail: fetchedBy(by) });

function failedFetch({ by, at, until, releasedAt }: Lease): Attempt {
  const end = releasedAt ?? until;
  const error = releasedAt === undefined ? 'not_acknowledged' : 'released';
  return { at, ms: Math.max(0, end - at), error, detail: fetchedBy(by) };
}

const fetchedBy = (credential: string): string => `fetched by ${credential}`;
