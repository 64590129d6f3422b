import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import type { EventType } from '../../parts/catalogue.ts';

/** An event type as it was read, with what `If-Match` names it by. */
export interface Read {
  readonly value: EventType;
  readonly etag: string;
}

export async function readEventType(name: string, signal?: AbortSignal): Promise<Read> {
  const { data, response } = await api.GET('/v1/event-types/{name}', {
    params: { path: { name } },
    ...(signal && { signal }),
  });
  // A compressing server on the way makes the tag a weak one, which matches nothing (RFC 9110, 8.8.3).
  return { value: data!, etag: (response.headers.get('etag') ?? '*').replace(/^W\//, '') };
}

export const useEventType = (name: string) =>
  useQuery<Read, ApiProblem>({
    queryKey: ['entity', '/v1/event-types/{name}', name],
    queryFn: ({ signal }) => readEventType(name, signal),
  });
