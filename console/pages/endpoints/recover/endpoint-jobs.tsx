import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../../api/client.ts';
import { refresh } from '../../../api/queries.ts';
import { linkTo } from '../../../app/links.ts';
import { useUrlState } from '../../../app/url-state.ts';
import { JobProgress } from '../../../parts/job-progress.tsx';
import { jobTitle } from '../../../parts/job-words.ts';
import { Section } from '../../../parts/layout.tsx';
import { Time } from '../../../parts/time.tsx';
import { type Target, useSubscriptionsOf } from '../use-endpoint.ts';

const SHOWN = 4;
/** The latest of all jobs, among which are those of this endpoint. */
const LOOKED_AT = 50;

/** Jobs that send this endpoint something, the latest first. */
export function EndpointJobs({ target }: { readonly target: Target }) {
  const [url] = useUrlState();
  const { data: subscriptions } = useSubscriptionsOf(target.id);
  const { data } = $api.useQuery('get', '/v1/replays', { params: { query: { limit: LOOKED_AT } } });
  const bound = new Set(subscriptions?.items.map(({ id }) => id));
  const started = url.get('job');
  const jobs = data?.items.filter(
    ({ id, targetId, subscriptionId }) =>
      id === started || targetId === target.id || bound.has(subscriptionId ?? ''),
  );
  if (!jobs || jobs.length === 0) return null;
  return (
    <Section
      title="Jobs"
      actions={
        <Link component={RouterLink} to="/replays">
          All jobs
        </Link>
      }
    >
      {jobs.slice(0, SHOWN).map((job) => (
        <Box key={job.id} sx={{ mb: 2 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, mb: 0.5 }}>
            <Link component={RouterLink} to={linkTo.replay(job.id)} sx={{ fontWeight: 600 }}>
              {jobTitle(job)}
            </Link>
            <Typography component="span" color="textSecondary">
              started <Time at={job.createdAt} />
            </Typography>
          </Box>
          <JobProgress
            id={job.id}
            onEnd={() => void refresh('/v1/deliveries', '/v1/dead-letters', '/v1/targets/{id}')}
          />
        </Box>
      ))}
    </Section>
  );
}
