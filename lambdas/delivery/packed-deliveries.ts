import { chunksOf } from '../values/chunks.ts';
import { refName } from '../values/target-ref.ts';
import type { DeliveriesMessage, DeliveryMessage } from './messages.ts';

/**
 * Several deliveries of one tenant in one message: SQS and Lambda bill messages and requests. Only for fast lanes, where
 * no delivery has a delay and no request takes long. See docs/decisions/45-packed-deliveries.md.
 */

/**
 * Deliveries of a message. Dispatch gets ten messages at once: fifty deliveries share its third of a processor, and a target
 * gets no more of them at once than it has connections. A message of ten would save 3 cents for a million.
 */
export const PACKED = 5;

/**
 * What travels together in a lane: deliveries of one tenant and region, those of a target beside each other. One whose payload
 * is stored is large where it is posted, and travels alone.
 */
export function packDeliveries(deliveries: readonly DeliveryMessage[]): DeliveryMessage[][] {
  const { large = [], small = [] } = Object.groupBy(deliveries, ({ event }) =>
    event.payload.kind === 'stored' ? 'large' : 'small',
  );
  const byTarget = Map.groupBy(small, refName);
  const byPlace = Map.groupBy(
    [...byTarget.values()].flat(),
    ({ tenant, event }) => `${tenant} ${event.region ?? ''}`,
  );
  const groups = [...byPlace.values()].flatMap((ofPlace) => chunksOf(ofPlace, PACKED));
  return [...groups, ...large.map((one) => [one])];
}

/** The message of a group; that of a delivery alone is its own. */
export function messageOf(group: readonly DeliveryMessage[]): DeliveryMessage | DeliveriesMessage {
  const [first, ...others] = group;
  if (first && others.length === 0) return first;
  const byEvent = Map.groupBy(group, ({ event }) => event.ulid);
  const events = [...byEvent.values()].map((ofEvent) => ({
    event: ofEvent[0]!.event,
    deliveries: ofEvent.map(({ v: _, kind: __, event: ___, ...delivery }) => delivery),
  }));
  return { v: 1, kind: 'deliveries', events };
}

/** The deliveries of a packed message. A field of it that this release does not know is one of each. */
export const unpacked = ({ v, kind: _, events, ...unknown }: DeliveriesMessage): DeliveryMessage[] =>
  events.flatMap(({ event, deliveries, ...more }) =>
    deliveries.map((delivery) => ({ ...unknown, ...more, ...delivery, v, kind: 'delivery', event })),
  );
