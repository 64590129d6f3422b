import Link from '@mui/material/Link';
import { Fragment, type ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { deathLabel } from '../../parts/delivery/words.ts';
import { EndpointName } from '../../parts/endpoint-name.tsx';
import type { Job } from '../../parts/job-words.ts';
import { Foreign } from '../../parts/layout.tsx';
import { statusLabel } from '../../parts/status.tsx';
import { SubscriptionName } from '../../parts/subscription-name.tsx';
import { clockText } from '../../parts/times.ts';

/** Which deliveries a job takes: `to Billing · events since 12:04`. */
export function JobAbout({ job }: { readonly job: Job }) {
  const { eventId, targetId, subscriptionId, eventType, reason, status, from, to, deliveries } = job;
  const parts: [string, ReactNode][] = [];
  const add = (name: string, part: ReactNode): number => parts.push([name, part]);
  if (eventId !== undefined) {
    add('event', <IdLink text={`event ${eventId}`} to={linkTo.event(eventId)} />);
  }
  if (targetId !== undefined) {
    add(
      'endpoint',
      <>
        to <EndpointName id={targetId} />
      </>,
    );
  }
  if (subscriptionId !== undefined) {
    add(
      'subscription',
      <>
        of <SubscriptionName id={subscriptionId} />
      </>,
    );
  }
  if (eventType !== undefined) add('type', <Foreign text={eventType} />);
  if (reason !== undefined) add('reason', deathLabel(reason));
  if (status !== undefined) add('status', status.map((each) => statusLabel(each)).join(' or '));
  if (from !== undefined) add('from', `events since ${clockText(from)}`);
  // What waits is of events from before the job.
  if (to !== undefined && deliveries !== 'waiting') add('to', `events before ${clockText(to)}`);
  if (parts.length === 0) return 'all of them';
  return parts.map(([name, part], index) => (
    <Fragment key={name}>
      {index > 0 && ' · '}
      {part}
    </Fragment>
  ));
}

const IdLink = ({ text, to }: { readonly text: string; readonly to: string }) => (
  <Link component={RouterLink} to={to} color="inherit">
    <Foreign text={text} />
  </Link>
);
