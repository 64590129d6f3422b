import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useTypedText } from '../../../list/use-typed-text.ts';
import { clockText, inputTime } from '../../../parts/times.ts';
import { type Target, useHealth } from '../use-endpoint.ts';

interface SinceProps {
  readonly target: Target;
  readonly from: string | undefined;
  onChange(from: string | undefined): void;
}

const DAY_MS = 86_400_000;

/** Of which time. It goes by when events were accepted. */
export function Since({ target, from, onChange }: SinceProps) {
  const { data: health } = useHealth(target.id);
  const began = target.disabled?.at ?? health?.failingSince;
  const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
  const typed = useTypedText(
    from === undefined || Number.isNaN(Date.parse(from)) ? '' : inputTime(from),
    (text) => onChange(text === '' ? undefined : new Date(text).toISOString()),
  );
  return (
    <Box
      role="group"
      aria-label="Missed since when"
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', mb: 2 }}
    >
      <TextField
        type="datetime-local"
        label="Missed since"
        {...typed}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      {began !== undefined && (
        // A delivery that failed first was accepted before.
        <Button onClick={() => onChange(new Date(Date.parse(began) - 60_000).toISOString())}>
          Since it failed, {clockText(began)}
        </Button>
      )}
      <Button onClick={() => onChange(ago(1))}>A day</Button>
      <Button onClick={() => onChange(ago(7))}>A week</Button>
      {from !== undefined && <Button onClick={() => onChange(undefined)}>All that is kept</Button>}
    </Box>
  );
}
