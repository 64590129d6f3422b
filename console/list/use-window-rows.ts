import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import type { ListState } from './use-list.ts';

/** Rows beyond what is seen, so that quick scrolling shows no gap. */
const OVERSCAN = 12;
/** Rows from the end at which the next page is read. */
const AHEAD = 20;

/**
 * The rows that the window shows of a list, and reading on when its end comes near.
 * @param body the element that the rows are in @param current the row that is always among them, since the list names it
 */
export function useWindowRows(
  body: RefObject<HTMLElement | null>,
  count: number,
  height: number,
  current: number,
  { hasMore, mayGoOn, isFetching, more }: ListState<unknown>,
) {
  const offset = useOffset(body);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: offset,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return current >= count || shown.includes(current) ? shown : [...shown, current].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (hasMore && mayGoOn && !isFetching && last >= count - AHEAD) more();
  }, [hasMore, mayGoOn, isFetching, last, count, more]);
  // Heights change when a window becomes narrow.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again for another height
  useEffect(() => virtual.measure(), [virtual, height]);
  return {
    items: items.map(({ index, start }) => ({ index, top: start - offset })),
    totalHeight: virtual.getTotalSize(),
    scrollTo: (index: number): void => virtual.scrollToIndex(index, { align: 'auto' }),
  } as const;
}

/** How far the rows begin below the top of the page: what stands above them may change. */
function useOffset(body: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(top - offset) > 1) setOffset(top);
  });
  return offset;
}
