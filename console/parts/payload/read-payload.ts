import { api } from '../../api/client.ts';

export interface EventPayload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string | undefined;
}

/** An event's payload, byte for byte. The document says that it is anything, so the client knows no type for it. */
export async function readPayload(eventId: string, signal?: AbortSignal): Promise<EventPayload> {
  const { data, response } = await api.GET('/v1/events/{id}/payload', {
    params: { path: { id: eventId } },
    parseAs: 'arrayBuffer',
    signal,
  } as never);
  return {
    bytes: new Uint8Array(data as unknown as ArrayBuffer),
    contentType: response.headers.get('content-type') ?? undefined,
  };
}
