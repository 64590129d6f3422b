import type { Row } from '../../../api/types.ts';

type Delivery = Row<'/v1/deliveries'>;

const WAITS: Readonly<Record<NonNullable<Delivery['waitingFor']>, string>> = {
  retry: 'waits for its next attempt',
  pause: 'held: the endpoint asked for a pause',
  slot: 'waits for its time within the rate limit',
  rate_limit: 'held: more waits than the rate limit allows',
  recovery: 'held until the endpoint answers again',
  batch: 'waits for more deliveries to go with it',
  lane: 'is tried again where it may take longer',
};

const DEATHS: Readonly<Record<NonNullable<Delivery['reason']>, string>> = {
  exhausted: 'all attempts failed',
  rejected: 'rejected by the endpoint',
  forbidden_address: 'its address is not allowed',
  subscription_paused: 'its subscription was paused',
  target_deleted: 'the endpoint was deleted',
  target_disabled: 'the endpoint was disabled',
  target_unverified: 'the endpoint had not answered its challenge',
  payload_missing: 'its payload is no longer kept',
  expired: 'it waited for a day',
  infrastructure: 'a part of Posthorn failed on it',
};

/** Why a delivery that had no attempt has not arrived. */
export function whyText({ waitingFor, reason }: Pick<Delivery, 'waitingFor' | 'reason'>): string {
  if (reason !== undefined) return DEATHS[reason];
  return waitingFor === undefined ? 'waits for its first attempt' : WAITS[waitingFor];
}
