import { useMemo } from 'react';
import { $api } from '../api/client.ts';
import type { Row } from '../api/types.ts';

export type EventType = Row<'/v1/event-types'>;

/** The event types that are described, by name: the first 200, read once a minute, to choose from. */
export function useCatalogue(): readonly EventType[] {
  const { data } = $api.useQuery(
    'get',
    '/v1/event-types',
    { params: { query: { limit: 200 } } },
    { staleTime: 60_000 },
  );
  return useMemo(() => data?.items ?? [], [data]);
}
