import TableSortLabel from '@mui/material/TableSortLabel';
import type { Column } from './columns.ts';
import { ROW_HEIGHT } from './grid-style.ts';
import type { Sort } from './sort.ts';

interface GridHeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly template: string;
  readonly sort: Sort | undefined;
  onSort(sort: Sort): void;
  /** Left out where rows can't be selected. */
  readonly selection?:
    | { readonly isAll: boolean; readonly isSome: boolean; onToggle(isOn: boolean): void }
    | undefined;
}

/** The heads of a list's columns. */
export function GridHead<T>({ columns, template, sort, onSort, selection }: GridHeadProps<T>) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="row head"
      style={{ gridTemplateColumns: template, height: ROW_HEIGHT }}
    >
      {selection && (
        <div role="columnheader" aria-label="Selected">
          <input
            type="checkbox"
            className="check"
            aria-label="Select all rows that are loaded"
            checked={selection.isAll}
            ref={(box) => {
              if (box) box.indeterminate = selection.isSome && !selection.isAll;
            }}
            onChange={({ target }) => selection.onToggle(target.checked)}
          />
        </div>
      )}
      {columns.map((column) => (
        <Head key={column.id} column={column} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

interface HeadProps<T> {
  readonly column: Column<T>;
  readonly sort: Sort | undefined;
  onSort(sort: Sort): void;
}

function Head<T>({ column: { id, header, align, sortBy }, sort, onSort }: HeadProps<T>) {
  const isSorted = sort?.id === id;
  const direction = isSorted && sort.isDown ? 'desc' : 'asc';
  return (
    <div
      role="columnheader"
      className={align === 'right' ? 'cell right' : 'cell'}
      aria-sort={!isSorted ? undefined : direction === 'asc' ? 'ascending' : 'descending'}
    >
      {sortBy ? (
        <TableSortLabel
          active={isSorted}
          direction={direction}
          onClick={() => onSort({ id, isDown: isSorted && !sort.isDown })}
          // The arrow stands before a head at the right, so that the text lines up with its numbers.
          sx={align === 'right' ? { flexDirection: 'row-reverse' } : undefined}
        >
          {header}
        </TableSortLabel>
      ) : (
        header
      )}
    </div>
  );
}
