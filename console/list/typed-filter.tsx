import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import type { FilterDef } from './filter-def.ts';

interface TypedFilterProps {
  readonly def: FilterDef;
  readonly value: string;
  onChange(value: string): void;
  onClose(): void;
}

/** A filter that is typed. Loaded when it is first used: fields for text are heavy. */
export default function TypedFilter({ def, value, onChange, onClose }: TypedFilterProps) {
  const [text, setText] = useState(value);
  function submit(event: FormEvent): void {
    event.preventDefault();
    onChange(text.trim());
    onClose();
  }
  return (
    <Box component="form" onSubmit={submit} sx={{ p: 2, display: 'flex', gap: 1, alignItems: 'flex-start' }}>
      <TextField
        autoFocus
        label={def.label}
        value={text}
        helperText={def.hint}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" variant="contained" sx={{ mt: 0.25 }}>
        Apply
      </Button>
    </Box>
  );
}
