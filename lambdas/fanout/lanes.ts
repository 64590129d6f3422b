import { requireEnv } from '../adapters/env.ts';
import { laneUrl } from '../adapters/lane-urls.ts';
import { sendMessages } from '../adapters/sqs.ts';
import { refName } from '../adapters/standing-store.ts';
import { laneFor } from '../domain/lane.ts';
import type { DeliveryMessage } from '../domain/messages.ts';
import { standingsOf } from '../standings.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Sends deliveries, each into the lane that its event's priority and its target's standing ask for. */
export async function sendToLanes(deliveries: readonly DeliveryMessage[]): Promise<void> {
  const refOf = ({ tenant, target }: DeliveryMessage) => ({ tenant, id: target });
  const standings = await standingsOf(stateTable, deliveries.map(refOf));
  const now = Date.now();
  const byUrl = Map.groupBy(deliveries, (delivery) => {
    const lane = laneFor(delivery.event.priority, standings.get(refName(refOf(delivery))), now);
    return laneUrl(lane, delivery.event.region);
  });
  await Promise.all(
    [...byUrl].map(([url, ofLane]) =>
      sendMessages(
        url,
        ofLane.map((body) => ({ body, group: body.target })),
      ),
    ),
  );
}
