import { type RefObject, useEffect, useRef } from 'react';
import type { Column } from './columns.ts';
import { GridRow } from './grid-row.tsx';
import type { ListState } from './use-list.ts';
import { useWindowRows } from './use-window-rows.ts';

interface GridRowsProps<T> {
  readonly name: string;
  readonly rows: readonly T[];
  readonly ids: readonly string[];
  readonly list: ListState<T>;
  readonly columns: readonly Column<T>[];
  readonly template: string;
  readonly height: number;
  readonly current: number;
  readonly open: string | null;
  /** Undefined where rows can't be selected. */
  readonly isSelected: ((id: string) => boolean) | undefined;
  readonly opens: boolean;
  onClick(index: number, isShift: boolean): void;
  onToggle(index: number, isShift: boolean): void;
  /** Gets what scrolls to a row. */
  readonly scroller: RefObject<(index: number) => void>;
}

export const domIdOf = (name: string, index: number): string => `${name}-row-${index}`;

/** The rows that are seen, apart from what is around them: scrolling renders these alone. */
export function GridRows<T>(props: GridRowsProps<T>) {
  const { name, rows, ids, list, columns, template, height, current, open, isSelected, opens, scroller } =
    props;
  const body = useRef<HTMLDivElement>(null);
  const { items, totalHeight, scrollTo } = useWindowRows(body, rows.length, height, current, list);
  useEffect(() => {
    scroller.current = scrollTo;
  });
  return (
    <div ref={body} role="rowgroup" className="rows" style={{ height: totalHeight }}>
      {items.map(({ index, top }) => {
        const id = ids[index];
        if (id === undefined) return null;
        return (
          <GridRow
            key={id}
            row={rows[index]!}
            domId={domIdOf(name, index)}
            index={index}
            columns={columns}
            template={template}
            top={top}
            height={height}
            isCurrent={index === current}
            isOpen={id === open}
            isSelected={isSelected?.(id)}
            opens={opens}
            onToggle={props.onToggle}
            onClick={props.onClick}
          />
        );
      })}
    </div>
  );
}
