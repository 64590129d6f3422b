import ViewColumnOutlined from '@mui/icons-material/ViewColumnOutlined';
import Checkbox from '@mui/material/Checkbox';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';
import { keepChosen } from './columns.ts';

interface ChooseColumnsProps {
  readonly list: string;
  readonly columns: readonly { readonly id: string; readonly header: string }[];
  readonly shown: readonly string[];
  onChoose(ids: readonly string[]): void;
}

/** Which columns a list has, in this browser. */
export function ChooseColumns({ list, columns, shown, onChoose }: ChooseColumnsProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  function toggle(id: string): void {
    const next = shown.includes(id) ? shown.filter((each) => each !== id) : [...shown, id];
    if (next.length === 0) return;
    keepChosen(list, next);
    onChoose(next);
  }
  return (
    <>
      <Tooltip title="Choose columns">
        <IconButton
          aria-label="Choose columns"
          aria-haspopup="menu"
          onClick={({ currentTarget }) => setAnchor(currentTarget)}
        >
          <ViewColumnOutlined fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {columns.map(({ id, header }) => (
          <MenuItem
            key={id}
            role="menuitemcheckbox"
            aria-checked={shown.includes(id)}
            dense
            onClick={() => toggle(id)}
          >
            <Checkbox
              size="small"
              checked={shown.includes(id)}
              tabIndex={-1}
              disableRipple
              aria-hidden
              sx={{ p: 0.5, mr: 1 }}
              slotProps={{ input: { tabIndex: -1, 'aria-hidden': true } }}
            />
            {header}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
