import Box from '@mui/material/Box';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { ShortId } from '../../parts/copy.tsx';
import { JobProgress } from '../../parts/job-progress.tsx';
import { jobTitle } from '../../parts/job-words.ts';
import { Facts, PageHead } from '../../parts/layout.tsx';
import { countText } from '../../parts/numbers.ts';
import { Time } from '../../parts/time.tsx';
import { JobAbout } from './job-about.tsx';

const WHAT = {
  send: {
    event: 'Sends an event again to each subscription that it went to.',
    dead: 'Sends dead letters again, the oldest event first, no faster than rate limits allow.',
    waiting: 'Tries at once what waits, the oldest event first, no faster than rate limits allow.',
    all: 'Sends every event of a span that the subscription’s filter wants now, also what has arrived already.',
  },
  purge: 'Takes dead letters off their list. Each can still be read, and sent again by itself.',
} as const;

/** A job in full, with its progress. */
export function JobPanel({ id }: { readonly id: string }) {
  const { data: job } = $api.useQuery('get', '/v1/replays/{id}', { params: { path: { id } } });
  return (
    <>
      <PageHead
        title={job ? jobTitle(job) : 'A job'}
        below={job && (job.action === 'purge' ? WHAT.purge : WHAT.send[job.deliveries])}
      />
      <Box sx={{ mb: 2 }}>
        <JobProgress id={id} onEnd={() => void refresh('/v1/replays')} />
      </Box>
      {job && (
        <Facts
          of={[
            ['Of what', <JobAbout key="about" job={job} />],
            ['Looked at', countText(job.looked)],
            ['Sent', job.action === 'send' ? countText(job.sent) : undefined],
            ['Purged', job.action === 'purge' ? countText(job.purged) : undefined],
            ['Skipped', countText(job.skipped)],
            ['Started', <Time key="started" at={job.createdAt} />],
            ['Last step', <Time key="updated" at={job.updatedAt} />],
            ['Id', <ShortId key="id" id={job.id} />],
          ]}
        />
      )}
    </>
  );
}
