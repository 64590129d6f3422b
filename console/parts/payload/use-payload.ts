import { useQuery } from '@tanstack/react-query';
import { type EventPayload, readPayload } from './read-payload.ts';

/** An event's payload. It never changes, so it is read once. */
export function usePayload(eventId: string, { enabled = true } = {}) {
  return useQuery<EventPayload, Error>({
    // Not under its path: `refresh` of an event has no reason to read it again.
    queryKey: ['payload', eventId],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => readPayload(eventId, signal),
  });
}
