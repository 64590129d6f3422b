import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import LinearProgress from '@mui/material/LinearProgress';
import TableSortLabel from '@mui/material/TableSortLabel';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useUrlState } from '../app/url-state.ts';
import { countOf, countText } from '../parts/numbers.ts';
import { Problem } from '../parts/problem.tsx';
import { ChooseColumns } from './choose-columns.tsx';
import { type Column, readChosen, shownColumns } from './columns.ts';
import { afterClick } from './selection.ts';
import { SidePanel } from './side-panel.tsx';
import type { ListState } from './use-list.ts';

interface DataListProps<T> {
  /** For what this browser keeps of the list: `deliveries`. */
  readonly name: string;
  /** For screen readers: "Deliveries". */
  readonly label: string;
  readonly list: ListState<T>;
  readonly columns: readonly Column<T>[];
  idOf(row: T): string;
  /** What stands there when there are no rows. */
  readonly empty: ReactNode;
  /** The detail of a row, beside the list. Its id is in the address as `open`. */
  panel?(id: string): ReactNode;
  /** Where a row's own page is, for the panel's link. */
  pageOf?(id: string): string;
  /** Buttons for the rows that are selected. Without it, none can be. */
  actions?(selected: readonly T[], clear: () => void): ReactNode;
  /** How many rows there are that were not read yet; they are announced, and never pushed under the pointer. */
  readonly newCount?: number;
  /** Beside the choice of columns. */
  readonly toolbar?: ReactNode;
}

const ROW_HEIGHT = 36;
const PHONE_ROW_HEIGHT = 52;
/** Rows beyond what is seen, so that quick scrolling shows no gap. */
const OVERSCAN = 12;
/** Rows from the end at which the next page is read. */
const AHEAD = 20;

/** A list of any length: only the rows that are seen are in the page. Keys: j and k, Enter, Escape, x. */
export function DataList<T>(props: DataListProps<T>) {
  const { name, label, list, idOf, panel, actions } = props;
  const isPhone = useMediaQuery('(max-width:899px)');
  const [chosen, setChosen] = useState(() => readChosen(name));
  const columns = shownColumns(props.columns, chosen, isPhone);
  const [sort, setSort] = useState<{ id: string; isDown: boolean }>();
  const rows = useSorted(list.rows, props.columns, sort);
  const ids = useMemo(() => rows.map(idOf), [rows, idOf]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string>(undefined);
  const [current, setCurrent] = useState(0);
  const [url, change] = useUrlState();
  const open = panel ? url.get('open') : null;
  const body = useRef<HTMLDivElement>(null);
  const rowHeight = isPhone ? PHONE_ROW_HEIGHT : ROW_HEIGHT;
  const offset = useOffset(body);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: offset,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasMore, mayGoOn, more, isFetching } = list;
  useEffect(() => {
    if (hasMore && mayGoOn && !isFetching && last >= rows.length - AHEAD) more();
  }, [hasMore, mayGoOn, isFetching, last, rows.length, more]);

  const openRow = (id: string | undefined): void => change({ open: id });
  const toggle = (id: string, isRange: boolean): void => {
    setSelected(afterClick(selected, ids, id, anchor.current, isRange));
    anchor.current = id;
  };
  function goTo(index: number): void {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setCurrent(next);
    virtual.scrollToIndex(next, { align: 'auto' });
    if (open !== null && ids[next] !== undefined) openRow(ids[next]);
  }
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = ids[current];
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) goTo(current + step);
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(rows.length - 1);
    else if (event.key === 'Enter' && panel && id !== undefined) openRow(id);
    else if (event.key === 'Escape' && open !== null) openRow(undefined);
    else if (event.key === 'x' && actions && id !== undefined) toggle(id, event.shiftKey);
    else return;
    event.preventDefault();
  }

  const template = [...(actions ? ['36px'] : []), ...columns.map(({ width = '1fr' }) => trackOf(width))].join(
    ' ',
  );
  const selectedRows = rows.filter((row) => selected.has(idOf(row)));
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 40, flexWrap: 'wrap' }}>
        {selectedRows.length > 0 && actions ? (
          <>
            <Typography sx={{ fontWeight: 600 }}>{countText(selectedRows.length)} selected</Typography>
            {actions(selectedRows, () => setSelected(new Set()))}
            <Button onClick={() => setSelected(new Set())}>Clear</Button>
          </>
        ) : (
          props.toolbar
        )}
        <Box sx={{ flex: 1 }} />
        {(props.newCount ?? 0) > 0 && (
          <Button variant="outlined" onClick={list.again} aria-live="polite">
            {countText(props.newCount!)} new
          </Button>
        )}
        {!isPhone && (
          <ChooseColumns
            list={name}
            columns={props.columns}
            shown={columns.map(({ id }) => id)}
            onChoose={setChosen}
          />
        )}
      </Box>
      <Problem error={list.error} onRetry={list.again} />
      <Box
        role="grid"
        aria-label={label}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-multiselectable={actions ? true : undefined}
        tabIndex={0}
        aria-activedescendant={ids[current] === undefined ? undefined : rowId(name, current)}
        onKeyDown={onKey}
        sx={{ border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'background.paper', minWidth: 0 }}
      >
        <Box
          role="row"
          aria-rowindex={1}
          sx={{
            ...ROW_STYLE,
            gridTemplateColumns: template,
            height: ROW_HEIGHT,
            borderBottom: 1,
            borderColor: 'divider',
          }}
        >
          {actions && (
            <Box role="columnheader" aria-label="Selected">
              <Checkbox
                size="small"
                sx={{ p: 0.5 }}
                slotProps={{ input: { 'aria-label': 'Select all rows that are loaded' } }}
                checked={rows.length > 0 && selectedRows.length === rows.length}
                indeterminate={selectedRows.length > 0 && selectedRows.length < rows.length}
                onChange={({ target }) => setSelected(new Set(target.checked ? ids : []))}
              />
            </Box>
          )}
          {columns.map((column) => (
            <Head key={column.id} column={column} sort={sort} onSort={setSort} />
          ))}
        </Box>
        {list.isFetching && <LinearProgress aria-label="Loading" sx={{ height: 2, mb: '-2px' }} />}
        <Box ref={body} role="rowgroup" sx={{ position: 'relative', height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index]!;
            const id = ids[index]!;
            return (
              <Box
                key={id}
                id={rowId(name, index)}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={actions ? selected.has(id) : undefined}
                onClick={(event) => {
                  if (isOwnControl(event.target)) return;
                  setCurrent(index);
                  if (event.shiftKey && actions) toggle(id, true);
                  else if (panel) openRow(id);
                }}
                sx={{
                  ...ROW_STYLE,
                  gridTemplateColumns: template,
                  position: 'absolute',
                  insetInline: 0,
                  height: rowHeight,
                  transform: `translateY(${start - offset}px)`,
                  borderBottom: 1,
                  borderColor: 'divider',
                  cursor: panel ? 'pointer' : undefined,
                  bgcolor: id === open || selected.has(id) ? 'action.selected' : undefined,
                  '[role=grid]:focus-visible &':
                    index === current ? { outline: '2px solid', outlineOffset: -2 } : {},
                  '&:hover': { bgcolor: 'action.hover' },
                }}
              >
                {actions && (
                  <Box role="gridcell">
                    <Checkbox
                      size="small"
                      tabIndex={-1}
                      sx={{ p: 0.5 }}
                      slotProps={{ input: { 'aria-label': `Select row ${index + 1}` } }}
                      checked={selected.has(id)}
                      onClick={(event) => {
                        event.stopPropagation();
                        toggle(id, event.shiftKey);
                      }}
                    />
                  </Box>
                )}
                {columns.map((column) => (
                  <Box
                    key={column.id}
                    role="gridcell"
                    sx={{ ...CELL_STYLE, textAlign: column.align, unicodeBidi: 'isolate' }}
                  >
                    {column.cell(row)}
                  </Box>
                ))}
              </Box>
            );
          })}
        </Box>
        {rows.length === 0 && !list.isFirstLoad && !list.error && !hasMore && props.empty}
      </Box>
      {hasMore && !mayGoOn && (
        <Button onClick={more} loading={isFetching} sx={{ mt: 1 }}>
          Look further back
        </Button>
      )}
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }} role="status">
        {list.isFirstLoad ? 'Loading …' : `${countOf(rows.length, 'row')}${hasMore ? ', and more' : ''}`}
      </Typography>
      {panel && open !== null && (
        <SidePanel key={open} page={props.pageOf?.(open)} onClose={() => openRow(undefined)}>
          {panel(open)}
        </SidePanel>
      )}
    </Box>
  );
}

