import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function that stays the same and does what the newest one would, so that what it is given to need not render again. */
export function useSteady<A extends unknown[]>(newest: (...args: A) => void): (...args: A) => void {
  const latest = useRef(newest);
  useLayoutEffect(() => {
    latest.current = newest;
  });
  return useCallback((...args: A) => latest.current(...args), []);
}
