import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useMayDescribe, useMayPublish } from './abilities.ts';
import { EventTypeForm } from './event-type-form.tsx';
import { Publish } from './publish.tsx';
import type { Read } from './use-event-type.ts';

/** What can be done with an event type. */
export function EventTypeActions({ read }: { readonly read: Read }) {
  const mayDescribe = useMayDescribe();
  const mayPublish = useMayPublish();
  const toast = useToast();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'publish' | 'edit' | 'delete'>();
  const close = (): void => setOpen(undefined);
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
      {mayPublish && (
        <Button variant="outlined" onClick={() => setOpen('publish')}>
          Publish a sample
        </Button>
      )}
      {mayDescribe && <Button onClick={() => setOpen('edit')}>Edit</Button>}
      {mayDescribe && (
        <Button color="error" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'publish' && <Publish type={read.value} onClose={close} />}
      {open === 'edit' && <EventTypeForm read={read} onClose={close} onSaved={close} />}
      {open === 'delete' && (
        <Confirm
          title="Delete this event type?"
          action="Delete"
          isDangerous
          typed={name}
          onConfirm={remove}
          onClose={close}
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
