import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useUrlState } from '../app/url-state.ts';
import { countOf } from '../parts/numbers.ts';
import { Problem } from '../parts/problem.tsx';
import { type Column, readChosen, shownColumns } from './columns.ts';
import { GridHead } from './grid-head.tsx';
import { actionOf } from './grid-keys.ts';
import { isOwnControl } from './grid-row.tsx';
import { domIdOf, GridRows } from './grid-rows.tsx';
import { GRID_STYLE, gridTemplate, PHONE_ROW_HEIGHT, ROW_HEIGHT } from './grid-style.ts';
import { ListToolbar } from './list-toolbar.tsx';
import { SidePanel } from './side-panel.tsx';
import { useSorted } from './sort.ts';
import type { ListState } from './use-list.ts';
import { useSelection } from './use-selection.ts';
import { useSteady } from './use-steady.ts';

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
  /** What narrows the list: the search, the filters. */
  readonly toolbar?: ReactNode;
  /** What is done with all of it, beside the choice of columns. */
  readonly tools?: ReactNode;
}

/**
 * A list of any length: only the rows that are seen are in the page. It is a grid as ARIA knows it, of elements that can be
 * placed anywhere, as those of a table can't. The grid has the focus and takes the keys (see `actionOf`), and says which row
 * is current (https://www.w3.org/WAI/ARIA/apg/patterns/grid/).
 */
export function DataList<T>(props: DataListProps<T>) {
  const { name, label, list, idOf, panel, actions } = props;
  const isPhone = useMediaQuery('(max-width:899px)');
  const height = isPhone ? PHONE_ROW_HEIGHT : ROW_HEIGHT;
  const [chosen, setChosen] = useState(() => readChosen(name));
  const columns = useMemo(
    () => shownColumns(props.columns, chosen, isPhone),
    [props.columns, chosen, isPhone],
  );
  const template = gridTemplate(
    columns.map(({ width }) => width),
    actions !== undefined,
  );
  const { rows, sort, setSort } = useSorted(list.rows, props.columns);
  const ids = useMemo(() => rows.map(idOf), [rows, idOf]);
  const selection = useSelection(rows, ids);
  const [current, setCurrent] = useState(0);
  const [url, change] = useUrlState();
  const open = panel ? url.get('open') : null;
  const openRow = (id: string | undefined): void => change({ open: id });
  const scroller = useRef((_: number): void => {});
  const onToggle = useSteady((index: number, isShift: boolean) => {
    const id = ids[index];
    if (actions && id !== undefined) selection.toggle(id, isShift);
  });
  const onClick = useSteady((index: number, isShift: boolean) => {
    setCurrent(index);
    if (isShift && actions) onToggle(index, true);
    else if (panel) openRow(ids[index]);
  });

  function onKey(event: KeyboardEvent): void {
    // A link or button in a row takes its keys itself.
    const action = isOwnControl(event.target) ? undefined : actionOf(event, current, rows.length);
    const id = ids[current];
    if (!action || id === undefined) return;
    if (action.kind === 'go') {
      setCurrent(action.to);
      scroller.current(action.to);
      if (open !== null) openRow(ids[action.to]);
    } else if (action.kind === 'select') {
      if (actions) selection.toggle(id, action.isRange);
    } else if (panel) {
      openRow(action.kind === 'open' ? id : undefined);
    }
    event.preventDefault();
  }

  return (
    <Box>
      <ListToolbar
        list={name}
        columns={isPhone ? undefined : props.columns}
        shown={columns.map(({ id }) => id)}
        onChoose={setChosen}
        newCount={props.newCount ?? 0}
        onShowNew={list.again}
        selectedCount={actions ? selection.selected.length : 0}
        onClear={selection.clear}
        actions={actions?.(selection.selected, selection.clear)}
        tools={props.tools}
      >
        {props.toolbar}
      </ListToolbar>
      <Problem error={list.error} onRetry={list.again} />
      <Box
        sx={{ border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'background.paper', minWidth: 0 }}
      >
        <Box
          role="grid"
          aria-label={label}
          aria-busy={list.isFetching}
          aria-rowcount={list.hasMore ? -1 : rows.length + 1}
          aria-multiselectable={actions ? true : undefined}
          tabIndex={0}
          aria-activedescendant={current < rows.length ? domIdOf(name, current) : undefined}
          onKeyDown={onKey}
          sx={GRID_STYLE}
        >
          <GridHead
            columns={columns}
            template={template}
            sort={sort}
            onSort={setSort}
            selection={
              actions && {
                isAll: rows.length > 0 && selection.selected.length === rows.length,
                isSome: selection.selected.length > 0,
                onToggle: (isOn) => (isOn ? selection.all() : selection.clear()),
              }
            }
          />
          {list.isFetching && <LinearProgress aria-hidden sx={{ height: 2, mb: '-2px' }} />}
          <GridRows
            name={name}
            rows={rows}
            ids={ids}
            list={list}
            columns={columns}
            template={template}
            height={height}
            current={current}
            open={open}
            isSelected={actions && selection.has}
            opens={panel !== undefined}
            onClick={onClick}
            onToggle={onToggle}
            scroller={scroller}
          />
        </Box>
        {rows.length === 0 && !list.isFirstLoad && !list.error && !list.hasMore && props.empty}
      </Box>
      <ListFoot list={list} count={rows.length} />
      {panel && open !== null && (
        <SidePanel key={open} page={props.pageOf?.(open)} onClose={() => openRow(undefined)}>
          {panel(open)}
        </SidePanel>
      )}
    </Box>
  );
}

/** How many rows there are, and looking further where a filter fits little. */
function ListFoot({ list, count }: { readonly list: ListState<unknown>; readonly count: number }) {
  const { hasMore, mayGoOn, more, isFetching, isFirstLoad } = list;
  return (
    <Box sx={{ mt: 1 }}>
      {hasMore && !mayGoOn && (
        <Button onClick={more} loading={isFetching}>
          Look further back
        </Button>
      )}
      <Typography variant="body2" color="textSecondary" role="status">
        {isFirstLoad ? 'Loading …' : `${countOf(count, 'row')}${hasMore ? ', and more' : ''}`}
      </Typography>
    </Box>
  );
}
