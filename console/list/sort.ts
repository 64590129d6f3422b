import { useMemo, useState } from 'react';
import type { Column } from './columns.ts';

export interface Sort {
  readonly id: string;
  readonly isDown: boolean;
}

/** The rows as their heads ask for them. Only lists that are read whole have columns to sort by. */
export function useSorted<T>(rows: readonly T[], columns: readonly Column<T>[]) {
  const [sort, setSort] = useState<Sort>();
  const sorted = useMemo(() => sortedBy(rows, columns, sort), [rows, columns, sort]);
  return { rows: sorted, sort, setSort } as const;
}

/** Rows in the order of a column; as they came without one, or of one that can't be sorted by. */
export function sortedBy<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sort: Sort | undefined,
): readonly T[] {
  const by = columns.find(({ id }) => id === sort?.id)?.sortBy;
  if (!by || !sort) return rows;
  const sorted = rows.toSorted((a, b) => compare(by(a), by(b)));
  return sort.isDown ? sorted.reverse() : sorted;
}

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
