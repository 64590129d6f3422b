import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { countText } from '../parts/numbers.ts';
import { ChooseColumns } from './choose-columns.tsx';

interface ListToolbarProps {
  /** The list's name. */
  readonly list: string;
  /** To choose from; undefined where there is no choice. */
  readonly columns: readonly { readonly id: string; readonly header: string }[] | undefined;
  readonly shown: readonly string[];
  onChoose(ids: readonly string[]): void;
  readonly newCount: number;
  onShowNew(): void;
  readonly selectedCount: number;
  onClear(): void;
  readonly actions: ReactNode;
  readonly tools: ReactNode;
  readonly children: ReactNode;
}

/** Over a list: what can be done with the rows that are selected, or else what the page puts there. */
export function ListToolbar(props: ListToolbarProps) {
  const { list, columns, shown, newCount, selectedCount, actions, tools, children } = props;
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 36, mb: 1, flexWrap: 'wrap' }}>
      {selectedCount > 0 ? (
        <>
          <Typography sx={{ fontWeight: 600 }}>{countText(selectedCount)} selected</Typography>
          {actions}
          <Button onClick={props.onClear}>Clear</Button>
        </>
      ) : (
        children
      )}
      <Box sx={{ flex: 1 }} />
      <Box aria-live="polite">
        {newCount > 0 && (
          <Button variant="outlined" onClick={props.onShowNew}>
            {countText(newCount)} new
          </Button>
        )}
      </Box>
      {selectedCount === 0 && tools}
      {columns && <ChooseColumns list={list} columns={columns} shown={shown} onChoose={props.onChoose} />}
    </Box>
  );
}
