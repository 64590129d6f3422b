import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import type { Column } from '../../list/columns.ts';
import { ShortId } from '../../parts/copy.tsx';
import { doneText, type Job, jobTitle, shareDone } from '../../parts/job-words.ts';
import { countText, shareText } from '../../parts/numbers.ts';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { JobAbout } from './job-about.tsx';

export const COLUMNS: readonly Column<Job>[] = [
  {
    id: 'what',
    header: 'What it does',
    width: '1.4fr',
    onPhone: true,
    cell: (job) => (
      <Box sx={{ fontWeight: 600, textOverflow: 'ellipsis', overflow: 'hidden' }}>{jobTitle(job)}</Box>
    ),
  },
  { id: 'about', header: 'Of what', width: '2fr', cell: (job) => <JobAbout job={job} /> },
  {
    id: 'state',
    header: 'State',
    width: '120px',
    onPhone: true,
    cell: ({ state }) => <Status kind="job" of={state} />,
  },
  { id: 'progress', header: 'Progress', width: '140px', cell: (job) => <Progress job={job} /> },
  { id: 'done', header: 'Done', width: '110px', align: 'right', cell: (job) => doneText(job) },
  {
    id: 'skipped',
    header: 'Skipped',
    width: '80px',
    align: 'right',
    cell: ({ skipped }) => (skipped === 0 ? '–' : countText(skipped)),
  },
  { id: 'started', header: 'Started', width: '110px', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', width: '190px', isHidden: true, cell: ({ id }) => <ShortId id={id} /> },
];

function Progress({ job }: { readonly job: Job }) {
  const share = shareDone(job);
  if (job.state !== 'running') return share === undefined || share === 1 ? '–' : `${shareText(share)} done`;
  return (
    <LinearProgress
      aria-label={share === undefined ? 'Running' : `${shareText(share)} done`}
      variant={share === undefined ? 'indeterminate' : 'determinate'}
      {...(share !== undefined && { value: share * 100 })}
      sx={{ height: 6, borderRadius: 1 }}
    />
  );
}
