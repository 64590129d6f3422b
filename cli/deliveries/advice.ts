import type { Schemas } from '../../client/index.ts';

type Delivery = Schemas['Delivery'];
type Reason = NonNullable<Delivery['reason']>;

const REPLAY = (id: string): string => `posthorn deliveries replay ${id}`;

/** Of dead deliveries: what has happened, and what to do about it. */
const DEAD: Readonly<Record<Reason, (delivery: Delivery) => string>> = {
  exhausted: ({ id }) => `All attempts failed. Once the endpoint works: ${REPLAY(id)}`,
  rejected: ({ id }) =>
    `The endpoint refused it, and would refuse it again. Once its code takes such an event: ${REPLAY(id)}`,
  forbidden_address: ({ targetId }) =>
    `The target's address leads to where nothing may be posted. Another one: posthorn targets update ${targetId ?? '…'} --url …`,
  transform_failed: ({ id, targetId }) =>
    `The target’s transformation made no request of it. Mend it: posthorn targets update ${targetId ?? '…'} --transform …, then ${REPLAY(id)}`,
  subscription_paused: ({ id, subscriptionId }) =>
    `Its subscription was paused: posthorn subscriptions resume ${subscriptionId}, then ${REPLAY(id)}`,
  target_deleted: ({ id, subscriptionId }) =>
    `Its target was deleted: posthorn subscriptions update ${subscriptionId} --target-id …, then ${REPLAY(id)}`,
  target_disabled: ({ id, targetId }) =>
    `Its target is disabled: posthorn targets resume ${targetId ?? '…'}, then ${REPLAY(id)}`,
  target_unverified: ({ id, targetId }) =>
    `Its endpoint has not answered the challenge: posthorn targets challenge ${targetId ?? '…'}, then ${REPLAY(id)}`,
  payload_missing: () => 'Its payload is gone, so it can’t be sent again.',
  expired: ({ id }) => `It waited too long. If it is still of use: ${REPLAY(id)}`,
  infrastructure: ({ id }) => `A part of Posthorn failed on it, and not its endpoint: ${REPLAY(id)}`,
};

const WAITING: Readonly<Record<NonNullable<Delivery['waitingFor']>, string>> = {
  retry: 'It waits for the next attempt of its schedule',
  pause: 'Its endpoint has asked for a pause',
  slot: 'It waits for a free connection to its endpoint',
  rate_limit: 'It waits for the target’s rate limit',
  recovery: 'Its endpoint keeps failing, so it is held until a probe succeeds',
  batch: 'It waits for others that go in the same request',
  lane: 'It waits in a lane of its own, since its endpoint is slow',
  pull: 'It waits to be fetched, by posthorn messages fetch or its owner’s program',
};

/** What a person can do for a delivery, in a sentence; undefined where there is nothing to do. Pure. */
export function adviceFor(delivery: Delivery): string | undefined {
  const { id, status, reason, waitingFor } = delivery;
  if (status === 'dead' && reason !== undefined) return DEAD[reason]?.(delivery);
  if (status !== 'retrying' && status !== 'parked') return undefined;
  const why = waitingFor === undefined ? 'It waits' : WAITING[waitingFor];
  return `${why}. To try it now: posthorn deliveries retry ${id}`;
}
