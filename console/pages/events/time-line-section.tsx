import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { type Steps, stepsOf } from '../../parts/delivery/steps.ts';
import { TimeLine } from '../../parts/delivery/time-line.tsx';
import type { TimelineEntry } from '../../parts/delivery/types.ts';
import { EndpointName } from '../../parts/endpoint-name.tsx';
import { Section } from '../../parts/layout.tsx';
import { Status } from '../../parts/status.tsx';
import { useNow } from '../../parts/time.tsx';
import type { EventView, FollowedDelivery } from './use-event.ts';

interface EventTimeLineProps {
  readonly event: EventView;
  readonly entries: readonly TimelineEntry[];
  readonly deliveries: readonly FollowedDelivery[];
}

/** What happened to an event, and to each of its deliveries, all to one scale. */
export function EventTimeLine({ event, entries, deliveries }: EventTimeLineProps) {
  const now = useNow();
  // What is settled stays as it is, second after second.
  const at = entries.some(({ kind }) => kind === 'waiting') ? now : 0;
  const all = useMemo(() => stepsOf(entries, event.acceptedAt, at), [entries, event.acceptedAt, at]);
  const of = (id: string | undefined): Steps => ({
    total: all.total,
    steps: all.steps.filter(({ deliveryId }) => deliveryId === id),
  });
  return (
    <Section title="Time line">
      <TimeLine of={of(undefined)} acceptedAt={event.acceptedAt} label="Of the event" isScaled={false} />
      {deliveries.map(({ id, targetId, status }, i) => (
        <Box key={id} sx={{ mt: 1.5 }}>
          <Typography variant="h3" component="h3" sx={{ px: 1, mb: 0.5, overflowWrap: 'anywhere' }}>
            <EndpointName id={targetId} /> <Status of={status} />{' '}
            <Link component={RouterLink} to={linkTo.delivery(id)} sx={{ fontWeight: 400 }}>
              Open
            </Link>
          </Typography>
          <TimeLine
            of={of(id)}
            acceptedAt={event.acceptedAt}
            label={`Of delivery ${i + 1}`}
            isScaled={i === deliveries.length - 1}
          />
        </Box>
      ))}
    </Section>
  );
}
