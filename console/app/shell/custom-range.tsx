import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import { inputTime } from '../../parts/times.ts';

interface CustomRangeProps {
  readonly from: string;
  readonly to: string;
  onChoose(ends: { from: string; to: string }): void;
}

/** A time range with both ends typed. Loaded with the menu: fields for text are heavy. */
export default function CustomRange({ from, to, onChoose }: CustomRangeProps) {
  const [start, setStart] = useState(inputTime(from));
  const [end, setEnd] = useState(inputTime(to));
  const isRight = Date.parse(start) < Date.parse(end);
  const choose = (event: FormEvent): void => {
    event.preventDefault();
    if (isRight) onChoose({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  };
  return (
    <Stack component="form" spacing={1.5} sx={{ p: 2, width: 260 }} onSubmit={choose}>
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
