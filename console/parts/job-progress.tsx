import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useRef } from 'react';
import { $api } from '../api/client.ts';
import { refresh } from '../api/queries.ts';
import { useMay } from '../app/session.tsx';
import { useFrames } from '../live/live.tsx';
import { doneText, type Job, jobProblem, jobTitle, shareDone, skippedText } from './job-words.ts';
import { countOf, countText, shareText } from './numbers.ts';
import { Problem } from './problem.tsx';
import { Status } from './status.tsx';
import { Time } from './time.tsx';

interface JobProgressProps {
  readonly id: string;
  /** The job has ended, by itself or because it was cancelled. Called once, and not for one that had ended before. */
  onEnd?(job: Job): void;
}

/** A job still moves when the live channel is quiet. */
const EVERY_MS = 2000;

/** How far a job is, as it goes on, and a button that cancels it. */
export function JobProgress({ id, onEnd }: JobProgressProps) {
  const may = useMay();
  const { data: job, error, refetch } = useJob(id);
  const cancel = $api.useMutation('post', '/v1/replays/{id}/cancel', {
    onSuccess: () => refresh('/v1/replays'),
  });
  useEndOf(job, onEnd);
  if (!job)
    return error ? (
      <Problem error={error} onRetry={() => void refetch()} />
    ) : (
      <LinearProgress aria-label="Loading" />
    );
  return (
    <Box role="group" aria-label={jobTitle(job)}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.5, rowGap: 0.5 }}>
        <Status kind="job" of={job.state} />
        <Typography component="span" role="status" sx={{ flex: 1, minWidth: 160 }}>
          {doneText(job)}
          {job.skipped > 0 && `, ${countText(job.skipped)} skipped`}
          {`, of ${countOf(job.looked, job.deliveries === 'all' ? 'event' : 'delivery', job.deliveries === 'all' ? 'events' : 'deliveries')} looked at`}
        </Typography>
        {job.state === 'running' && may('manage') && (
          <Button
            variant="outlined"
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ params: { path: { id } } })}
          >
            Cancel
          </Button>
        )}
      </Box>
      <Bar job={job} />
      <Skipped of={job.skippedFor} />
      {job.problem !== undefined && (
        <Typography sx={{ mt: 1, overflowWrap: 'anywhere' }}>{jobProblem(job.problem)}</Typography>
      )}
      <Problem error={cancel.error} />
    </Box>
  );
}

/** The job as it is now. */
function useJob(id: string) {
  const query = $api.useQuery(
    'get',
    '/v1/replays/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data?.state === 'running' ? EVERY_MS : false) },
  );
  const { refetch } = query;
  useFrames(({ replays }) => {
    if (replays?.some((each) => each.id === id)) void refetch();
  });
  return query;
}

function useEndOf(job: Job | undefined, onEnd: JobProgressProps['onEnd']): void {
  const wasRunning = useRef(false);
  const latest = useRef(onEnd);
  useEffect(() => {
    latest.current = onEnd;
  });
  useEffect(() => {
    if (!job) return;
    const hasEnded = wasRunning.current && job.state !== 'running';
    wasRunning.current = job.state === 'running';
    if (hasEnded) latest.current?.(job);
  }, [job]);
}

function Bar({ job }: { readonly job: Job }) {
  const share = shareDone(job);
  const labelId = useId();
  const isRunning = job.state === 'running';
  if (!isRunning && share === undefined) return null;
  return (
    <>
      <LinearProgress
        aria-labelledby={labelId}
        variant={share === undefined ? 'indeterminate' : 'determinate'}
        {...(share !== undefined && { value: share * 100 })}
        sx={{ my: 1, height: 6, borderRadius: 1 }}
      />
      <Typography id={labelId} variant="body2" color="textSecondary">
        {share !== undefined && `${shareText(share)} done`}
        {share !== undefined && job.reachedAt !== undefined && ', '}
        {job.reachedAt !== undefined && (
          <>
            events up to <Time at={job.reachedAt} />
          </>
        )}
        {share === undefined && job.reachedAt === undefined && 'It is about to begin'}
      </Typography>
    </>
  );
}

function Skipped({ of }: { readonly of: Job['skippedFor'] }) {
  const reasons = Object.entries(of).filter(([, count]) => count > 0);
  if (reasons.length === 0) return null;
  return (
    <Box component="ul" aria-label="Skipped, and why" sx={{ mt: 1, mb: 0, pl: 2.5 }}>
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          {countText(count)} skipped: {skippedText(reason)}
        </li>
      ))}
    </Box>
  );
}
