import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Confirm } from '../confirm.tsx';
import { eachOf, failureText } from '../many.ts';
import { countOf, countText } from '../numbers.ts';
import { problemText } from '../problem.tsx';
import { useToast } from '../toasts.tsx';

interface SureProps {
  readonly action: 'retry' | 'replay';
  readonly ids: readonly string[];
  /** How many of them have arrived before. */
  readonly delivered: number;
  /** How many are selected and stay as they are. */
  readonly others: number;
  onDone(): void;
  onClose(): void;
}

/** Says what an action on several deliveries does, and does it. */
export default function BulkSure({ action, ids, delivered, others, onDone, onClose }: SureProps) {
  // After a failure only those that failed are tried again.
  const [left, setLeft] = useState(ids);
  const [finished, setFinished] = useState<number>();
  const toast = useToast();
  const many = (count: number): string => countOf(count, 'delivery', 'deliveries');

  async function run(): Promise<void> {
    setFinished(0);
    const path = action === 'retry' ? '/v1/deliveries/{id}/retry' : '/v1/deliveries/{id}/replay';
    const done = await eachOf(left, (id) => api.POST(path, { params: { path: { id } } }), setFinished);
    await refresh('/v1/deliveries', '/v1/dead-letters', '/v1/events/{id}');
    setFinished(undefined);
    const failure = failureText(done, left.length, problemText);
    setLeft(done.failed.map(({ thing }) => thing));
    if (failure) throw new Error(failure);
    toast({
      severity: 'success',
      text: `${many(ids.length)} ${action === 'retry' ? 'tried now' : 'sent again'}.`,
    });
    onDone();
  }

  return (
    <Confirm
      title={action === 'retry' ? `Retry ${many(ids.length)} now?` : `Send ${many(ids.length)} again?`}
      action={
        action === 'retry' ? `Retry ${countText(left.length)} now` : `Send ${countText(left.length)} again`
      }
      onConfirm={run}
      onClose={onClose}
    >
      <Typography>
        {action === 'retry'
          ? 'Each is posted to its endpoint at once, as far as the endpoint’s rate limit allows. Its retry schedule begins afresh.'
          : 'Each is posted to its subscription’s present endpoint, with a retry schedule of its own.'}
      </Typography>
      {action === 'replay' && delivered > 0 && (
        <Typography sx={{ mt: 1 }}>
          {countText(delivered)} of them {delivered === 1 ? 'has' : 'have'} arrived already: the endpoint gets
          the same webhook-id once more.
        </Typography>
      )}
      {others > 0 && (
        <Typography color="textSecondary" sx={{ mt: 1 }}>
          {action === 'retry'
            ? `${countText(others)} selected that do not wait stay as they are.`
            : `${countText(others)} selected that have attempts to come stay as they are.`}
        </Typography>
      )}
      {finished !== undefined && (
        <LinearProgress
          variant="determinate"
          value={(finished / Math.max(1, left.length)) * 100}
          aria-label="Progress"
          sx={{ mt: 2 }}
        />
      )}
    </Confirm>
  );
}
