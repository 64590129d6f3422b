import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../../api/client.ts';
import type { PosthornError } from '../../../api/problem.ts';
import type { Schemas } from '../../../api/types.ts';

/** A value that has been still for a while. @param value compared by identity */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

const TYPING_MS = 300;

export interface ReadEvent {
  /** Undefined as long as there is none that can be tried. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly problem: string | undefined;
}

export interface Trial {
  readonly result: Schemas['FilterTestResult'] | undefined;
  readonly error: PosthornError | null;
  /** Whether the answer is not yet about what is shown. */
  readonly isBehind: boolean;
}

/** Tries the filter on the event once typing pauses. The latest question's answer wins: the key is the question. */
export function useTrial(filter: unknown, { body: event }: ReadEvent): Trial {
  const question = filter === undefined || event === undefined ? '' : JSON.stringify({ filter, event });
  const asked = useSettled(question, TYPING_MS);
  const { data, error, isFetching } = useQuery<Schemas['FilterTestResult'], PosthornError>({
    queryKey: ['trial', '/v1/filters/test', asked],
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const { data: answer } = await api.POST('/v1/filters/test', { body: JSON.parse(asked), signal });
      return answer!;
    },
  });
  const isAsked = asked !== '' && question !== '';
  return {
    result: isAsked ? data : undefined,
    error: isAsked ? error : null,
    isBehind: question !== asked || isFetching,
  };
}
