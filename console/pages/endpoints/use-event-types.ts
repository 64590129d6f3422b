import { $api } from '../../api/client.ts';
import type { Row } from '../../api/types.ts';

export type EventType = Row<'/v1/event-types'>;

const NONE: readonly EventType[] = [];

/** The catalogue, as far as one page of it goes: it offers choices, and any other type can be typed. */
export function useEventTypes(): readonly EventType[] {
  const { data } = $api.useQuery('get', '/v1/event-types', { params: { query: { limit: 200 } } } as never, {
    staleTime: 60_000,
  });
  return (data as { items: EventType[] } | undefined)?.items ?? NONE;
}
