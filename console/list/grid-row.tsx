import { memo } from 'react';
import type { Column } from './columns.ts';

interface GridRowProps<T> {
  readonly row: T;
  readonly domId: string;
  readonly index: number;
  readonly columns: readonly Column<T>[];
  readonly template: string;
  /** Pixels. */
  readonly top: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  /** Undefined where rows can't be selected. */
  readonly isSelected: boolean | undefined;
  readonly opens: boolean;
  /** Both stay the same functions, so that scrolling renders new rows alone. */
  onClick(index: number, isShift: boolean): void;
  onToggle(index: number, isShift: boolean): void;
}

/** Buttons and links in a row do what they say, and do not open it. */
export const isOwnControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input, label') !== null;

export const GridRow = memo(Row) as typeof Row;

function Row<T>(props: GridRowProps<T>) {
  const { row, domId, index, columns, template, top, height, isCurrent, isOpen, isSelected, opens } = props;
  const classes = [
    'row',
    opens && 'opens',
    (isOpen || isSelected) && 'marked',
    isCurrent && 'current',
  ].filter(Boolean);
  return (
    <div
      id={domId}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={classes.join(' ')}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${top}px)` }}
      onClick={({ target, shiftKey }) => {
        if (!isOwnControl(target)) props.onClick(index, shiftKey);
      }}
    >
      {isSelected !== undefined && (
        <div role="gridcell">
          <input
            type="checkbox"
            className="check"
            tabIndex={-1}
            aria-label={`Select row ${index + 1}`}
            checked={isSelected}
            readOnly
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle(index, event.shiftKey);
            }}
          />
        </div>
      )}
      {columns.map(({ id, align, cell }) => (
        <div key={id} role="gridcell" className={align === 'right' ? 'cell right' : 'cell'}>
          {cell(row)}
        </div>
      ))}
    </div>
  );
}
