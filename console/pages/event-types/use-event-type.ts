import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { PosthornError } from '../../api/problem.ts';
import { type Read, readOf } from '../../api/read.ts';
import type { EventType } from '../../parts/catalogue.ts';

export const readEventType = (name: string, signal?: AbortSignal): Promise<Read<EventType>> =>
  readOf(api.GET('/v1/event-types/{name}', { params: { path: { name } }, ...(signal && { signal }) }));

export const useEventType = (name: string) =>
  useQuery<Read<EventType>, PosthornError>({
    queryKey: ['entity', '/v1/event-types/{name}', name],
    queryFn: ({ signal }) => readEventType(name, signal),
  });
