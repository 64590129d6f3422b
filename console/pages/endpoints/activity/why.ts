import type { Row } from '../../../api/types.ts';

type Delivery = Row<'/v1/deliveries'>;

const WAITS: Readonly<Record<NonNullable<Delivery['waitingFor']>, string>> = {
  retry: 'waits for its next attempt',
  pause: 'is held: the endpoint asked for a pause',
  slot: 'waits for its time within the rate limit',
  rate_limit: 'is held: more waits than the rate limit allows',
  recovery: 'is held until the endpoint answers again',
  batch: 'waits for more deliveries to go with it',
  lane: 'is tried again where it may take longer',
};

const DEATHS: Readonly<Record<NonNullable<Delivery['reason']>, string>> = {
  exhausted: 'died: all attempts failed',
  rejected: 'was rejected by the endpoint',
  forbidden_address: 'died: the endpoint’s address is not allowed',
  subscription_paused: 'died: its subscription was paused',
  target_deleted: 'died: the endpoint was deleted',
  target_disabled: 'died: the endpoint was disabled',
  target_unverified: 'died: the endpoint had not answered its challenge',
  payload_missing: 'died: its payload is no longer kept',
  expired: 'waited for a day in vain',
  infrastructure: 'died: a part of Posthorn failed on it',
};

/** Why a delivery that had no attempt has not arrived: how a sentence about it goes on. */
export function whyText({ waitingFor, reason }: Pick<Delivery, 'waitingFor' | 'reason'>): string {
  if (reason !== undefined) return DEATHS[reason];
  return waitingFor === undefined ? 'waits for its first attempt' : WAITS[waitingFor];
}
