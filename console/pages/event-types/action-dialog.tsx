import Typography from '@mui/material/Typography';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import type { EventType } from '../../parts/catalogue.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useToast } from '../../parts/toasts.tsx';
import EventTypeForm from './event-type-form.tsx';
import { Publish } from './publish.tsx';

export type Action = 'publish' | 'edit' | 'delete';

interface ActionDialogProps {
  readonly read: Read<EventType>;
  readonly open: Action;
  onClose(): void;
}

/** The dialog of what is about to be done with an event type. */
export default function ActionDialog({ read, open, onClose }: ActionDialogProps) {
  const toast = useToast();
  const navigate = useNavigate();
  const { name } = read.value;

  async function remove(): Promise<void> {
    await api.DELETE('/v1/event-types/{name}', {
      params: { path: { name }, header: { 'If-Match': read.etag } },
    });
    // Away first: what is gone is not to be read again.
    await navigate('/event-types');
    toast({ severity: 'success', text: 'Deleted from the catalogue.' });
    await refresh('/v1/event-types');
  }
  return (
    <>
      {open === 'publish' && <Publish type={read.value} onClose={onClose} />}
      {open === 'edit' && <EventTypeForm read={read} onClose={onClose} onSaved={onClose} />}
      {open === 'delete' && (
        <Confirm
          title="Delete this event type?"
          action="Delete"
          isDangerous
          typed={name}
          onConfirm={remove}
          onClose={onClose}
        >
          <Typography>
            Its description, schema and sample leave the catalogue. Events of it can still be published;
            nothing is checked then. To tell receivers that it goes away, mark it as deprecated instead.
          </Typography>
        </Confirm>
      )}
    </>
  );
}
