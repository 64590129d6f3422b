import { LANES, type Lane } from '../../endpoint-health/lane.ts';
import { type Addressed, sendAddressed } from '../../platform/sqs.ts';
import type { DeliveryMessage } from '../messages.ts';
import { HOME, readQueues } from './queue-names.ts';

/** The lanes' queues, in all regions. */
export interface LaneQueues {
  /** Where a delivery goes: the lane of its event's region, or the one at home. */
  laneUrl(lane: Lane, region: string | undefined): string;
  /** All queues that the function knows, with their URLs: `slow` at home, `eu-central-1/slow` elsewhere. */
  knownQueues(): { name: string; url: string }[];
  /** A delivery as a message of a lane, of the region that its event names. */
  toLane(lane: Lane, body: DeliveryMessage, delaySeconds?: number): Addressed;
  /** Sends deliveries into a lane, each in its region. @throws SendError with positions in the list */
  sendToLane(lane: Lane, deliveries: readonly DeliveryMessage[]): Promise<void>;
}

/** @param text what the stack says of them, see `readQueues` */
export function laneQueues(text: string): LaneQueues {
  const regions = readQueues(text);
  /** By the region that an event names; `.` stands for all that have no lanes of their own. */
  const lanes = new Map(regions.flatMap(({ serves, queues }) => serves.map((region) => [region, queues])));

  function laneUrl(lane: Lane, region: string | undefined): string {
    const url = (lanes.get(region ?? HOME) ?? lanes.get(HOME))?.[lane];
    if (!url)
      throw new Error(
        `expected the name of one of the lanes ${LANES.join(', ')} in LANES, found none of ${lane}`,
      );
    return url;
  }

  const toLane = (lane: Lane, body: DeliveryMessage, delaySeconds = 0): Addressed => ({
    queueUrl: laneUrl(lane, body.event.region),
    body,
    group: body.target,
    delaySeconds,
  });

  return {
    laneUrl,
    toLane,
    knownQueues: () =>
      regions.flatMap(({ region, queues }) =>
        Object.entries(queues).map(([name, url]) => ({ name: region ? `${region}/${name}` : name, url })),
      ),
    sendToLane: (lane, deliveries) => sendAddressed(deliveries.map((delivery) => toLane(lane, delivery))),
  };
}
