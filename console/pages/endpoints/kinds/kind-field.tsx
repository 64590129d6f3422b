import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { TARGET_KINDS } from '../../../../client/target-kinds.gen.ts';
import { kindLabel } from './labels.ts';

interface KindFieldProps {
  readonly value: string;
  readonly problem?: string | undefined;
  onChange(kind: string): void;
}

/** What an endpoint is. */
export function KindField({ value, problem, onChange }: KindFieldProps) {
  return (
    <TextField
      select
      fullWidth
      label="Kind"
      value={value}
      error={problem !== undefined}
      helperText={problem ?? 'What gets the events'}
      onChange={({ target }) => onChange(target.value)}
    >
      {Object.keys(TARGET_KINDS).map((kind) => (
        <MenuItem key={kind} value={kind}>
          {kindLabel(kind)}
        </MenuItem>
      ))}
    </TextField>
  );
}
