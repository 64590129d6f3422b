import Typography from '@mui/material/Typography';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useUrlState } from '../../app/url-state.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { countOf } from '../../parts/numbers.ts';

interface AskAgainProps {
  readonly id: string;
  /** Subscriptions that it went to. */
  readonly count: number;
  onClose(): void;
}

/** Says to how many an event is sent again, and starts the job. */
export default function AskAgain({ id, count, onClose }: AskAgainProps) {
  const [, change] = useUrlState();
  async function send(): Promise<void> {
    const { data } = await api.POST('/v1/events/{id}/replay', { params: { path: { id } } });
    change({ job: data!.id });
    await refresh('/v1/replays');
  }
  return (
    <Confirm
      title={`Send it again to ${countOf(count, 'subscription')}?`}
      action="Send again"
      onConfirm={send}
      onClose={onClose}
    >
      <Typography>
        Each gets it once more under the same webhook-id, with a retry schedule of its own. Deliveries that
        have attempts to come are skipped.
      </Typography>
    </Confirm>
  );
}
