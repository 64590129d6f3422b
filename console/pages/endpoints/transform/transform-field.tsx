import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { TransformTrial } from './transform-trial.tsx';

interface TransformFieldProps {
  readonly targetId: string;
  readonly value: string;
  readonly problem?: string | undefined;
  readonly disabled: boolean;
  onChange(expression: string): void;
}

/** The expression that makes an endpoint's requests, and what it makes of an event. */
export function TransformField({ targetId, value, problem, disabled, onChange }: TransformFieldProps) {
  const [isTrying, setTrying] = useState(false);
  return (
    <Stack spacing={2} sx={{ alignItems: 'flex-start' }}>
      <TextField
        fullWidth
        multiline
        minRows={4}
        maxRows={20}
        label="JSONata expression"
        placeholder={'{"body": {"text": type & ": " & data.message}}'}
        value={value}
        disabled={disabled}
        error={problem !== undefined}
        helperText={
          problem ??
          'Makes body, headers, path or contentType of each request from type, data and the rest of the event. Empty sends the payload as it is.'
        }
        onChange={({ target }) => onChange(target.value)}
        slotProps={{
          htmlInput: { spellCheck: false, autoCapitalize: 'off', dir: 'ltr' },
          input: { sx: { fontFamily: 'monospace', fontSize: '0.8125rem' } },
        }}
      />
      {!disabled && !isTrying && (
        <Button variant="outlined" disabled={value.trim() === ''} onClick={() => setTrying(true)}>
          Try it
        </Button>
      )}
      {!disabled && isTrying && <TransformTrial targetId={targetId} expression={value} />}
    </Stack>
  );
}
