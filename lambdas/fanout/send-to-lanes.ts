import { toLane } from '../delivery/lane-queues.ts';
import type { DeliveryMessage } from '../delivery/messages.ts';
import { cachedHealth } from '../endpoint-health/health-cache.ts';
import { laneFor } from '../endpoint-health/lane.ts';
import { requireEnv } from '../platform/env.ts';
import { skip } from '../platform/items.ts';
import { sendAddressed } from '../platform/sqs.ts';
import { refName } from '../values/target-ref.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Sends deliveries, each into the lane that its event's priority and its target's standing ask for. */
export async function sendToLanes(deliveries: readonly DeliveryMessage[]): Promise<void> {
  const refOf = ({ tenant, target }: DeliveryMessage) => ({ tenant, target });
  // Without a standing it is the slow lane, where dispatch looks at it anew.
  const healthByTarget = await cachedHealth(stateTable, deliveries.map(refOf), (_, error) => skip(error));
  const now = Date.now();
  await sendAddressed(
    deliveries.map((delivery) => {
      const health = healthByTarget.get(refName(refOf(delivery)));
      return toLane(laneFor(delivery.event.priority, health, now), delivery);
    }),
  );
}
