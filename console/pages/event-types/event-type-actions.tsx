import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import type { Read } from '../../api/read.ts';
import type { EventType } from '../../parts/catalogue.ts';
import { useMayDescribe, useMayPublish } from './abilities.ts';
import type { Action } from './action-dialog.tsx';

/** Loaded when one is opened. */
const ActionDialog = lazy(() => import('./action-dialog.tsx'));

/** What can be done with an event type. */
export function EventTypeActions({ read }: { readonly read: Read<EventType> }) {
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
