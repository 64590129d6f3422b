import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { Schemas } from '../../api/types.ts';
import { stateText } from '../../parts/health-words.ts';
import { Foreign } from '../../parts/layout.tsx';
import { Status } from '../../parts/status.tsx';
import { useNow } from '../../parts/time.tsx';
import type { Target } from './use-endpoint.ts';

interface StateLineProps {
  readonly target: Target;
  readonly health: Schemas['TargetRowHealth'];
}

/** An endpoint's state: the word, and what it means in a sentence. */
export function StateLine({ target, health }: StateLineProps) {
  const now = useNow();
  const problem = health.state === 'unverified' ? target.verification?.problem : undefined;
  return (
    <Box
      role="status"
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', columnGap: 1.5, rowGap: 0.5, mb: 2 }}
    >
      <Status kind="endpoint" of={health.state} />
      <Typography component="span" sx={{ flex: '1 1 280px', overflowWrap: 'anywhere' }}>
        {stateText(target, health, now)}
        {problem !== undefined && (
          <>
            {' '}
            <Foreign text={problem} />
          </>
        )}
      </Typography>
    </Box>
  );
}
