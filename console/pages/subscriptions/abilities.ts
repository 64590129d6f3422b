import { useMay, useSession } from '../../app/session.tsx';

/** What the session may do with subscriptions and filters. */
export function useAbilities(): {
  /** Make, change and delete them. A token that is limited to endpoints may not, and can't read the filters of others. */
  readonly edit: boolean;
  /** Pause, resume and test what is its own. */
  readonly operate: boolean;
} {
  const may = useMay();
  const { targetIds } = useSession();
  return { edit: may('manage') && targetIds === undefined, operate: may('manage') };
}

/** Whether the session sees all that the tenant has. */
export const useSeesAll = (): boolean => useSession().targetIds === undefined;
