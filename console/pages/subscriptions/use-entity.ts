import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import type { Schemas } from '../../api/types.ts';

export type Subscription = Schemas['Subscription'];
export type Filter = Schemas['Filter'];

/** An entity as it was read, with what `If-Match` names it by: a change of another person is not overwritten. */
export interface Read<T> {
  readonly value: T;
  readonly etag: string;
}

/** A compressing server on the way makes the tag a weak one, which matches nothing (RFC 9110, 8.8.3). */
const etagOf = (response: Response): string => (response.headers.get('etag') ?? '*').replace(/^W\//, '');

export async function readSubscription(id: string, signal?: AbortSignal): Promise<Read<Subscription>> {
  const { data, response } = await api.GET('/v1/subscriptions/{id}', {
    params: { path: { id } },
    ...(signal && { signal }),
  });
  return { value: data!, etag: etagOf(response) };
}

export async function readFilter(id: string, signal?: AbortSignal): Promise<Read<Filter>> {
  const { data, response } = await api.GET('/v1/filters/{id}', {
    params: { path: { id } },
    ...(signal && { signal }),
  });
  return { value: data!, etag: etagOf(response) };
}

export const useSubscription = (id: string) =>
  useQuery<Read<Subscription>, ApiProblem>({
    queryKey: ['entity', '/v1/subscriptions/{id}', id],
    queryFn: ({ signal }) => readSubscription(id, signal),
  });

export const useFilter = (id: string, enabled = true) =>
  useQuery<Read<Filter>, ApiProblem>({
    queryKey: ['entity', '/v1/filters/{id}', id],
    enabled,
    queryFn: ({ signal }) => readFilter(id, signal),
  });
