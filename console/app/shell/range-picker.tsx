import Schedule from '@mui/icons-material/Schedule';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import { inputTime, rangeText } from '../../parts/times.ts';
import { RANGES, type RangeName, useTimeRange } from '../time-range.ts';

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
        aria-haspopup="menu"
        sx={{ borderColor: 'divider', whiteSpace: 'nowrap' }}
      >
        {range.name === undefined ? rangeText(range.from, range.to) : range.label}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
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
        <Divider />
        <Custom
          from={range.from}
          to={range.to}
          onChoose={(ends) => {
            setRange(ends);
            close();
          }}
        />
      </Menu>
    </>
  );
}

interface CustomProps {
  readonly from: string;
  readonly to: string;
  onChoose(ends: { from: string; to: string }): void;
}

function Custom({ from, to, onChoose }: CustomProps) {
  const [start, setStart] = useState(inputTime(from));
  const [end, setEnd] = useState(inputTime(to));
  const isRight = Date.parse(start) < Date.parse(end);
  const choose = (event: FormEvent): void => {
    event.preventDefault();
    if (isRight) onChoose({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  };
  return (
    // A menu takes keys for itself: letters jump to its items.
    <Stack component="form" spacing={1.5} sx={{ p: 2, width: 260 }} onSubmit={choose} onKeyDown={stopKeys}>
      <TextField
        label="From"
        type="datetime-local"
        value={start}
        onChange={({ target }) => setStart(target.value)}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <TextField
        label="To"
        type="datetime-local"
        value={end}
        onChange={({ target }) => setEnd(target.value)}
        error={!isRight}
        helperText={isRight ? undefined : 'The end has to be after the start.'}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <Button type="submit" variant="contained" disabled={!isRight}>
        Show this range
      </Button>
    </Stack>
  );
}

function stopKeys(event: { key: string; stopPropagation(): void }): void {
  if (event.key !== 'Escape' && event.key !== 'Tab') event.stopPropagation();
}
