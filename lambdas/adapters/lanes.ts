import { HOME, LANES, type Lane } from '../domain/lane.ts';
import type { DeliveryMessage } from '../domain/messages.ts';
import { requireEnv } from './env.ts';
import { type Addressed, sendAddressed } from './sqs.ts';

/**
 * The URLs of the lanes, by the region that an event names. In the variable a key may hold several, with blanks between
 * them. `.` stands for all that have no lanes of their own.
 */
const lanes = new Map(
  Object.entries(JSON.parse(requireEnv('LANES')) as Record<string, Partial<Record<Lane, string>>>).flatMap(
    ([regions, urls]) => regions.split(' ').map((region) => [region, urls] as const),
  ),
);

/** Where a delivery goes: the lane of its event's region, or the one at home. */
export function laneUrl(lane: Lane, region: string | undefined): string {
  const url = (lanes.get(region ?? HOME) ?? lanes.get(HOME))?.[lane];
  if (!url)
    throw new Error(
      `expected the URL of one of the lanes ${LANES.join(', ')} in LANES, found none of ${lane}`,
    );
  return url;
}

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
