import { useMemo } from 'react';
import { useSession } from '../app/session.tsx';
import { useUrlState } from '../app/url-state.ts';
import { type Scope, scopeOf } from './scope.ts';

/**
 * The endpoints that a consumer's token is limited to; undefined for a session without such limits. Lists then have to name
 * one of them, and some of what changes several things at once is refused.
 */
export const useLimitedTo = (): readonly string[] | undefined => useSession().targetIds;

/** The endpoint that was looked at last, for the way back from a page that is of no one endpoint. */
let last: string | undefined;

export function rememberScope(targetId: string): void {
  last = targetId;
}

/**
 * What a limited session adds to the queries of lists and figures: the endpoint that it looks at. The address has it, as
 * `targetId`. For others there is nothing to add.
 */
export function useScope(): Scope {
  const limitedTo = useLimitedTo();
  const [url] = useUrlState();
  const chosen = url.get('targetId');
  return useMemo(() => scopeOf(limitedTo, [chosen, last]), [limitedTo, chosen]);
}
