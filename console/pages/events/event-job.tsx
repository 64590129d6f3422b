import Button from '@mui/material/Button';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useUrlState } from '../../app/url-state.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { Section } from '../../parts/layout.tsx';

/** The job that sends an event again, until it is hidden. The address has it. @param of the event */
export default function EventJob({ of }: { readonly of: string }) {
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
