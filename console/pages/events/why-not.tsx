import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Link as RouterLink } from 'react-router';
import { $api, api } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import { useUrlState } from '../../app/url-state.ts';
import { optionsOf } from '../../list/options.ts';
import { Facts, Foreign } from '../../parts/layout.tsx';
import { readBytes } from '../../parts/payload/read-bytes.ts';
import { usePayload } from '../../parts/payload/use-payload.ts';
import { Problem } from '../../parts/problem.tsx';
import { subscriptionName, useSubscriptions } from '../../parts/subscription-name.tsx';
import type { EventView, FollowedDelivery } from './use-event.ts';
import { partLabel } from './words.ts';

type Mismatch = Schemas['Mismatch'];

interface WhyNotProps {
  readonly event: EventView;
  /** Deliveries that there are. */
  readonly got: readonly FollowedDelivery[];
}

/** Explains why a subscription did not get an event: what the log knows of it, and what its filter says now. */
export default function WhyNot({ event, got }: WhyNotProps) {
  const [url, change] = useUrlState();
  const subscriptions = useSubscriptions();
  const others = subscriptions.filter(({ id }) => !got.some(({ subscriptionId }) => subscriptionId === id));
  const chosen = others.find(({ id }) => id === url.get('whyNot'));
  if (others.length === 0) return null;
  return (
    <>
      <TextField
        select
        fullWidth
        label="Why did another one not get it?"
        value={chosen?.id ?? ''}
        onChange={({ target }) => change({ whyNot: target.value })}
      >
        {optionsOf(others, subscriptionName).map(({ value, label }) => (
          <MenuItem key={value} value={value}>
            <bdi>{label}</bdi>
          </MenuItem>
        ))}
      </TextField>
      {chosen && <Explained key={chosen.id} event={event} subscription={chosen} />}
    </>
  );
}

interface ExplainedProps {
  readonly event: EventView;
  readonly subscription: ReturnType<typeof useSubscriptions>[number];
}

function Explained({ event, subscription }: ExplainedProps) {
  const titleId = useId();
  const { data, error, refetch } = $api.useQuery('get', '/v1/events/{id}/timeline', {
    params: { path: { id: event.id }, query: { subscriptionId: subscription.id } },
  });
  const why = data?.items.find(({ kind }) => kind === 'not_matched');
  // Where the log says that the filter did not match, it has said why already.
  const isOfFilter = why?.reason === 'filter';
  const tried = useTrial(event, subscription.filterId, why !== undefined && !isOfFilter);
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinearProgress aria-label="Looking for the reason" />;
  return (
    <Box role="region" aria-labelledby={titleId} sx={{ mt: 1.5 }}>
      <Typography id={titleId} sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
        {isOfFilter
          ? 'Its filter does not match.'
          : (why?.text ?? 'It is being matched. Look again in a moment.')}
      </Typography>
      {why?.mismatch && <MismatchFacts of={why.mismatch} />}
      {tried.data && (
        <>
          <Typography sx={{ mt: 1 }}>
            {tried.data.matches
              ? 'Its filter as it is now matches this event.'
              : 'Its filter as it is now does not match this event either:'}
          </Typography>
          {tried.data.reason && <MismatchFacts of={tried.data.reason} />}
        </>
      )}
      <Problem error={tried.error} />
      <Typography sx={{ mt: 1 }}>
        <Link component={RouterLink} to={linkTo.subscription(subscription.id)}>
          Open the subscription and its filter
        </Link>
      </Typography>
    </Box>
  );
}

function MismatchFacts({ of: { part, path, expected, got } }: { readonly of: Mismatch }) {
  return (
    <Box sx={{ mt: 1, pl: 1.5, borderLeft: 3, borderColor: 'divider' }}>
      <Facts
        of={[
          [partLabel(part), path && <Code key="path" text={path} />],
          ['Expected', <Code key="expected" text={expected} />],
          ['Got', <Code key="got" text={got} />],
        ]}
      />
    </Box>
  );
}

const Code = ({ text }: { readonly text: string }) => (
  <code>
    <Foreign text={text} />
  </code>
);

/** What a filter says of the event now, with its payload. */
function useTrial(event: EventView, filterId: string | undefined, isWanted: boolean) {
  const payload = usePayload(event.id, { enabled: isWanted });
  return useQuery({
    queryKey: ['trial', '/v1/filters/test', event.id, filterId],
    enabled: isWanted && filterId !== undefined && !payload.isPending,
    retry: false,
    queryFn: async ({ signal }) => {
      const json = payload.data && readBytes(payload.data.bytes).json;
      const { type, source, region, priority, acceptedAt } = event;
      const { data } = await api.POST('/v1/filters/test', {
        body: {
          filter: { id: filterId! },
          event: {
            type,
            at: acceptedAt,
            ...(source !== undefined && { source }),
            ...(region !== undefined && { region }),
            ...(priority !== undefined && { priority }),
            ...(json && { data: json.value }),
          },
        },
        signal,
      });
      return data!;
    },
  });
}
