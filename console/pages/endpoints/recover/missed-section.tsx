import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { api } from '../../../api/client.ts';
import { refresh } from '../../../api/queries.ts';
import { linkTo } from '../../../app/links.ts';
import { useMay } from '../../../app/session.tsx';
import { useUrlState } from '../../../app/url-state.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { deathLabel, waitText } from '../../../parts/delivery/words.ts';
import { Section } from '../../../parts/layout.tsx';
import { countOf, countText } from '../../../parts/numbers.ts';
import { Problem } from '../../../parts/problem.tsx';
import { exactText } from '../../../parts/times.ts';
import type { Target } from '../use-endpoint.ts';
import { useMissed } from './missed.ts';

interface MissedSectionProps {
  readonly target: Target;
  readonly kind: 'waiting' | 'dead';
  readonly from: string | undefined;
  /** A session that may start no jobs. */
  readonly isLimited: boolean;
}

const WORDS = {
  waiting: {
    title: 'Waiting',
    none: 'Nothing waits.',
    action: 'Retry all',
    what: 'They are tried now instead of later, the oldest first, no faster than the rate limit. While the endpoint fails, one is tried and the rest follows as soon as it answers.',
    status: 'retrying,parked',
  },
  dead: {
    title: 'Dead letters',
    none: 'There are no dead letters.',
    action: 'Send all again',
    what: 'They are sent again, the oldest first, no faster than the rate limit, with a retry schedule of their own. The endpoint may get twice what it has had already: it tells them by their webhook-id.',
    status: 'dead',
  },
} as const;

/** What waits for an endpoint, or is dead: how many, why, and a job that sends them. */
export function MissedSection({ target, kind, from, isLimited }: MissedSectionProps) {
  const may = useMay();
  const [, change] = useUrlState();
  const [isAsking, setAsking] = useState(false);
  const { data: missed, error, refetch } = useMissed(target.id, kind, from);
  const { title, none, action, what, status } = WORDS[kind];
  const count =
    missed && `${missed.isCut ? 'more than ' : ''}${countOf(missed.count, 'delivery', 'deliveries')}`;
  const since = from === undefined ? '' : ` of events since ${exactText(from)}`;

  async function start(): Promise<void> {
    const span = from === undefined ? {} : { from };
    const { data: job } =
      kind === 'waiting'
        ? await api.POST('/v1/targets/{id}/retry', { params: { path: { id: target.id } }, body: span })
        : await api.POST('/v1/dead-letters/redrive', {
            body: { all: true, targetId: target.id, ...span },
          });
    if (job && 'state' in job) change({ job: job.id });
    void refresh('/v1/replays');
  }

  return (
    <Section
      title={title}
      actions={
        may('manage') &&
        !isLimited &&
        missed !== undefined &&
        missed.count > 0 && (
          <Button variant="contained" onClick={() => setAsking(true)}>
            {action}
          </Button>
        )
      }
    >
      <Problem error={error} onRetry={() => void refetch()} />
      {!missed && !error && <LinearProgress aria-label="Counting" />}
      {missed?.count === 0 && <Typography color="textSecondary">{none}</Typography>}
      {missed !== undefined && missed.count > 0 && (
        <>
          <Link
            component={RouterLink}
            to={linkTo.deliveries({ targetId: target.id, status, ...(from !== undefined && { from }) })}
            sx={{ fontWeight: 600 }}
          >
            {count}
          </Link>
          {since}
          <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
            {missed.reasons.map(([reason, n]) => (
              <li key={reason}>
                {countText(n)}: {kind === 'dead' ? deathLabel(reason) : `Waits ${waitText(reason) ?? ''}`}
              </li>
            ))}
          </Box>
        </>
      )}
      {isAsking && missed !== undefined && missed.count > 0 && (
        <Confirm
          title={`${action.replace('them', count ?? 'them')}?`}
          action={action}
          onConfirm={start}
          onClose={() => setAsking(false)}
        >
          <Typography>
            {count}
            {since}. {what}
          </Typography>
        </Confirm>
      )}
    </Section>
  );
}
