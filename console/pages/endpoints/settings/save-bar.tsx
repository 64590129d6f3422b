import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { isConflict } from '../../../api/problem.ts';
import { Foreign } from '../../../parts/layout.tsx';
import { countOf } from '../../../parts/numbers.ts';
import { Problem } from '../../../parts/problem.tsx';
import type { Change } from './change-words.ts';

interface SaveBarProps {
  readonly changes: readonly Change[];
  readonly error: unknown;
  readonly hasProblems: boolean;
  readonly isBusy: boolean;
  onDiscard(): void;
}

/** What saving will change, and the button that does it. Stays in sight while there is something to save. */
export function SaveBar({ changes, error, hasProblems, isBusy, onDiscard }: SaveBarProps) {
  if (changes.length === 0 && error === undefined) return null;
  return (
    <Paper
      role="region"
      aria-label="Changes"
      sx={{ position: 'sticky', bottom: { xs: 64, md: 16 }, p: 2, zIndex: 1, boxShadow: 4 }}
    >
      {isConflict(error) ? (
        <Alert severity="warning" role="alert" sx={{ mb: 1 }}>
          Somebody else has changed this endpoint since you opened it, so nothing was saved. The form shows
          their changes now. Look at what is left of yours, and save again.
        </Alert>
      ) : (
        <Problem error={error} />
      )}
      <Box sx={{ display: 'flex', alignItems: 'flex-start', flexWrap: 'wrap', gap: 2 }}>
        <Box sx={{ flex: '1 1 320px', minWidth: 0, maxHeight: 200, overflowY: 'auto' }}>
          <Typography sx={{ fontWeight: 600 }}>{countOf(changes.length, 'change')}</Typography>
          <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
            {changes.map(({ label, before, after }) => (
              <li key={label}>
                <Foreign text={label} />: <Cut text={before} /> → <Cut text={after} />
              </li>
            ))}
          </Box>
        </Box>
        <Button onClick={onDiscard} disabled={isBusy}>
          Discard
        </Button>
        <Button
          type="submit"
          variant="contained"
          loading={isBusy}
          disabled={hasProblems || changes.length === 0}
        >
          Save changes
        </Button>
      </Box>
    </Paper>
  );
}

const LONG = 120;

const Cut = ({ text }: { readonly text: string }) => (
  <Foreign text={text.length > LONG ? `${text.slice(0, LONG)}…` : text} />
);
