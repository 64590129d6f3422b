import { failureText } from '../failure-words.ts';
import { durationText } from '../times.ts';
import type { Attempt, DeathReason, Delivery, DeliveryStatus, WaitReason } from './types.ts';

/** What is known of deliveries and attempts, in words. */

/** Why a delivery is dead, as a filter's choice and in a row. */
export const DEATH_LABELS: Readonly<Record<DeathReason, string>> = {
  exhausted: 'All attempts failed',
  rejected: 'Rejected by the endpoint',
  forbidden_address: 'Address not allowed',
  transform_failed: 'Transformation failed',
  subscription_paused: 'Subscription paused',
  target_deleted: 'Endpoint deleted',
  target_disabled: 'Endpoint disabled',
  target_unverified: 'Endpoint unverified',
  payload_missing: 'Payload gone',
  expired: 'Waited for a day',
  infrastructure: 'Fault of Posthorn',
};

const isDeath = (reason: string): reason is DeathReason => Object.hasOwn(DEATH_LABELS, reason);

/** A reason of a newer release is shown as it is named. */
export const deathLabel = (reason: string): string =>
  isDeath(reason) ? DEATH_LABELS[reason] : reason.replaceAll('_', ' ');

/** Behind "Waiting ". */
const WAITS: Readonly<Record<WaitReason, string>> = {
  retry: 'before the next attempt',
  pause: 'because the endpoint asked for a pause',
  slot: 'for its turn within the endpoint’s rate limit',
  rate_limit: 'for its turn within the endpoint’s rate limit',
  recovery: 'for the endpoint to recover',
  batch: 'for more events to send together',
  lane: 'for a place where requests may take longer',
  pull: 'for its owner to fetch it',
};

export const waitText = (reason: string | undefined): string | undefined =>
  reason !== undefined && Object.hasOwn(WAITS, reason) ? WAITS[reason as WaitReason] : undefined;

interface Outcome {
  readonly statusCode?: number | undefined;
  readonly error?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly verdict?: string | undefined;
}

/** What came of a request: `503 unavailable in 120 ms`, `No answer in time after 15 s`. */
export function outcomeText({ statusCode, error, durationMs, verdict }: Outcome): string {
  const failure = failureText({ statusCode, error, verdict });
  const what = failure.charAt(0).toUpperCase() + failure.slice(1);
  if (durationMs === undefined) return what;
  return `${what} ${statusCode !== undefined ? 'in' : 'after'} ${durationText(durationMs)}`;
}

export const isSuccess = ({ statusCode, verdict }: Pick<Attempt, 'statusCode' | 'verdict'>): boolean =>
  verdict !== undefined
    ? verdict === 'delivered'
    : statusCode !== undefined && statusCode >= 200 && statusCode < 300;

/** What an attempt says of itself that its outcome does not. */
export function attemptNotes({ uncounted, reconnected }: Attempt): string[] {
  return [
    ...(uncounted ? ['The retry schedule does not count it: it was a probe, or was cut after 2 s.'] : []),
    ...(reconnected
      ? ['The endpoint had closed the connection, so the request went out again over a new one.']
      : []),
  ];
}

/** Whether it will be tried again by itself. */
export const isWaiting = (status: DeliveryStatus | string): boolean =>
  status === 'retrying' || status === 'parked';
export const isSettled = (status: DeliveryStatus | string): boolean =>
  status === 'delivered' || status === 'dead';

/** In a row: why it is in its state, as short as it can be said. */
export function rowReason({ status, reason, waitingFor, attempts }: Omit<Delivery, 'event'>): string {
  const last = attempts.at(-1);
  const outcome = last && outcomeText(last);
  if (status === 'dead' && reason && reason !== 'rejected') return joined(deathLabel(reason), outcome);
  if (isWaiting(status) && waitingFor && waitingFor !== 'retry')
    return joined(`Waits ${WAITS[waitingFor] ?? ''}`, outcome);
  return outcome ?? '';
}

/** The same of an outcome that the live channel told: its reason is of the death, of the attempt, or of the wait. */
export function liveText({ statusCode, ms, reason }: Live): string {
  if (reason !== undefined && reason !== 'rejected' && isDeath(reason)) return deathLabel(reason);
  const wait = statusCode === undefined && waitText(reason);
  if (wait) return `Waits ${wait}`;
  if (statusCode === undefined && reason === undefined) return '';
  return outcomeText({ statusCode, error: reason, durationMs: ms });
}

interface Live {
  readonly statusCode?: number | undefined;
  readonly ms?: number | undefined;
  readonly reason?: string | undefined;
}

const joined = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' · ');
