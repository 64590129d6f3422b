import { useMay, useSession } from '../../app/session.tsx';

/** Whether the session may make and change rules. A token that is limited to endpoints reads those about them. */
export function useMayEdit(): boolean {
  const may = useMay();
  const { targetIds } = useSession();
  return may('manage') && targetIds === undefined;
}
