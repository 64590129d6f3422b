import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { type Bound, COMPARISONS, type Comparison } from '../filter/form.ts';
import { readNumber } from '../filter/values.ts';

type Bounds = readonly [Bound] | readonly [Bound, Bound];

interface NumericInputProps {
  readonly bounds: Bounds;
  onBounds(bounds: Bounds): void;
  readonly name: string;
}

/** A comparison, or a range: a lower bound and an upper one. */
export function NumericInput({ bounds, onBounds, name }: NumericInputProps) {
  const [low, high] = bounds;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      <BoundInput
        bound={low}
        onBound={(bound) => onBounds(high ? [bound, high] : [bound])}
        name={name}
        comparisons={high ? ['>', '>='] : COMPARISONS}
      />
      {high && (
        <BoundInput
          bound={high}
          onBound={(bound) => onBounds([low, bound])}
          name={name}
          comparisons={['<', '<=']}
        />
      )}
    </Box>
  );
}

interface BoundInputProps {
  readonly bound: Bound;
  onBound(bound: Bound): void;
  readonly name: string;
  readonly comparisons: readonly Comparison[];
}

function BoundInput({ bound, onBound, name, comparisons }: BoundInputProps) {
  const { comparison, number } = bound;
  const isWrong = number !== '' && readNumber(number) === undefined;
  const choices = comparisons.includes(comparison) ? comparisons : [comparison, ...comparisons];
  return (
    <Box sx={{ display: 'flex', gap: 1, flex: '1 1 176px', alignItems: 'flex-start' }}>
      <TextField
        select
        value={comparison}
        onChange={({ target }) => onBound({ ...bound, comparison: target.value as Comparison })}
        slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Comparison for ${name}` } } }}
        sx={{ width: 72, flexShrink: 0 }}
      >
        {choices.map((each) => (
          <MenuItem key={each} value={each}>
            {each}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        value={number}
        onChange={({ target }) => onBound({ ...bound, number: target.value })}
        error={isWrong}
        helperText={isWrong ? 'Expected a number up to 2^53 - 1' : undefined}
        slotProps={{ htmlInput: { inputMode: 'decimal', 'aria-label': `Number for ${name}` } }}
        sx={{ flex: 1, minWidth: 80 }}
      />
    </Box>
  );
}
