import type { DeliveryMessage, EventsMessage } from '../delivery/messages.ts';
import { asDelivered, type EventInFlight } from '../events/event.ts';

/** Of an event in fanout: the message that it came in, without its events. No name that an event's field could have. */
const FRAME = Symbol('frame');
type Frame = Omit<EventsMessage, 'events'>;

/** An event, and whose it is. */
export type TenantEvent = EventInFlight & { readonly [FRAME]: Frame };

export const tenantOf = (event: TenantEvent): string => event[FRAME].tenant;

export const eventsOf = ({ events, ...frame }: EventsMessage): TenantEvent[] =>
  events.map((event) => ({ ...event, [FRAME]: frame }));

/** As it goes back to the events queue. */
export const eventsMessage = ({ [FRAME]: frame, ...event }: TenantEvent): EventsMessage => ({
  ...frame,
  events: [event],
});

/** As it goes to a subscription's target. */
export const deliveryMessage = (
  { [FRAME]: frame, ...event }: TenantEvent,
  { id, targetId }: { readonly id: string; readonly targetId: string },
): DeliveryMessage => ({
  ...frame,
  kind: 'delivery',
  event: asDelivered(event),
  attempts: [],
  subscription: id,
  target: targetId,
});
