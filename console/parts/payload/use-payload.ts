import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { pathId } from '../event-id.ts';

export interface EventPayload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string | undefined;
}

/** An event's payload, byte for byte. It never changes, so it is read once. */
export function usePayload(eventId: string, { enabled = true } = {}) {
  return useQuery<EventPayload, Error>({
    // Not under its path: `refresh` of an event has no reason to read it again.
    queryKey: ['payload', eventId],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const { data, response } = await api.GET('/v1/events/{id}/payload', {
        params: { path: { id: pathId(eventId) } },
        parseAs: 'arrayBuffer',
        signal,
      } as never);
      return {
        bytes: new Uint8Array(data as unknown as ArrayBuffer),
        contentType: response.headers.get('content-type') ?? undefined,
      };
    },
  });
}
