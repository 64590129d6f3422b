import { isCut } from '../delivery/cut-requests.ts';
import type { DeathReason } from '../delivery/delivery.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { isFetchError } from '../http-client/error-class.ts';
import { isNamed } from '../http-client/status-codes.ts';
import { timeOfUlid } from '../values/ids.ts';
import type { Counts } from './tally.ts';

/**
 * Every outcome is one of these endings, and an ending says which counts it raises. So one counter of an item holds up to
 * four counts, and an item in which all goes well has one.
 */
export const ENDINGS = {
  /** Delivered by the first attempt. */
  f: ['deliveries', 'attempts', 'delivered', 'deliveredFirst'],
  /** Delivered by a later one. */
  l: ['attempts', 'retries', 'delivered'],
  /** The first attempt failed, and there will be others. */
  e: ['deliveries', 'attempts', 'failedAttempts'],
  /** A later one failed, and there will be others. */
  r: ['attempts', 'retries', 'failedAttempts'],
  /** Dead with the first attempt. */
  x: ['deliveries', 'attempts', 'failedAttempts', 'dead'],
  /** Dead with a later one. */
  y: ['attempts', 'retries', 'failedAttempts', 'dead'],
  /** Dead without any attempt. */
  z: ['deliveries', 'dead'],
  /** Dead between attempts. */
  w: ['dead'],
} as const satisfies Record<string, readonly (keyof Counts)[]>;
type Ending = keyof typeof ENDINGS;

export const isEnding = (name: string | undefined): name is Ending =>
  name !== undefined && Object.hasOwn(ENDINGS, name);

/** What is counted of an outcome. */
export interface Ended {
  readonly ending: Ending;
  /** Milliseconds that the endpoint took to answer, if an attempt was made. */
  readonly answerMs: number | undefined;
  /** Milliseconds from acceptance to delivery, if it was delivered. */
  readonly latencyMs: number | undefined;
  /** What failed, if an attempt did: an error class, or a status code. */
  readonly error: string | undefined;
  /** A fast lane cut the request. */
  readonly isCut?: boolean;
}

/** @returns undefined for an outcome that only says that its delivery waits */
export function endedBy(outcome: Outcome): Ended | undefined {
  const { attempts, dropped = 0, status } = outcome;
  const attempt = madeAnAttempt(outcome) ? attempts.at(-1) : undefined;
  const total = dropped + attempts.length;
  const isDead = status === 'dead';
  if (!attempt) {
    if (!isDead) return undefined;
    // A delivery is counted at its first attempt, or when it is dead without one.
    const ending = total === 0 ? 'z' : 'w';
    return { ending, answerMs: undefined, latencyMs: undefined, error: undefined };
  }
  const isFirst = total === 1;
  const answerMs = Math.max(0, Math.round(attempt.ms));
  if (status === 'delivered') {
    const latencyMs = Math.max(0, outcome.at - timeOfUlid(outcome.event.ulid));
    return { ending: isFirst ? 'f' : 'l', answerMs, latencyMs, error: undefined };
  }
  const error = attempt.error ?? errorOfStatus(attempt.status);
  if (isDead) return { ending: isFirst ? 'x' : 'y', answerMs, latencyMs: undefined, error };
  return { ending: isFirst ? 'e' : 'r', answerMs, latencyMs: undefined, error, isCut: isCut(attempt, total) };
}

/**
 * A status code that has a name, else its class: an endpoint chooses its codes, and each is a counter of its own in an item
 * that is billed by its size.
 */
function errorOfStatus(status: number | undefined): string {
  if (status === undefined) return 'network';
  return isNamed(status) ? String(status) : `${Math.floor(status / 100)}xx`;
}

/** Some deliveries die between attempts: the target was deleted, the payload is gone, our own parts failed. */
export const madeAnAttempt = ({ status, reason, isWaiting, attempts }: Outcome): boolean =>
  status === 'dead'
    ? reason !== undefined && (DEATHS_BY_ATTEMPT.has(reason) || endedUnfetched(reason, attempts))
    : !isWaiting;

/** A message that was to be fetched: that its day is over is its last attempt, see `afterItsDay`. */
const endedUnfetched = (reason: DeathReason, attempts: Outcome['attempts']): boolean =>
  reason === 'expired' && isFetchError(attempts.at(-1)?.error);

const DEATHS_BY_ATTEMPT = new Set<DeathReason>([
  'exhausted',
  'rejected',
  'forbidden_address',
  'transform_failed',
]);
