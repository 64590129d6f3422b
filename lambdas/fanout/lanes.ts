import { requireEnv } from '../adapters/env.ts';
import { skip } from '../adapters/items.ts';
import { toLane } from '../adapters/lanes.ts';
import { sendAddressed } from '../adapters/sqs.ts';
import { refName } from '../adapters/standing-store.ts';
import { laneFor } from '../domain/lane.ts';
import type { DeliveryMessage } from '../domain/messages.ts';
import { standingsOf } from '../standings.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Sends deliveries, each into the lane that its event's priority and its target's standing ask for. */
export async function sendToLanes(deliveries: readonly DeliveryMessage[]): Promise<void> {
  const refOf = ({ tenant, target }: DeliveryMessage) => ({ tenant, id: target });
  // Without a standing it is the slow lane, where dispatch looks at it anew.
  const standings = await standingsOf(stateTable, deliveries.map(refOf), (_, error) => skip(error));
  const now = Date.now();
  await sendAddressed(
    deliveries.map((delivery) => {
      const standing = standings.get(refName(refOf(delivery)));
      return toLane(laneFor(delivery.event.priority, standing, now), delivery);
    }),
  );
}
