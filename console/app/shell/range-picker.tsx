import Schedule from '@mui/icons-material/Schedule';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import MenuItem from '@mui/material/MenuItem';
import MenuList from '@mui/material/MenuList';
import Popover from '@mui/material/Popover';
import { lazy, Suspense, useState } from 'react';
import { rangeText } from '../../parts/times.ts';
import { RANGES, type RangeName, useTimeRange } from '../time-range.ts';

const CustomRange = lazy(() => import('./custom-range.tsx'));

/** Chooses the time range of everything that is shown. */
export function RangePicker() {
  const [range, setRange] = useTimeRange();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = (): void => setAnchor(null);
  return (
    <>
      <Button
        color="inherit"
        variant="outlined"
        startIcon={<Schedule />}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
        aria-haspopup="dialog"
        sx={{ borderColor: 'divider', whiteSpace: 'nowrap', flexShrink: 0 }}
      >
        {range.name === undefined ? rangeText(range.from, range.to) : range.label}
      </Button>
      <Popover
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        // It grows when the fields below have been loaded, and must not grow out of the window.
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': 'Time range' } }}
      >
        <MenuList autoFocusItem={anchor !== null} aria-label="Time ranges">
          {Object.entries(RANGES).map(([name, { label }]) => (
            <MenuItem
              key={name}
              selected={name === range.name}
              onClick={() => {
                setRange(name as RangeName);
                close();
              }}
            >
              {label}
            </MenuItem>
          ))}
        </MenuList>
        <Divider />
        <Suspense>
          <CustomRange
            from={range.from}
            to={range.to}
            onChoose={(ends) => {
              setRange(ends);
              close();
            }}
          />
        </Suspense>
      </Popover>
    </>
  );
}
