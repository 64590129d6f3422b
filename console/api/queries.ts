import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isPassing, isSignedOut } from './problem.ts';

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when a call finds that nobody is signed in any more. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function noteProblem(error: unknown): void {
  if (isSignedOut(error)) for (const each of listeners) each();
}

/** Passing problems are tried again, soon at first; what the API refuses would be refused again. */
const mayHelp = (failures: number, error: unknown): boolean => isPassing(error) && failures < 3;

/** After that, until the API is back. */
const RETRY_MS = 10_000;

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noteProblem }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: mayHelp,
      refetchInterval: ({ state }) => (isPassing(state.error) ? RETRY_MS : false),
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
