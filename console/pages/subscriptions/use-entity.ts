import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { PosthornError } from '../../api/problem.ts';
import { type Read, readOf } from '../../api/read.ts';
import type { Schemas } from '../../api/types.ts';

export type Subscription = Schemas['Subscription'];
export type Filter = Schemas['Filter'];

export const readSubscription = (id: string, signal?: AbortSignal): Promise<Read<Subscription>> =>
  readOf(api.GET('/v1/subscriptions/{id}', { params: { path: { id } }, ...(signal && { signal }) }));

export const readFilter = (id: string, signal?: AbortSignal): Promise<Read<Filter>> =>
  readOf(api.GET('/v1/filters/{id}', { params: { path: { id } }, ...(signal && { signal }) }));

export const useSubscription = (id: string) =>
  useQuery<Read<Subscription>, PosthornError>({
    queryKey: ['entity', '/v1/subscriptions/{id}', id],
    queryFn: ({ signal }) => readSubscription(id, signal),
  });

export const useFilter = (id: string, enabled = true) =>
  useQuery<Read<Filter>, PosthornError>({
    queryKey: ['entity', '/v1/filters/{id}', id],
    enabled,
    queryFn: ({ signal }) => readFilter(id, signal),
  });
