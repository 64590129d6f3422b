import Button from '@mui/material/Button';
import { refresh } from '../../api/queries.ts';
import { useUrlState } from '../../app/url-state.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { Section } from '../../parts/layout.tsx';

/** The job that was started here, until it is hidden. The address has it, so that it is still there after a reload. */
export default function StartedJob({ id }: { readonly id: string }) {
  const [, change] = useUrlState();
  return (
    <Section
      title="The job that you started"
      actions={<Button onClick={() => change({ job: undefined })}>Hide</Button>}
    >
      <JobProgress id={id} onEnd={() => void refresh('/v1/dead-letters', '/v1/deliveries', '/v1/replays')} />
    </Section>
  );
}
