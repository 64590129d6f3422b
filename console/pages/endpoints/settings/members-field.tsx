import Add from '@mui/icons-material/Add';
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import type { Member } from './settings-form.ts';

interface MembersFieldProps {
  /** `Headers` */
  readonly label: string;
  /** `header`, for the buttons' names. */
  readonly one: string;
  readonly nameLabel: string;
  readonly valueLabel: string;
  readonly hint: string;
  readonly value: readonly Member[];
  readonly problem?: string | undefined;
  readonly disabled: boolean;
  onChange(members: readonly Member[]): void;
}

/** Names and values, in rows that are added and removed. */
export function MembersField(props: MembersFieldProps) {
  const { label, one, nameLabel, valueLabel, hint, value, problem, disabled, onChange } = props;
  const id = useId();
  const change = (index: number, member: Member): void =>
    onChange(value.map((each, i) => (i === index ? member : each)));
  return (
    <Box role="group" aria-labelledby={id}>
      <Typography id={id} variant="h3" component="h3" sx={{ mb: 1 }}>
        {label}
      </Typography>
      {value.map((member, index) => (
        // Rows have no other identity than their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is edited in its place
        <Box key={index} sx={{ display: 'flex', gap: 1, mb: 1.5, alignItems: 'center' }}>
          <TextField
            label={nameLabel}
            value={member.name}
            disabled={disabled}
            onChange={({ target }) => change(index, { ...member, name: target.value })}
            sx={{ flex: 2 }}
          />
          <TextField
            label={valueLabel}
            value={member.value}
            disabled={disabled}
            onFocus={({ target }) => target.select()}
            onChange={({ target }) => change(index, { ...member, value: target.value })}
            sx={{ flex: 3 }}
          />
          <IconButton
            aria-label={`Remove ${one} ${member.name}`}
            disabled={disabled}
            onClick={() => onChange(value.filter((_, i) => i !== index))}
          >
            <Close sx={{ fontSize: 18 }} />
          </IconButton>
        </Box>
      ))}
      {!disabled && (
        <Button startIcon={<Add />} onClick={() => onChange([...value, { name: '', value: '' }])}>
          Add {one}
        </Button>
      )}
      <FormHelperText error={problem !== undefined}>{problem ?? hint}</FormHelperText>
    </Box>
  );
}
