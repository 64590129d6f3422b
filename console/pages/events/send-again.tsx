import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { $api, api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useMay } from '../../app/session.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { pathId } from '../../parts/event-id.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { Section } from '../../parts/layout.tsx';
import { useLimitedTo } from '../../parts/limited.ts';
import { countOf } from '../../parts/numbers.ts';
import type { EventView } from './use-event.ts';

interface SendAgainProps {
  readonly event: EventView;
  /** How many of them are known. */
  readonly deliveries: number;
}

/** Sends an event to every subscription that it went to. */
export function SendAgain({ event: { id, matched }, deliveries }: SendAgainProps) {
  const [isAsked, setAsked] = useState(false);
  const may = useMay();
  const isLimited = useLimitedTo() !== undefined;
  const [, change] = useUrlState();
  if (!may('manage') || isLimited || matched === 0) return null;
  async function send(): Promise<void> {
    const { data } = await api.POST('/v1/events/{id}/replay', { params: { path: { id: pathId(id) } } });
    change({ job: data!.id });
    await refresh('/v1/replays');
  }
  const many = countOf(Math.max(matched, deliveries), 'subscription');
  return (
    <>
      <Button variant="contained" onClick={() => setAsked(true)}>
        Send again
      </Button>
      {isAsked && (
        <Confirm
          title={`Send it again to ${many}?`}
          action="Send again"
          onConfirm={send}
          onClose={() => setAsked(false)}
        >
          <Typography>
            Each gets it once more under the same webhook-id, with a retry schedule of its own. Deliveries
            that have attempts to come are skipped.
          </Typography>
        </Confirm>
      )}
    </>
  );
}

/** The job that sends an event again, until it is hidden. The address has it. @param of the event */
export function EventJob({ of }: { readonly of: string }) {
  const [url, change] = useUrlState();
  const job = url.get('job') ?? undefined;
  const { data } = $api.useQuery(
    'get',
    '/v1/replays/{id}',
    { params: { path: { id: job ?? '' } } },
    { enabled: job !== undefined },
  );
  // In a side panel another event can be opened meanwhile.
  if (job === undefined || data?.eventId !== of) return null;
  return (
    <Section
      title="Sending it again"
      actions={<Button onClick={() => change({ job: undefined })}>Hide</Button>}
    >
      <JobProgress id={job} onEnd={() => void refresh('/v1/events/{id}', '/v1/deliveries')} />
    </Section>
  );
}
