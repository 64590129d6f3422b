import Typography from '@mui/material/Typography';
import { useRef } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/client.ts';
import { isMissing } from '../../../api/problem.ts';
import { refresh } from '../../../api/queries.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { countOf } from '../../../parts/numbers.ts';
import { useToast } from '../../../parts/toasts.tsx';
import { type SubscriptionsOf, type Target, useHealth } from '../use-endpoint.ts';
import { SubscriptionNames } from './subscription-names.tsx';

interface DeleteEndpointProps {
  readonly target: Target;
  readonly subscriptions: SubscriptionsOf;
  onClose(): void;
}

/** Deletes an endpoint with the subscriptions that send to it, after having said what is lost. */
export function DeleteEndpoint({ target, subscriptions, onClose }: DeleteEndpointProps) {
  const toast = useToast();
  const navigate = useNavigate();
  const { data: health } = useHealth(target.id);
  const { items } = subscriptions;
  const isDeleted = useRef(false);

  async function confirm(): Promise<void> {
    for (const { id } of items)
      await gone(api.DELETE('/v1/subscriptions/{id}', { params: { path: { id } } }));
    // One that was made with a subscription goes with it.
    await gone(api.DELETE('/v1/targets/{id}', { params: { path: { id: target.id } } }));
    isDeleted.current = true;
  }

  async function close(): Promise<void> {
    if (!isDeleted.current) return onClose();
    toast({ text: 'The endpoint is deleted.', severity: 'success' });
    // Its page is left before anything is read again: nothing would be there.
    await navigate('/endpoints');
    await refresh('/v1/targets', '/v1/subscriptions');
  }

  return (
    <Confirm
      title="Delete this endpoint?"
      action="Delete"
      isDangerous
      {...(items.length > 0 && { typed: 'delete' })}
      onConfirm={confirm}
      onClose={() => void close()}
    >
      <Typography sx={{ mb: 1 }}>
        Its settings and secrets are lost.{' '}
        {health &&
          health.waiting > 0 &&
          `${countOf(health.waiting, 'delivery', 'deliveries')} that wait for it become dead letters. `}
        What was sent to it can still be read, as long as the log keeps it.
      </Typography>
      {items.length > 0 && (
        <>
          <Typography sx={{ mb: 1 }}>
            {countOf(items.length, 'subscription')} to it {items.length === 1 ? 'goes' : 'go'} as well:
          </Typography>
          <SubscriptionNames of={subscriptions} />
        </>
      )}
    </Confirm>
  );
}

/** What is no longer there was deleted as well. */
async function gone(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}
