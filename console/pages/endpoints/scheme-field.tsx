import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { SCHEMES, type Scheme } from './schemes.ts';

interface SchemeFieldProps {
  readonly value: Scheme;
  /** What the API says is wrong with it. */
  readonly problem?: string | undefined;
  readonly disabled?: boolean;
  onChange(scheme: Scheme): void;
}

export function SchemeField({ value, problem, disabled = false, onChange }: SchemeFieldProps) {
  return (
    <TextField
      select
      fullWidth
      label="Signature"
      value={value}
      disabled={disabled}
      error={problem !== undefined}
      helperText={problem ?? SCHEMES[value].hint}
      onChange={({ target }) => onChange(target.value as Scheme)}
    >
      {Object.entries(SCHEMES).map(([scheme, { label }]) => (
        <MenuItem key={scheme} value={scheme}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
