import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { PRESETS, type Preset, readWaits, scheduleText, waitsText } from './schedule.ts';
import type { SettingsForm } from './settings-form.ts';

type Retry = Pick<SettingsForm, 'preset' | 'waits' | 'jitter'>;

interface RetryFieldProps {
  readonly value: Retry;
  readonly problem?: string | undefined;
  readonly disabled: boolean;
  onChange(changes: Partial<Retry>): void;
}

const WORDS: Readonly<Record<Preset, string>> = {
  default: 'Default: quick at first, patient for a day',
  exponential: 'Exponential: half an hour',
  steady: 'Steady: within minutes',
  eager: 'Eager: begins at once, goes on for a day',
};

/** When a failed attempt is repeated: a policy by its name, or waits of one's own. */
export function RetryField({
  value: { preset, waits, jitter },
  problem,
  disabled,
  onChange,
}: RetryFieldProps) {
  const schedule = preset === 'own' ? readWaits(waits) : PRESETS[preset];
  const summary = schedule && scheduleText(schedule);
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <TextField
        select
        label="Retries"
        value={preset}
        disabled={disabled}
        error={problem !== undefined && preset !== 'own'}
        helperText={preset === 'own' ? undefined : (problem ?? `${summary}: ${waitsText(PRESETS[preset])}`)}
        onChange={({ target }) => {
          const next = target.value as Retry['preset'];
          // An own schedule begins with the one that was there.
          onChange(
            next === 'own' && preset !== 'own'
              ? { preset: next, waits: waitsText(PRESETS[preset]) }
              : { preset: next },
          );
        }}
      >
        {Object.entries(WORDS).map(([name, label]) => (
          <MenuItem key={name} value={name}>
            {label}
          </MenuItem>
        ))}
        <MenuItem value="own">Own schedule</MenuItem>
      </TextField>
      {preset === 'own' && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <TextField
            label="Waits after each failed attempt"
            value={waits}
            disabled={disabled}
            error={problem !== undefined}
            helperText={problem ?? summary}
            onChange={({ target }) => onChange({ waits: target.value })}
            sx={{ flex: '4 1 280px' }}
          />
          <TextField
            label="Spread, in percent"
            value={jitter}
            disabled={disabled}
            helperText="Moves each wait at random"
            onChange={({ target }) => onChange({ jitter: target.value })}
            sx={{ flex: '1 1 140px' }}
          />
        </Box>
      )}
    </Box>
  );
}
