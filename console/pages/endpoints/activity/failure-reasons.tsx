import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { keepPreviousData } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../../api/client.ts';
import { linkTo } from '../../../app/links.ts';
import { failureText } from '../../../parts/failure-words.ts';
import { Section } from '../../../parts/layout.tsx';
import { countText } from '../../../parts/numbers.ts';
import { Problem } from '../../../parts/problem.tsx';
import type { Target } from '../use-endpoint.ts';

const WEEK_MS = 7 * 86_400_000;

interface FailureReasonsProps {
  readonly target: Target;
  readonly from: string;
  readonly to: string;
}

/** Failed attempts by what went wrong, the most frequent first. */
export function FailureReasons({ target, from, to }: FailureReasonsProps) {
  // The API breaks down a week at most, and whole hours.
  const isCut = Date.parse(to) - Date.parse(from) > WEEK_MS;
  const start = isCut ? new Date(Date.parse(to) - WEEK_MS).toISOString() : from;
  const query = { by: 'error', targetId: target.id, from: start, to } as const;
  const { data, error, refetch } = $api.useQuery(
    'get',
    '/v1/metrics/breakdown',
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  const rows = data?.items;
  const most = Math.max(1, ...(rows ?? []).map(({ failedAttempts }) => failedAttempts));
  return (
    <Section title="Why attempts failed">
      <Problem error={error} onRetry={() => void refetch()} />
      {!rows && !error && <LinearProgress aria-label="Loading" />}
      {rows?.length === 0 && <Typography color="textSecondary">No attempt has failed.</Typography>}
      {rows?.map(({ name, failedAttempts }) => (
        <Box
          key={name}
          sx={{
            display: 'flex',
            alignItems: 'center',
            columnGap: 1.5,
            minHeight: 36,
            borderTop: 1,
            borderColor: 'divider',
          }}
        >
          <Link
            component={RouterLink}
            to={linkTo.deliveries({
              targetId: target.id,
              status: 'retrying,parked,dead',
              statusCode: String(failureNamed(name).statusCode ?? 'none'),
            })}
            sx={{ flex: '1 1 50%' }}
          >
            {failureText(failureNamed(name), target.timeoutSeconds)}
          </Link>
          <Box aria-hidden sx={{ flex: '1 1 30%', height: 6, borderRadius: 1, bgcolor: 'action.hover' }}>
            <Box
              sx={(theme) => ({
                height: 1,
                borderRadius: 1,
                bgcolor: (theme.vars ?? theme).palette.status.dead,
              })}
              style={{ width: `${(failedAttempts / most) * 100}%` }}
            />
          </Box>
          <Box component="span" sx={{ minWidth: 56, textAlign: 'right' }}>
            {countText(failedAttempts)}
          </Box>
        </Box>
      ))}
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
        {isCut ? 'Of the last 7 days.' : 'Counted by whole hours.'}
      </Typography>
    </Section>
  );
}

/** A row is of a status code or of a class of errors. */
const failureNamed = (name: string | null) =>
  name !== null && /^[0-9]{3}$/.test(name) ? { statusCode: Number(name) } : { error: name ?? 'other errors' };
