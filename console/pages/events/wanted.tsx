import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { lazy, Suspense } from 'react';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { deathLabel, waitText } from '../../parts/delivery/words.ts';
import { EndpointName } from '../../parts/endpoint-name.tsx';
import { Section } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Status, statusLabel } from '../../parts/status.tsx';
import { SubscriptionName } from '../../parts/subscription-name.tsx';
import { Time } from '../../parts/time.tsx';
import type { EventView, FollowedDelivery, useEvent } from './use-event.ts';

const WhyNot = lazy(() => import('./why-not.tsx'));

interface WantedProps {
  readonly event: EventView;
  readonly deliveries: readonly FollowedDelivery[];
  readonly timeline: ReturnType<typeof useEvent>['timeline'];
}

/** Which subscriptions wanted an event and what became of it there; and of any other, why it did not get it. */
export function Wanted({ event, deliveries, timeline }: WantedProps) {
  return (
    <Section title="Subscriptions">
      <Problem error={timeline.error} onRetry={() => void timeline.refetch()} />
      {deliveries.length > 0 && (
        <Table aria-label="Deliveries of the event" size="small" sx={{ tableLayout: 'fixed', mb: 2 }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 116, pl: 0 }}>Status</TableCell>
              <TableCell>Subscription</TableCell>
              <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' } }}>Endpoint</TableCell>
              <TableCell sx={{ width: '26%', pr: 0 }}>What next</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {deliveries.map((each) => (
              <TableRow key={each.id}>
                <TableCell sx={{ pl: 0 }}>
                  <Link
                    component={RouterLink}
                    to={linkTo.delivery(each.id)}
                    color="inherit"
                    aria-label={`Open the delivery: ${statusLabel(each.status)}`}
                  >
                    <Status of={each.status} />
                  </Link>
                </TableCell>
                <TableCell sx={CUT}>
                  <SubscriptionName id={each.subscriptionId} />
                </TableCell>
                <TableCell sx={{ ...CUT, display: { xs: 'none', sm: 'table-cell' } }}>
                  <EndpointName id={each.targetId} />
                </TableCell>
                <TableCell sx={{ pr: 0, overflowWrap: 'anywhere' }}>
                  <Next of={each} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {timeline.hasNextPage && (
        <Button
          onClick={() => void timeline.fetchNextPage()}
          loading={timeline.isFetchingNextPage}
          sx={{ mb: 2 }}
        >
          Show more deliveries
        </Button>
      )}
      {event.matched === 0 && (
        <Typography color="textSecondary" sx={{ mb: 2 }}>
          No subscription wanted it.
        </Typography>
      )}
      <Suspense>
        <WhyNot event={event} got={deliveries} />
      </Suspense>
    </Section>
  );
}

const CUT = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

const nextLabel = ({ kind, attempt }: NonNullable<FollowedDelivery['upcoming']>): string =>
  kind === 'probe' ? 'Probe' : attempt === undefined ? 'Next attempt' : `Attempt ${attempt}`;

function Next({ of: { status, reason, waitingFor, upcoming } }: { readonly of: FollowedDelivery }) {
  if (status === 'dead') return <>{reason ? deathLabel(reason) : ''}</>;
  if (!upcoming) return <>–</>;
  if (upcoming.at !== undefined) {
    return (
      <>
        {nextLabel(upcoming)} <Time at={upcoming.at} />
      </>
    );
  }
  return <>{waitText(waitingFor) ? `Waits ${waitText(waitingFor)}` : ''}</>;
}
