import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAbilities } from './abilities.ts';
import { EditDialog } from './edit-dialog.tsx';
import { SendTest } from './send-test.tsx';
import { subscriptionName } from './state.ts';
import type { Subscription } from './use-entity.ts';

type Open = 'test' | 'pause' | 'edit' | 'delete';

/** What can be done with a subscription. */
export function SubscriptionActions({ of }: { readonly of: Subscription }) {
  const may = useAbilities();
  const toast = useToast();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const path = { params: { path: { id: of.id } } };

  async function pause(): Promise<void> {
    await api.POST('/v1/subscriptions/{id}/pause', path);
    await refresh('/v1/subscriptions');
    toast({ severity: 'success', text: 'Paused. Events that are published now do not reach its endpoint.' });
  }
  async function resume(): Promise<void> {
    try {
      await api.POST('/v1/subscriptions/{id}/resume', path);
      await refresh('/v1/subscriptions');
      toast({ severity: 'success', text: 'Resumed. It gets events from now on.' });
    } catch (error) {
      toast({ severity: 'error', text: (error as Error).message });
    }
  }
  async function remove(): Promise<void> {
    await api.DELETE('/v1/subscriptions/{id}', path);
    // Away first: what is gone is not to be read again.
    await navigate('/subscriptions');
    toast({ severity: 'success', text: 'Deleted. Its history stays readable.' });
    await refresh('/v1/subscriptions', '/v1/filters', '/v1/targets');
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
      {open === 'test' && (
        <SendTest
          of={of}
          onClose={() => {
            close();
            void refresh('/v1/subscriptions/{id}/deliveries');
          }}
        />
      )}
      {open === 'edit' && <EditDialog id={of.id} onClose={close} />}
      {open === 'pause' && (
        <Confirm title="Pause this subscription?" action="Pause" onConfirm={pause} onClose={close}>
          <Typography>
            Events that are published meanwhile do not match it, and are not kept for it. Deliveries under way
            continue.
          </Typography>
        </Confirm>
      )}
      {open === 'delete' && (
        <Confirm
          title="Delete this subscription?"
          action="Delete"
          isDangerous
          typed={subscriptionName(of)}
          onConfirm={remove}
          onClose={close}
        >
          <Typography>
            Events that are accepted from now on no longer reach <bdi>{of.url}</bdi> through it. An endpoint
            and a filter that were made with it are deleted as well, unless other subscriptions use them. Its
            history stays readable.
          </Typography>
        </Confirm>
      )}
    </>
  );
}
