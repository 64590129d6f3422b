import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { refresh } from '../../../api/queries.ts';
import { useMay } from '../../../app/session.tsx';
import { useUrlState } from '../../../app/url-state.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { Section } from '../../../parts/layout.tsx';
import { exactText } from '../../../parts/times.ts';
import { type Target, useSubscriptionsOf } from '../use-endpoint.ts';

interface SendSpanProps {
  readonly target: Target;
  readonly from: string | undefined;
}

/** What never became a delivery: events from while a subscription was paused, or from before there was one. */
export function SendSpan({ target, from }: SendSpanProps) {
  const may = useMay();
  const [, change] = useUrlState();
  const [chosen, setChosen] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const { data } = useSubscriptionsOf(target.id);
  const subscription = data?.items.find(({ id }) => id === chosen) ?? data?.items[0];
  if (!may('manage') || !subscription) return null;
  const span = from === undefined ? 'as far back as events are kept' : `since ${exactText(from)}`;

  async function start(id: string): Promise<void> {
    const { data: job } = await api.POST('/v1/subscriptions/{id}/replay', {
      params: { path: { id } },
      body: { deliveries: 'all', ...(from !== undefined && { from }) },
    });
    change({ job: job!.id });
    void refresh('/v1/replays');
  }

  return (
    <Section
      title="All events of this time"
      actions={
        <Button variant="outlined" onClick={() => setAsking(true)}>
          Send all events
        </Button>
      }
    >
      <Typography sx={{ mb: data!.items.length > 1 ? 2 : 0 }}>
        Events that were published while a subscription was paused, or before there was one, wait nowhere.
        This sends every event that its filter wants now, {span}; also what has arrived already.
      </Typography>
      {data!.items.length > 1 && (
        <TextField
          select
          label="Subscription"
          value={subscription.id}
          onChange={({ target: { value } }) => setChosen(value)}
          sx={{ minWidth: 240 }}
        >
          {data!.items.map(({ id, name, events }) => (
            <MenuItem key={id} value={id}>
              <bdi>{name ?? events.join(', ')}</bdi>
            </MenuItem>
          ))}
        </TextField>
      )}
      {isAsking && (
        <Confirm
          title="Send all events again?"
          action="Send all events"
          onConfirm={() => start(subscription.id)}
          onClose={() => setAsking(false)}
        >
          <Typography>
            Every event {span} that the filter of this subscription wants is sent, the oldest first, no faster
            than the rate limit. Nobody knows beforehand how many these are. What has arrived already arrives
            again, under the same webhook-id. The job can be cancelled.
          </Typography>
        </Confirm>
      )}
    </Section>
  );
}
