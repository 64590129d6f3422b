import { ulid } from 'ulid';
import type { EventsMessage } from '../../lambdas/delivery/messages.ts';
import type { EventInFlight } from '../../lambdas/events/event.ts';

/** An event as ingest makes it, with a ULID of its own. @param about fields to set */
export function eventOf(about: Partial<EventInFlight> = {}): EventInFlight {
  const own = about.ulid ?? ulid();
  return {
    id: `evt_${own}`,
    ulid: own,
    type: 'a',
    contentType: 'application/json',
    payload: { kind: 'text', text: '{}' },
    ...about,
  };
}

/** A payload of JSON that travels with its event. */
export const jsonPayload = (data: unknown) => ({ kind: 'text', text: JSON.stringify(data) }) as const;

/** The message that carries events to fanout. */
export const eventsMessage = (tenant: string, ...events: readonly EventInFlight[]): EventsMessage => ({
  v: 1,
  kind: 'events',
  tenant,
  events: [...events],
});
