import { useEffect } from 'react';
import { refresh } from '../api/queries.ts';

const MINUTE_MS = 60_000;

/**
 * Reads what is shown again each minute while the page can be seen, and when it is seen again. It is for what no frame tells.
 * @param prefix of the paths that it was read from
 */
export function useEachMinute(prefix: string): void {
  useEffect(() => {
    const again = (): void => {
      if (document.visibilityState === 'visible') void refresh(prefix);
    };
    const timer = setInterval(again, MINUTE_MS);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [prefix]);
}
