import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tooltip from '@mui/material/Tooltip';
import type { ChannelState } from '../../../client/live/kept-socket.ts';
import { useLive } from '../../live/live.tsx';
import type { StatusColour } from '../theme.ts';

const STATES = {
  live: { label: 'Live', colour: 'delivered', hint: 'What happens shows as it happens. Click to pause.' },
  connecting: { label: 'Connecting', colour: 'idle', hint: 'What happens shows by itself in a moment.' },
  'catching-up': {
    label: 'Catching up',
    colour: 'retrying',
    hint: 'The live connection is back. What happened meanwhile is read now.',
  },
  waiting: {
    label: 'Reconnecting',
    colour: 'retrying',
    hint: 'The live connection was lost. It is tried again by itself; nothing is lost meanwhile.',
  },
  paused: { label: 'Paused', colour: 'idle', hint: 'Nothing shows by itself. Click to go on.' },
} as const satisfies Record<ChannelState, { label: string; colour: StatusColour; hint: string }>;

/** Whether what is shown is as of now. */
export function LiveDot() {
  const { state, setPaused } = useLive();
  const { label, colour, hint } = STATES[state];
  return (
    <Tooltip title={hint}>
      <Button
        color="inherit"
        onClick={() => setPaused(state !== 'paused')}
        aria-label={`${label}. ${state === 'paused' ? 'Go on' : 'Pause'} live updates`}
        startIcon={
          <Box
            component="span"
            sx={(theme) => ({
              width: 10,
              height: 10,
              borderRadius: '50%',
              bgcolor: (theme.vars ?? theme).palette.status[colour],
            })}
          />
        }
        sx={{
          color: 'text.secondary',
          minWidth: { xs: 32, sm: 64 },
          flexShrink: 0,
          '& .MuiButton-startIcon': { mx: { xs: 0, sm: 0.5 } },
        }}
      >
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
          {label}
        </Box>
      </Button>
    </Tooltip>
  );
}
