import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../../api/client.ts';
import type { Row } from '../../../api/types.ts';
import { linkTo } from '../../../app/links.ts';
import { useRefresh } from '../../../live/use-refresh.ts';
import { rowReason } from '../../../parts/delivery/words.ts';
import { Section } from '../../../parts/layout.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { Status } from '../../../parts/status.tsx';
import { Time } from '../../../parts/time.tsx';

const SHOWN = 8;

interface RecentFailuresProps {
  /** Of the endpoint. */
  readonly id: string;
}

/** What failed to arrive lately, each with its reason and a link to it. */
export function RecentFailures({ id }: RecentFailuresProps) {
  const query = { targetId: id, status: 'retrying,parked,dead', limit: SHOWN } as const;
  const { data, error, refetch } = $api.useQuery('get', '/v1/deliveries', { params: { query } });
  useRefresh(
    ({ outcomes }) => Boolean(outcomes?.some(({ targetId }) => targetId === id)),
    ['/v1/deliveries'],
    3000,
  );
  const rows = data?.items;
  return (
    <Section
      title="Not delivered"
      actions={
        <Link component={RouterLink} to={linkTo.deliveries({ targetId: id, status: 'retrying,parked,dead' })}>
          Show all
        </Link>
      }
    >
      <Problem error={error} onRetry={() => void refetch()} />
      {!rows && !error && <LinearProgress aria-label="Loading" />}
      {rows?.length === 0 && <Typography color="textSecondary">Everything has arrived.</Typography>}
      {rows?.map((row) => (
        <Failure key={row.id} row={row} />
      ))}
    </Section>
  );
}

function Failure({ row }: { readonly row: Row<'/v1/deliveries'> }) {
  const last = row.attempts.at(-1);
  return (
    <Box
      sx={{
        display: 'grid',
        // On a phone the reason has a line of its own.
        gridTemplateColumns: {
          xs: '96px minmax(0, 1fr) max-content',
          sm: '96px minmax(0, 2fr) minmax(0, 3fr) max-content',
        },
        gridTemplateAreas: { xs: '"status type time" "why why why"', sm: '"status type why time"' },
        alignItems: 'center',
        columnGap: 1.5,
        minHeight: 36,
        py: 0.5,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Box sx={{ gridArea: 'status' }}>
        <Status of={row.status} />
      </Box>
      <Link
        component={RouterLink}
        to={linkTo.delivery(row.id)}
        sx={{ gridArea: 'type', overflowWrap: 'anywhere' }}
      >
        <bdi>{row.event.type}</bdi>
      </Link>
      <Box component="span" sx={{ gridArea: 'why' }}>
        {rowReason(row)}
      </Box>
      <Box component="span" sx={{ gridArea: 'time', color: 'text.secondary' }}>
        <Time at={last?.at ?? row.since ?? row.event.acceptedAt} />
      </Box>
    </Box>
  );
}
