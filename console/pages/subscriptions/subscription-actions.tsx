import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useToast } from '../../parts/toasts.tsx';
import { useAbilities } from './abilities.ts';
import type { Action } from './action-dialog.tsx';
import type { Subscription } from './use-entity.ts';

/** Loaded when one is opened. */
const ActionDialog = lazy(() => import('./action-dialog.tsx'));

/** What can be done with a subscription. */
export function SubscriptionActions({ of }: { readonly of: Subscription }) {
  const may = useAbilities();
  const toast = useToast();
  const [open, setOpen] = useState<Action>();

  async function resume(): Promise<void> {
    try {
      await api.POST('/v1/subscriptions/{id}/resume', { params: { path: { id: of.id } } });
      await refresh('/v1/subscriptions');
      toast({ severity: 'success', text: 'Resumed. It gets events from now on.' });
    } catch (error) {
      toast({ severity: 'error', text: (error as Error).message });
    }
  }

  if (!may.operate) return null;
  return (
    <>
      <Button variant="outlined" onClick={() => setOpen('test')}>
        Send test event
      </Button>
      {of.active ? (
        <Button onClick={() => setOpen('pause')}>Pause</Button>
      ) : (
        <Button onClick={() => void resume()}>Resume</Button>
      )}
      {may.edit && <Button onClick={() => setOpen('edit')}>Edit</Button>}
      {may.edit && (
        <Button color="error" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open && (
        <Suspense>
          <ActionDialog of={of} open={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}
