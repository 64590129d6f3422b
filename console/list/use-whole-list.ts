import { useEffect } from 'react';
import type { Query, Row } from '../api/types.ts';
import { type ListPath, type ListState, useList } from './use-list.ts';

/** Rows that are read without being asked for. More than this are read as they are scrolled to. */
const MOST = 5000;

/** A list that is read to its end, for searching and sorting on the page. */
export function useWholeList<P extends ListPath>(path: P, enabled = true): ListState<Row<P>> {
  const list = useList(path, WIDE as unknown as Query<P>, { enabled });
  const { hasMore, isFetching, rows, more } = list;
  const count = rows.length;
  useEffect(() => {
    if (hasMore && !isFetching && count < MOST) more();
  }, [hasMore, isFetching, count, more]);
  return list;
}

const WIDE = { limit: 200 };
