import type { Row } from '../../../api/types.ts';
import { readPayload } from '../../../parts/payload/read-payload.ts';

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
  const { bytes } = await readPayload(id);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
