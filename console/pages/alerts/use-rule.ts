import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { PosthornError } from '../../api/problem.ts';
import { type Read, readOf } from '../../api/read.ts';
import type { Rule } from './kinds.ts';

export const readRule = (id: string, signal?: AbortSignal): Promise<Read<Rule>> =>
  readOf(api.GET('/v1/alert-rules/{id}', { params: { path: { id } }, ...(signal && { signal }) }));

/** @param enabled false while it is being deleted: a frame tells of that before the answer comes */
export const useRule = (id: string, enabled = true) =>
  useQuery<Read<Rule>, PosthornError>({
    queryKey: ['entity', '/v1/alert-rules/{id}', id],
    enabled,
    queryFn: ({ signal }) => readRule(id, signal),
  });
