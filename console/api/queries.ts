import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when a call finds that nobody is signed in any more. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function noteProblem(error: unknown): void {
  if (error instanceof ApiProblem && error.isSignedOut) for (const each of listeners) each();
}

/** Passing problems are tried again, with growing pauses; what the API refuses would be refused again. */
const mayHelp = (failures: number, error: unknown): boolean =>
  error instanceof ApiProblem && error.isPassing && failures < 4;

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noteProblem }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: mayHelp,
      // The live channel says what has changed; after a break it says that all may have.
      refetchOnWindowFocus: false,
    },
    mutations: { retry: false, onError: noteProblem },
  },
});

/** Marks what was read under these paths as stale, so that what is shown of it is read again. */
export function refresh(...prefixes: string[]): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === 'string' && prefixes.some((prefix) => path.startsWith(prefix)),
  });
}
