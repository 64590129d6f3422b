import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useCatalogue } from '../../../parts/catalogue.ts';

interface EventTypesFieldProps {
  readonly value: readonly string[];
  readonly problem?: string | undefined;
  onChange(events: readonly string[]): void;
}

/** Event types of the catalogue, and any others or patterns that are typed. */
export function EventTypesField({ value, problem, onChange }: EventTypesFieldProps) {
  const types = useCatalogue();
  const [typed, setTyped] = useState('');
  /** What was typed and not confirmed with Enter counts as well. */
  const confirm = (): void => {
    const text = typed.trim();
    if (text !== '' && !value.includes(text)) onChange([...value, text]);
    setTyped('');
  };
  return (
    <Autocomplete
      multiple
      freeSolo
      fullWidth
      options={types.map(({ name }) => name)}
      value={[...value]}
      inputValue={typed}
      onInputChange={(_, text) => setTyped(text)}
      onChange={(_, events) => onChange(events.map((event) => event.trim()).filter(Boolean))}
      onBlur={confirm}
      renderInput={(params) => (
        <TextField
          {...params}
          label="Event types"
          error={problem !== undefined}
          helperText={
            problem ??
            'Subscribes it at once. Patterns work: order.* is one segment, order.** any number, ** everything. Without any, subscribe it later.'
          }
        />
      )}
    />
  );
}
