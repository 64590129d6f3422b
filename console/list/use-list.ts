import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api/client.ts';
import type { Answer, Paths, Query, Row } from '../api/types.ts';

/** Paths of the API that answer pages of rows. */
export type ListPath = {
  [P in keyof Paths]: Answer<P> extends { items: readonly unknown[]; next: string | null } ? P : never;
}[keyof Paths];

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A list as it has been read so far. */
export interface ListState<T> {
  readonly rows: readonly T[];
  readonly error: unknown;
  /** Nothing has come yet. */
  readonly isFirstLoad: boolean;
  readonly isFetching: boolean;
  readonly hasMore: boolean;
  /**
   * Whether the next page may be read without being asked for. The API scans a bounded part of the log for a page, so a
   * filter that fits little has pages without rows: after some of them the viewer says whether to look further.
   */
  readonly mayGoOn: boolean;
  /** Reads the next page, unless it is being read. */
  more(): void;
  /** Reads all pages again. */
  again(): void;
}

interface ListOptions {
  /** Of the path's own parameters: `{ id }`. */
  readonly path?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
}

/** Rows of a page that is read at once. */
const PAGE_ROWS = 50;
/** Pages without rows, one after another, that are read without asking. */
const EMPTY_PAGES = 5;

/**
 * A list of the API, page after page.
 * @param path such as `/v1/deliveries`; `refresh('/v1/deliveries')` reads it again
 * @param query its filters. Parts that are undefined or empty are left out
 */
export function useList<P extends ListPath>(
  path: P,
  query: Query<P>,
  { path: pathParams, enabled = true }: ListOptions = {},
): ListState<Row<P>> {
  const filters = useMemo(() => withoutEmpty(query), [query]);
  const result = useInfiniteQuery<
    Page<Row<P>>,
    unknown,
    InfiniteData<Page<Row<P>>>,
    readonly unknown[],
    string | undefined
  >({
    queryKey: ['list', path, { path: pathParams, query: filters }],
    enabled,
    initialPageParam: undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const params = { path: pathParams, query: { limit: PAGE_ROWS, ...filters, ...(cursor && { cursor }) } };
      // The path is one of many, so the compiler can't see that query and answer belong to it: `Query` and `Row` say so.
      const { data } = await api.GET(path as '/v1/events', { params, signal } as never);
      return data as unknown as Page<Row<P>>;
    },
  });
  const { data, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = result;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    error,
    isFirstLoad: isPending && enabled,
    isFetching,
    hasMore: hasNextPage,
    mayGoOn:
      data?.pages.slice(-EMPTY_PAGES).some(({ items }) => items.length > 0) ||
      (data?.pages.length ?? 0) < EMPTY_PAGES,
    more: () => void (isFetching || fetchNextPage()),
    again: () => void refetch(),
  };
}

const withoutEmpty = (query: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));
