import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import { useMayDescribe, useMayPublish } from './abilities.ts';
import type { Action } from './action-dialog.tsx';
import type { Read } from './use-event-type.ts';

/** Loaded when one is opened. */
const ActionDialog = lazy(() => import('./action-dialog.tsx'));

/** What can be done with an event type. */
export function EventTypeActions({ read }: { readonly read: Read }) {
  const mayDescribe = useMayDescribe();
  const mayPublish = useMayPublish();
  const [open, setOpen] = useState<Action>();
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
      {open && (
        <Suspense>
          <ActionDialog read={read} open={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}
