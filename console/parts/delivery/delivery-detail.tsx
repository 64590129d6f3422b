import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { ShortId } from '../copy.tsx';
import { EndpointName } from '../endpoint-name.tsx';
import { DetailTitle, Facts, Section } from '../layout.tsx';
import { Missing } from '../missing.tsx';
import { Problem } from '../problem.tsx';
import { Status } from '../status.tsx';
import { SubscriptionName } from '../subscription-name.tsx';
import { Time, useNow } from '../time.tsx';
import { useDeliveryActions } from './actions.tsx';
import { nextText } from './next.ts';
import { stepsOf } from './steps.ts';
import { TimeLine } from './time-line.tsx';
import type { Delivery, Timeline, Upcoming } from './types.ts';
import { useChosenAttempt } from './use-chosen-attempt.ts';
import { useDelivery } from './use-delivery.ts';

const Attempts = lazy(() => import('./attempts.tsx'));

interface DeliveryDetailProps {
  readonly id: string;
  /** On a page of its own there is room for two columns, and its head is the page's. */
  readonly isPage?: boolean;
}

/** A delivery: its state and what happens next, how it got there, and each attempt. Refreshes by itself. */
export default function DeliveryDetail({ id, isPage = false }: DeliveryDetailProps) {
  const { delivery, error, refetch, timeline, endpoint, upcoming } = useDelivery(id);
  const { buttons, problem } = useDeliveryActions(delivery);
  if (!delivery) {
    return (
      <Missing
        error={error}
        onRetry={() => void refetch()}
        what="delivery"
        list={{ to: '/deliveries', label: 'See the deliveries' }}
        isPage={isPage}
      />
    );
  }
  return (
    <>
      <DetailTitle text={delivery.event.type} isPage={isPage} />
      <StateLine
        delivery={delivery}
        upcoming={upcoming}
        entries={timeline.data?.items}
        scheduled={endpoint && endpoint.retry.schedule.length + 1}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, my: 1.5 }}>{buttons}</Box>
      {problem}
      <Box sx={{ mb: 2 }}>
        <About delivery={delivery} />
      </Box>
      <Box
        sx={
          isPage
            ? {
                display: 'grid',
                gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' },
                columnGap: 2,
                alignItems: 'start',
              }
            : undefined
        }
      >
        <Section title="Time line">
          <Problem error={timeline.error} onRetry={() => void timeline.refetch()} />
          {timeline.data && <Steps delivery={delivery} timeline={timeline.data} />}
        </Section>
        <Suspense>
          <Attempts delivery={delivery} />
        </Suspense>
      </Box>
    </>
  );
}

interface StateLineProps {
  readonly delivery: Delivery;
  readonly upcoming: Upcoming | null | undefined;
  readonly entries: Timeline['items'] | undefined;
  readonly scheduled: number | undefined;
}

function StateLine({ delivery, ...known }: StateLineProps) {
  const now = useNow();
  return (
    <Typography component="p" sx={{ fontSize: '0.9375rem', overflowWrap: 'anywhere' }}>
      <Status of={delivery.status} />
      {`: ${nextText(delivery, { ...known, now })}`}
    </Typography>
  );
}

function About({ delivery }: { readonly delivery: Delivery }) {
  const { id, event, targetId, subscriptionId, attempts } = delivery;
  // Requests of several events have an id of their own.
  const webhookId = attempts.at(-1)?.request?.batch?.id ?? event.id;
  return (
    <Facts
      of={[
        [
          'Endpoint',
          <Linked key="endpoint">
            <EndpointName id={targetId} />
          </Linked>,
        ],
        [
          'Subscription',
          <Linked key="subscription">
            <SubscriptionName id={subscriptionId} />
          </Linked>,
        ],
        [
          'webhook-id',
          <Box key="event" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.5 }}>
            <ShortId id={webhookId} what="the webhook-id" />
            <Link component={RouterLink} to={linkTo.event(event.id)}>
              Open the event
            </Link>
          </Box>,
        ],
        ['Delivery', <ShortId key="id" id={id} what="the delivery’s id" />],
        ['Accepted', <Time key="accepted" at={event.acceptedAt} />],
      ]}
    />
  );
}

/** Names of things are links; among facts they look like it. */
const Linked = ({ children }: { readonly children: ReactNode }) => (
  <Box component="span" sx={{ color: 'primary.main' }}>
    {children}
  </Box>
);

function Steps({ delivery, timeline }: { readonly delivery: Delivery; readonly timeline: Timeline }) {
  const now = useNow();
  const { chosen, choose } = useChosenAttempt(delivery.attempts);
  const { items, event } = timeline;
  const isOpen = items.some(({ kind }) => kind === 'waiting');
  // What is settled stays as it is, second after second.
  const at = isOpen ? now : 0;
  const steps = useMemo(() => stepsOf(items, event.acceptedAt, at), [items, event.acceptedAt, at]);
  return <TimeLine of={steps} acceptedAt={event.acceptedAt} chosen={chosen?.number} onChoose={choose} />;
}
