import type { DeliveryMessage } from '../delivery/messages.ts';
import type { EndpointHealth } from '../endpoint-health/health.ts';
import { type Lane, laneFor } from '../endpoint-health/lane.ts';
import type { Addressed } from '../platform/sqs.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';

export interface SendToLanesDeps {
  /** The health of targets, by `refName`. A target that is left out is taken for an unknown one. */
  healthOf(targets: readonly TargetRef[]): Promise<ReadonlyMap<string, EndpointHealth>>;
  /** A delivery as a message of a lane. */
  toLane(lane: Lane, delivery: DeliveryMessage): Addressed;
  /** @throws SendError */
  send(messages: readonly Addressed[]): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Sends each delivery into the lane that its event's priority and its target's health ask for. A target of unknown
 * health gets the slow lane, where dispatch looks its health up again.
 */
export async function sendToLanes(
  { healthOf, toLane, send, now }: SendToLanesDeps,
  deliveries: readonly DeliveryMessage[],
): Promise<void> {
  const healthByTarget = await healthOf(deliveries.map(({ tenant, target }) => ({ tenant, target })));
  const at = now();
  await send(
    deliveries.map((delivery) => {
      const health = healthByTarget.get(refName(delivery));
      return toLane(laneFor(delivery.event.priority, health, at), delivery);
    }),
  );
}
