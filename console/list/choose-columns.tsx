import ViewColumnOutlined from '@mui/icons-material/ViewColumnOutlined';
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
            <input
              type="checkbox"
              checked={shown.includes(id)}
              readOnly
              tabIndex={-1}
              aria-hidden
              style={CHECK}
            />
            {header}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

/** The item is what is ticked; its box takes no click of its own. */
const CHECK = {
  width: 18,
  height: 18,
  margin: '4px 12px 4px 4px',
  accentColor: 'var(--mui-palette-primary-main)',
  pointerEvents: 'none',
} as const;
