import Typography from '@mui/material/Typography';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { SendTest } from './send-test.tsx';
import { subscriptionName } from './state.ts';
import type { Subscription } from './use-entity.ts';

export type Action = 'test' | 'pause' | 'edit' | 'delete';

interface ActionDialogProps {
  readonly of: Subscription;
  readonly open: Action;
  onClose(): void;
}

/** The dialog of what is about to be done with a subscription. */
export default function ActionDialog({ of, open, onClose }: ActionDialogProps) {
  const toast = useToast();
  const navigate = useNavigate();
  const path = { params: { path: { id: of.id } } };

  async function pause(): Promise<void> {
    await api.POST('/v1/subscriptions/{id}/pause', path);
    await refresh('/v1/subscriptions');
    toast({ severity: 'success', text: 'Paused. Events that are published now do not reach its endpoint.' });
  }
  async function remove(): Promise<void> {
    await api.DELETE('/v1/subscriptions/{id}', path);
    // Away first: what is gone is not to be read again.
    await navigate('/subscriptions');
    toast({ severity: 'success', text: 'Deleted. Its history stays readable.' });
    await refresh('/v1/subscriptions', '/v1/filters', '/v1/targets');
  }
  return (
    <>
      {open === 'test' && (
        <SendTest
          of={of}
          onClose={() => {
            onClose();
            void refresh('/v1/subscriptions/{id}/deliveries');
          }}
        />
      )}
      {open === 'edit' && <EditDialog id={of.id} onClose={onClose} />}
      {open === 'pause' && (
        <Confirm title="Pause this subscription?" action="Pause" onConfirm={pause} onClose={onClose}>
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
          onClose={onClose}
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