const ROW_STYLE = { display: 'grid', alignItems: 'center', columnGap: 1.5, px: 1.5 } as const;
const CELL_STYLE = {
  minWidth: 0,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
} as const;

const rowId = (name: string, index: number): string => `${name}-row-${index}`;

/** A share of the width may be smaller than its content. */
const trackOf = (width: string): string => (width.endsWith('fr') ? `minmax(0, ${width})` : width);

/** Buttons and links in a row do what they say, and do not open it. */
const isOwnControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input, label') !== null;

/** How far the rows begin below the top of the page: what stands above them may change. */
function useOffset(body: { readonly current: HTMLElement | null }): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(top - offset) > 1) setOffset(top);
  });
  return offset;
}

interface Sort {
  readonly id: string;
  readonly isDown: boolean;
}

function useSorted<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sort: Sort | undefined,
): readonly T[] {
  return useMemo(() => {
    const by = columns.find(({ id }) => id === sort?.id)?.sortBy;
    if (!by || !sort) return rows;
    const sorted = rows.toSorted((a, b) => compare(by(a), by(b)));
    return sort.isDown ? sorted.reverse() : sorted;
  }, [rows, columns, sort]);
}

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));

interface HeadProps<T> {
  readonly column: Column<T>;
  readonly sort: Sort | undefined;
  onSort(sort: Sort | undefined): void;
}

function Head<T>({ column, sort, onSort }: HeadProps<T>) {
  const isSorted = sort?.id === column.id;
  const direction = isSorted && sort.isDown ? 'desc' : 'asc';
  return (
    <Box
      role="columnheader"
      aria-sort={!isSorted ? undefined : direction === 'asc' ? 'ascending' : 'descending'}
      sx={{ ...CELL_STYLE, color: 'text.secondary', fontWeight: 600, textAlign: column.align }}
    >
      {column.sortBy ? (
        <TableSortLabel
          active={isSorted}
          direction={direction}
          onClick={() => onSort({ id: column.id, isDown: isSorted && !sort.isDown })}
        >
          {column.header}
        </TableSortLabel>
      ) : (
        column.header
      )}
    </Box>
  );
}
