import { api } from '../../../api/client.ts';
import type { Row } from '../../../api/types.ts';
import { pathId } from '../../../parts/event-id.ts';

/** What an editor on the page still shows at once. */
const MOST_BYTES = 200_000;

/** A published event as a filter sees it. A payload that is not JSON, or too large to edit, is left out. */
export async function loadEvent(event: Row<'/v1/events'>): Promise<Readonly<Record<string, unknown>>> {
  const { id, type, source, region, priority, acceptedAt, bytes } = event;
  const data = bytes > MOST_BYTES ? undefined : await payloadOf(id);
  return {
    type,
    ...(source !== undefined && { source }),
    ...(region !== undefined && { region }),
    ...(priority !== undefined && { priority }),
    at: acceptedAt,
    ...(data !== undefined && { data }),
  };
}

async function payloadOf(id: string): Promise<unknown> {
  const path = { id: pathId(id) };
  const { data } = await api.GET('/v1/events/{id}/payload', { params: { path }, parseAs: 'text' } as never);
  try {
    return JSON.parse(data as unknown as string) as unknown;
  } catch {
    return undefined;
  }
}
