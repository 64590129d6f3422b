import type { ReactNode } from 'react';

/** A column of a list. */
export interface Column<T> {
  /** For the choice of columns, which is kept by it. */
  readonly id: string;
  readonly header: string;
  cell(row: T): ReactNode;
  /** Its share of the width: `120px`, or `2fr` of what is left. Default: `1fr`. */
  readonly width?: string;
  readonly align?: 'right';
  /** Not shown until it is chosen. */
  readonly isHidden?: boolean;
  /** Also shown on a phone, where there is room for two or three. */
  readonly onPhone?: boolean;
  /** What rows are sorted by when the head is clicked, for lists that are read whole. */
  sortBy?(row: T): string | number;
}

const keyOf = (list: string): string => `posthorn-columns-${list}`;

/** The ids of the columns that this browser shows of a list; undefined as long as nothing was chosen. */
export function readChosen(list: string): readonly string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(list)) ?? 'null');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : undefined;
  } catch {
    return undefined;
  }
}

export function keepChosen(list: string, ids: readonly string[]): void {
  try {
    localStorage.setItem(keyOf(list), JSON.stringify(ids));
  } catch {
    // A frame of another page may have no storage. The choice lasts as long as the page.
  }
}

/** The columns to show, in their own order. */
export const shownColumns = <T>(
  all: readonly Column<T>[],
  chosen: readonly string[] | undefined,
  isPhone: boolean,
): readonly Column<T>[] =>
  isPhone
    ? all.filter(({ onPhone }) => onPhone)
    : all.filter(({ id, isHidden }) => (chosen ? chosen.includes(id) : !isHidden));
