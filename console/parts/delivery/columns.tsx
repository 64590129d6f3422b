import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { Column } from '../../list/columns.ts';
import { EndpointName } from '../endpoint-name.tsx';
import { countText } from '../numbers.ts';
import { Status } from '../status.tsx';
import { SubscriptionName } from '../subscription-name.tsx';
import { Time } from '../time.tsx';
import type { DeliveryRow } from './types.ts';
import { deathLabel, isWaiting, outcomeText, rowReason } from './words.ts';

type Col = Column<DeliveryRow>;

export const STATUS_COLUMN: Col = {
  id: 'status',
  header: 'Status',
  width: '108px',
  onPhone: true,
  cell: ({ status }) => <Status of={status} />,
};

/** Why it is in its state. */
export const OUTCOME_COLUMN: Col = {
  id: 'outcome',
  header: 'Outcome',
  width: '2.4fr',
  cell: (row) => rowReason(row),
};

export const REASON_COLUMN: Col = {
  id: 'reason',
  header: 'Reason',
  width: '1.2fr',
  // One that was sent again has no reason any more; its row says what has become of it.
  cell: ({ reason, status }) => (reason ? deathLabel(reason) : <Status of={status} />),
};

export const LAST_COLUMN: Col = {
  id: 'last',
  header: 'Last attempt',
  width: '1.4fr',
  cell: ({ attempts }) => (attempts.length > 0 ? outcomeText(attempts.at(-1)!) : ''),
};

export const TYPE_COLUMN: Col = {
  id: 'type',
  header: 'Event type',
  width: '1.6fr',
  onPhone: true,
  cell: (row) => (
    <>
      <bdi>{row.event.type}</bdi>
      <Box
        sx={{
          display: { xs: 'block', md: 'none' },
          color: 'text.secondary',
          fontSize: '0.75rem',
          overflow: 'hidden',
          textOverflow: 'ellipsis',
        }}
      >
        <Time at={row.event.acceptedAt} /> · {rowReason(row)}
      </Box>
    </>
  ),
};

export const ENDPOINT_COLUMN: Col = {
  id: 'endpoint',
  header: 'Endpoint',
  width: '1.6fr',
  cell: ({ targetId }) => <EndpointName id={targetId} />,
};

export const ATTEMPTS_COLUMN: Col = {
  id: 'attempts',
  header: 'Attempts',
  width: '72px',
  align: 'right',
  cell: ({ attempts }) => countText(attempts.at(-1)?.number ?? 0),
};

/** When it is tried again, or since when it is settled. */
export const NEXT_COLUMN: Col = {
  id: 'next',
  header: 'Next attempt',
  width: '96px',
  cell: ({ status, nextAttemptAt }) =>
    isWaiting(status) && nextAttemptAt ? <Time at={nextAttemptAt} /> : <Quiet text="–" />,
};

export const SINCE_COLUMN: Col = {
  id: 'since',
  header: 'Since',
  width: '96px',
  cell: ({ since }) => (since ? <Time at={since} /> : ''),
};

export const ACCEPTED_COLUMN: Col = {
  id: 'accepted',
  header: 'Accepted',
  width: '96px',
  cell: ({ event }) => <Time at={event.acceptedAt} />,
};

export const SUBSCRIPTION_COLUMN: Col = {
  id: 'subscription',
  header: 'Subscription',
  isHidden: true,
  cell: ({ subscriptionId }) => <SubscriptionName id={subscriptionId} />,
};

export const EVENT_COLUMN: Col = {
  id: 'event',
  header: 'Event id',
  width: '1.6fr',
  isHidden: true,
  cell: ({ event }) => (
    <Box component="code">
      <bdi>{event.id}</bdi>
    </Box>
  ),
};

const Quiet = ({ text }: { readonly text: string }) => (
  <Typography component="span" color="textSecondary">
    {text}
  </Typography>
);
