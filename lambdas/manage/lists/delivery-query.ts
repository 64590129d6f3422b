/** Which deliveries a list wants, and where it finds them (docs/decisions/31-lists-of-deliveries.md). Pure. */

import type { DeliveryQuery } from '../../api/deliveries.ts';
import {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  statusAt,
  WAITING_STATUSES,
} from '../../delivery/delivery.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import type { UndeliveredRow } from '../../delivery/undelivered-store.ts';
import { deliveryAtPlace } from '../../events/log-keys.ts';
import { typeMatcher } from '../../events/type-index.ts';
import { type Caller, isWithin } from '../../http/caller.ts';

/** Which deliveries a list wants. */
export interface DeliveryFilter {
  readonly statuses: ReadonlySet<DeliveryStatus>;
  readonly target?: string | undefined;
  /** Of these targets alone: those that the caller is limited to. */
  readonly within?: readonly string[] | undefined;
  readonly subscription?: string | undefined;
  readonly reason?: string | undefined;
  readonly isOfType?: ((type: string) => boolean) | undefined;
  /** Of the last answer's status code; 0 without one. */
  readonly isOfCode?: ((code: number) => boolean) | undefined;
  /** No answer of 2xx is wanted, so no delivery that has arrived. */
  readonly isFailureCode: boolean;
}

/** Where the deliveries of a list are found. */
export type Source =
  /** In the index of what waits or is dead. */
  | { readonly kind: 'undelivered' }
  /** In the index of what waits for a target. */
  | { readonly kind: 'waiting'; readonly target: string }
  | { readonly kind: 'subscription'; readonly subscription: string }
  /** Through the subscriptions that bind a target. */
  | { readonly kind: 'target'; readonly target: string }
  /** Through the events of the tenant, with their subscriptions. */
  | { readonly kind: 'events' };

/**
 * Statuses of a delivery that the index holds as waiting. One that is being attempted is stored as `retrying` or `parked`.
 */
const WAITING: readonly DeliveryStatus[] = ['attempting', ...WAITING_STATUSES];
const UNDELIVERED: readonly DeliveryStatus[] = [...WAITING, 'dead'];

export function filterOf(query: DeliveryQuery, { targets }: Pick<Caller, 'targets'> = {}): DeliveryFilter {
  const { status, targetId, subscriptionId, reason, eventType, statusCode } = query;
  const isOfCode = statusCode === undefined ? undefined : codeMatcher(statusCode);
  return {
    // Only a dead letter has a reason.
    statuses: new Set((status ?? DELIVERY_STATUSES).filter((one) => reason === undefined || one === 'dead')),
    target: targetId,
    within: targets,
    subscription: subscriptionId,
    reason,
    isOfType: eventType === undefined ? undefined : typeMatcher([eventType]),
    isOfCode,
    isFailureCode: statusCode !== undefined && !statusCode.startsWith('2'),
  };
}

/** @param text such as `503`, `5xx`, or `none` for no answer */
function codeMatcher(text: string): (code: number) => boolean {
  if (text === 'none') return (code) => code === 0;
  return text.endsWith('xx')
    ? (code) => Math.floor(code / 100) === Number(text[0])
    : (code) => code === Number(text);
}

export function sourceOf({ statuses, target, within, subscription, isFailureCode }: DeliveryFilter): Source {
  const isAmong = (of: readonly DeliveryStatus[]): boolean => [...statuses].every((one) => of.includes(one));
  if (target !== undefined && isAmong(WAITING)) return { kind: 'waiting', target };
  if (isAmong(UNDELIVERED) || isFailureCode) return { kind: 'undelivered' };
  // One without an outcome is in no list but that of its event.
  const wantsQueued = statuses.has('queued') && statuses.size < DELIVERY_STATUSES.length;
  // The events of all targets tell a limited caller how many there are.
  if (wantsQueued && !within) return { kind: 'events' };
  if (subscription !== undefined) return { kind: 'subscription', subscription };
  return target === undefined ? { kind: 'events' } : { kind: 'target', target };
}

/** Whether the index's entry may be wanted. The delivery itself decides: an index is a moment behind. */
export function mayFit(filter: DeliveryFilter, row: UndeliveredRow): boolean {
  const { statuses, target, within, subscription, reason, isOfType, isOfCode } = filter;
  const { undeliveredAt, status = '', type = '', code = -1 } = row;
  const isOfStatus = status === 'dead' ? statuses.has('dead') : WAITING.some((one) => statuses.has(one));
  return (
    isOfStatus &&
    (target === undefined || row.target === target) &&
    isWithin({ targets: within }, row.target) &&
    (subscription === undefined || deliveryAtPlace(undeliveredAt).subscription === subscription) &&
    (reason === undefined || row.reason === reason) &&
    (isOfType?.(type) ?? true) &&
    (isOfCode?.(code) ?? true)
  );
}

/** Whether a filter leaves out some of what its index has. */
export const isSelective = ({
  target,
  within,
  subscription,
  reason,
  isOfType,
  isOfCode,
  statuses,
}: DeliveryFilter): boolean =>
  (target ?? within ?? subscription ?? reason ?? isOfType ?? isOfCode) !== undefined ||
  UNDELIVERED.some((one) => !statuses.has(one));

export function fits(filter: DeliveryFilter, delivery: LoggedDelivery, now: number): boolean {
  const { statuses, target, within, subscription, reason, isOfType, isOfCode } = filter;
  const last = delivery.attempts.at(-1);
  return (
    statuses.has(statusAt(delivery, now)) &&
    (target === undefined || delivery.target === target) &&
    isWithin({ targets: within }, delivery.target) &&
    (subscription === undefined || delivery.subscription === subscription) &&
    (reason === undefined || delivery.reason === reason) &&
    (isOfType?.(delivery.event.type) ?? true) &&
    (isOfCode === undefined || (last !== undefined && isOfCode(last.status ?? 0)))
  );
}

/** Whether a delivery without an outcome is wanted. Which target it goes to is not known yet. */
export const fitsQueued = (
  { statuses, target, within, subscription, isOfCode }: DeliveryFilter,
  of: string,
): boolean =>
  statuses.has('queued') &&
  target === undefined &&
  within === undefined &&
  isOfCode === undefined &&
  (subscription === undefined || subscription === of);
