import { useEffect, useRef } from 'react';
import type { Frame } from '../../client/live/frame.ts';
import { refresh } from '../api/queries.ts';
import { useFrames } from './live.tsx';

/**
 * Reads what is shown again when a frame says that it has changed, at most once in a while, and once more at the end.
 * @param concerns whether a frame changes it
 * @param prefixes paths of the API that it was read from
 */
export function useRefresh(
  concerns: (frame: Frame) => boolean,
  prefixes: readonly string[],
  everyMs = 2000,
): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  useFrames((frame) => {
    if (timer.current !== undefined || !concerns(frame)) return;
    const wait = Math.max(0, last.current + everyMs - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      last.current = Date.now();
      void refresh(...prefixes);
    }, wait);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
