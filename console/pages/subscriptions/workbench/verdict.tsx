import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import HelpOutlined from '@mui/icons-material/HelpOutlined';
import Box from '@mui/material/Box';
import type { StatusColour } from '../../../app/theme.ts';
import { Foreign } from '../../../parts/layout.tsx';
import { problemText } from '../../../parts/problem.tsx';
import type { ReadEvent, Trial } from './use-trial.ts';

interface VerdictProps {
  readonly trial: Trial;
  readonly event: ReadEvent;
  /** What the filter lacks to be tried. */
  readonly missing: string | undefined;
}

/** Whether the event matches, and if not, the first condition that does not hold. */
export function Verdict({ trial, event, missing }: VerdictProps) {
  const { colour, icon: Icon, head, text } = verdictOf(trial, event, missing);
  return (
    <Box
      role="status"
      aria-label="Verdict"
      sx={(theme) => ({
        display: 'flex',
        gap: 1,
        p: 1.5,
        mb: 1,
        borderRadius: 1,
        border: 1,
        borderColor: 'divider',
        borderLeft: 4,
        borderLeftColor: (theme.vars ?? theme).palette.status[colour],
        opacity: trial.isBehind ? 0.6 : 1,
      })}
    >
      <Icon
        aria-hidden
        sx={(theme) => ({ fontSize: 20, color: (theme.vars ?? theme).palette.status[colour] })}
      />
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ fontWeight: 600 }}>{head}</Box>
        {text && <Foreign text={text} />}
      </Box>
    </Box>
  );
}

interface Shown {
  readonly colour: StatusColour;
  readonly icon: typeof HelpOutlined;
  readonly head: string;
  readonly text?: string;
}

function verdictOf({ result, error }: Trial, event: ReadEvent, missing: string | undefined): Shown {
  const idle = { colour: 'idle', icon: HelpOutlined } as const;
  if (missing !== undefined) return { ...idle, head: 'No verdict', text: missing };
  if (event.body === undefined)
    return { ...idle, head: 'No verdict', text: event.problem ?? 'Choose an event, or write one.' };
  if (error) return { ...idle, head: 'No verdict', text: problemText(error) };
  if (!result) return { ...idle, head: 'Trying …' };
  if (result.matches) return { colour: 'delivered', icon: CheckCircleOutlined, head: 'Matches' };
  const { message = '' } = result.reason ?? {};
  return { colour: 'dead', icon: ErrorOutlined, head: 'Does not match', text: message };
}
