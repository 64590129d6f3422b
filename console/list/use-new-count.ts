import { useEffect, useState } from 'react';
import type { Frame } from '../../client/live/frame.ts';
import { useFrames } from '../live/live.tsx';

/**
 * How many rows have come since the list was read, by what the live channel says.
 * @param countIn how many a frame adds
 * @param rows of the list: reading it again starts from nothing
 */
export function useNewCount(countIn: (frame: Frame) => number, rows: readonly unknown[]): number {
  const [count, setCount] = useState(0);
  useFrames((frame) => {
    const added = countIn(frame);
    if (added > 0) setCount((before) => before + added);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are a list that was read again
  useEffect(() => setCount(0), [rows]);
  return count;
}
