import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useMay } from '../../app/session.tsx';
import { Problem } from '../problem.tsx';
import { useToast } from '../toasts.tsx';
import type { Delivery } from './types.ts';
import { useChosenAttempt } from './use-chosen-attempt.ts';
import { isSettled, isWaiting } from './words.ts';

const CurlDialog = lazy(() => import('./curl-dialog.tsx'));

/** What can be done with a delivery. What the API refuses is said below the buttons. */
export function useDeliveryActions(delivery: Delivery | undefined) {
  const may = useMay();
  const toast = useToast();
  const [isCurl, setCurl] = useState(false);
  const { chosen } = useChosenAttempt(delivery?.attempts ?? []);
  const onSuccess = (text: string) => () => {
    toast({ severity: 'success', text });
    return refresh('/v1/deliveries', '/v1/dead-letters', '/v1/events/{id}');
  };
  const retry = $api.useMutation('post', '/v1/deliveries/{id}/retry', {
    onSuccess: onSuccess('An attempt is under way.'),
  });
  const replay = $api.useMutation('post', '/v1/deliveries/{id}/replay', {
    onSuccess: onSuccess('It is sent again.'),
  });
  if (!delivery) return { buttons: null, problem: null };
  const params = { params: { path: { id: delivery.id } } };
  const buttons = (
    <>
      {may('manage') && isWaiting(delivery.status) && (
        <Button variant="contained" loading={retry.isPending} onClick={() => retry.mutate(params)}>
          Retry now
        </Button>
      )}
      {may('manage') && isSettled(delivery.status) && (
        <Button
          variant={delivery.status === 'dead' ? 'contained' : 'outlined'}
          loading={replay.isPending}
          onClick={() => replay.mutate(params)}
        >
          Send again
        </Button>
      )}
      {chosen?.request?.headers && (
        <Button variant="outlined" onClick={() => setCurl(true)}>
          Copy as curl
        </Button>
      )}
      {isCurl && chosen?.request && (
        <Suspense>
          <CurlDialog request={chosen.request} eventId={delivery.event.id} onClose={() => setCurl(false)} />
        </Suspense>
      )}
    </>
  );
  return { buttons, problem: <Problem error={retry.error ?? replay.error} /> };
}
