import Typography from '@mui/material/Typography';
import { useSession } from '../../../app/session.tsx';
import { useUrlState } from '../../../app/url-state.ts';
import { useRefresh } from '../../../live/use-refresh.ts';
import type { Target } from '../use-endpoint.ts';
import { EndpointJobs } from './endpoint-jobs.tsx';
import { MissedSection } from './missed-section.tsx';
import { SendSpan } from './send-span.tsx';
import { Since } from './since.tsx';

/** Sends an endpoint what it missed: how much that is first, then a job with its progress. */
export function Recover({ target }: { readonly target: Target }) {
  const { targetIds } = useSession();
  const [url, change] = useUrlState();
  const from = url.get('since') ?? undefined;
  useRefresh(
    ({ outcomes }) => Boolean(outcomes?.some(({ targetId }) => targetId === target.id)),
    ['/v1/deliveries'],
    5000,
  );
  const isLimited = targetIds !== undefined;
  return (
    <>
      <Since target={target} from={from} onChange={(since) => change({ since })} />
      {isLimited && (
        <Typography color="textSecondary" sx={{ mb: 2 }}>
          Open a delivery to send it again. All at once is done where you found this page.
        </Typography>
      )}
      {/* The job that was just started is what the viewer wants to see. */}
      {!isLimited && url.has('job') && <EndpointJobs target={target} />}
      <MissedSection target={target} kind="waiting" from={from} isLimited={isLimited} />
      <MissedSection target={target} kind="dead" from={from} isLimited={isLimited} />
      {!isLimited && <SendSpan target={target} from={from} />}
      {!isLimited && !url.has('job') && <EndpointJobs target={target} />}
    </>
  );
}
