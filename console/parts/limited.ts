import { useSession } from '../app/session.tsx';

/**
 * The endpoints that a consumer's token is limited to; undefined for a session without such limits. Lists then have to name
 * one of them, and some of what changes several things at once is refused.
 */
export const useLimitedTo = (): readonly string[] | undefined => useSession().targetIds;

/** The endpoint that a list is of: the chosen one; for a limited session the first one that it may see. */
export function useTargetId(chosen: string | undefined): string | undefined {
  const limitedTo = useLimitedTo();
  return chosen ?? limitedTo?.[0];
}
