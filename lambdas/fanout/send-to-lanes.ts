import type { DeliveryMessage } from '../delivery/messages.ts';
import { messageOf, packDeliveries } from '../delivery/packed-deliveries.ts';
import type { EndpointHealth } from '../endpoint-health/health.ts';
import { awaitsProbe, isFast, type Lane, laneFor } from '../endpoint-health/lane.ts';
import type { Addressed } from '../platform/sqs.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';

export interface SendToLanesDeps {
  /** The health of targets, by `refName`. A target that is left out is taken for an unknown one. */
  healthOf(targets: readonly TargetRef[]): Promise<ReadonlyMap<string, EndpointHealth>>;
  /** Puts deliveries into hold queues. @returns those that could not be held, see `holdAtOnce` */
  holdAtOnce(deliveries: readonly DeliveryMessage[]): Promise<readonly DeliveryMessage[]>;
  /** A delivery as a message of a lane. Those of a tenant and region have one queue. */
  toLane(lane: Lane, delivery: DeliveryMessage): Addressed;
  /** @throws SendError */
  send(messages: readonly Addressed[]): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Sends each delivery into the lane that its event's priority and its target's health ask for. A target of unknown
 * health gets the slow lane, where dispatch looks its health up again. What would only be held there is held at once, after
 * the others are on their way.
 */
export async function sendToLanes(
  deps: SendToLanesDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<void> {
  const healthByTarget = await deps.healthOf(deliveries.map(({ tenant, target }) => ({ tenant, target })));
  const healthOf = (delivery: DeliveryMessage) => healthByTarget.get(refName(delivery));
  const { going = [], waiting = [] } = Object.groupBy(deliveries, (one) =>
    awaitsProbe(healthOf(one)) ? 'waiting' : 'going',
  );
  const at = deps.now();
  const send = (all: readonly DeliveryMessage[]): Promise<void> =>
    deps.send(messagesOf(deps, all, (one) => laneFor(one.event.priority, healthOf(one), at)));
  await send(going);
  if (waiting.length > 0) await send(await deps.holdAtOnce(waiting));
}

/** Several deliveries of a fast lane have one message. */
const messagesOf = (
  { toLane }: SendToLanesDeps,
  deliveries: readonly DeliveryMessage[],
  laneOf: (delivery: DeliveryMessage) => Lane,
): Addressed[] =>
  [...Map.groupBy(deliveries, laneOf)].flatMap(([lane, ofLane]) => {
    const groups = isFast(lane) ? packDeliveries(ofLane) : ofLane.map((one) => [one]);
    return groups.map((group) => ({ ...toLane(lane, group[0]!), body: messageOf(group) }));
  });
