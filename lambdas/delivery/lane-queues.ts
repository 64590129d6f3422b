import { HOME, LANES, type Lane } from '../endpoint-health/lane.ts';
import { requireEnv } from '../platform/env.ts';
import { type Addressed, sendAddressed } from '../platform/sqs.ts';
import type { DeliveryMessage } from './messages.ts';
import { readQueues } from './queue-names.ts';

const regions = readQueues(requireEnv('LANES'));

/** By the region that an event names; `.` stands for all that have no lanes of their own. */
const lanes = new Map(regions.flatMap(({ serves, queues }) => serves.map((region) => [region, queues])));

/** Where a delivery goes: the lane of its event's region, or the one at home. */
export function laneUrl(lane: Lane, region: string | undefined): string {
  const url = (lanes.get(region ?? HOME) ?? lanes.get(HOME))?.[lane];
  if (!url)
    throw new Error(
      `expected the name of one of the lanes ${LANES.join(', ')} in LANES, found none of ${lane}`,
    );
  return url;
}

/** All queues that the function knows, with their URLs: `slow` at home, `eu-central-1/slow` elsewhere. */
export const knownQueues = (): { name: string; url: string }[] =>
  regions.flatMap(({ region, queues }) =>
    Object.entries(queues).map(([name, url]) => ({ name: region ? `${region}/${name}` : name, url })),
  );

/** A delivery as a message of a lane, of the region that its event names. */
export const toLane = (lane: Lane, body: DeliveryMessage, delaySeconds = 0): Addressed => ({
  queueUrl: laneUrl(lane, body.event.region),
  body,
  group: body.target,
  delaySeconds,
});

/** Sends deliveries into a lane, each in its region. @throws SendError with positions in the list */
export const sendToLane = (lane: Lane, deliveries: readonly DeliveryMessage[]): Promise<void> =>
  sendAddressed(deliveries.map((delivery) => toLane(lane, delivery)));
