import type { DeliveryMessage, EventsMessage } from '../delivery/messages.ts';
import { asDelivered, type EventInFlight } from '../events/event.ts';

/** Holds an event's message without its events. A symbol, since an event's field could have any name. */
const FRAME = Symbol('frame');
type Frame = Omit<EventsMessage, 'events'>;

/** An event of a tenant. */
export type TenantEvent = EventInFlight & { readonly [FRAME]: Frame };

export const tenantOf = (event: TenantEvent): string => event[FRAME].tenant;

export const eventsOf = ({ events, ...frame }: EventsMessage): TenantEvent[] =>
  events.map((event) => ({ ...event, [FRAME]: frame }));

/** The event as a message of its own. */
export const eventsMessage = ({ [FRAME]: frame, ...event }: TenantEvent): EventsMessage => ({
  ...frame,
  events: [event],
});

/** The delivery of an event to a subscription's target. */
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
