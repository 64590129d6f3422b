import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** Changes to the address's query; `undefined` removes a part. */
type Changes = Readonly<Record<string, string | undefined>>;

/**
 * The state of a page, kept in its address, so that a link shows what its sender saw.
 * @returns the query's parts, and a function that changes some. A change replaces the address unless it asks for a step back.
 */
export function useUrlState(): readonly [
  URLSearchParams,
  (changes: Changes, options?: { readonly push?: boolean }) => void,
] {
  const [query, setQuery] = useSearchParams();
  const change = useCallback(
    (changes: Changes, { push = false } = {}) =>
      setQuery(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === '') after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: !push },
      ),
    [setQuery],
  );
  return useMemo(() => [query, change] as const, [query, change]);
}
