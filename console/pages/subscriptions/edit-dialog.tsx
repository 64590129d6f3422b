import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { refresh } from '../../api/queries.ts';
import { fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { ChangedMeanwhile } from './changed-meanwhile.tsx';
import { EndpointChoice } from './endpoint-choice.tsx';
import { FilterChoice } from './filter-choice.tsx';
import { type Read, readSubscription, type Subscription, useSubscription } from './use-entity.ts';

interface EditDialogProps {
  readonly id: string;
  onClose(): void;
}

/** Changes what a subscription has of its own: its name, and what it binds. */
export function EditDialog({ id, onClose }: EditDialogProps) {
  const { data, error } = useSubscription(id);
  if (!data) return <Problem error={error} />;
  return <Editor read={data} onClose={onClose} />;
}

function Editor({ read, onClose }: { readonly read: Read<Subscription>; readonly onClose: () => void }) {
  const toast = useToast();
  const [before, setBefore] = useState(read);
  const [name, setName] = useState(before.value.name ?? '');
  const [description, setDescription] = useState(before.value.description ?? '');
  const [targetId, setTargetId] = useState(before.value.targetId);
  const [filterId, setFilterId] = useState(before.value.filterId);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function save(etag: string): Promise<void> {
    setBusy(true);
    setError(undefined);
    const was = before.value;
    try {
      await api.PATCH('/v1/subscriptions/{id}', {
        params: { path: { id: was.id }, header: { 'If-Match': etag } },
        body: {
          ...(name !== (was.name ?? '') && { name: name === '' ? null : name }),
          ...(description !== (was.description ?? '') && {
            description: description === '' ? null : description,
          }),
          ...(targetId !== was.targetId && { targetId }),
          ...(filterId !== was.filterId && { filterId }),
        },
      });
      await refresh('/v1/subscriptions', '/v1/filters', '/v1/targets');
      toast({ severity: 'success', text: 'Saved.' });
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }
  async function readAgain(): Promise<Read<Subscription>> {
    const next = await readSubscription(before.value.id);
    setBefore(next);
    return next;
  }
  const isConflict = error instanceof ApiProblem && error.status === 412;

  return (
    <Dialog
      open
      onClose={isBusy ? undefined : onClose}
      fullWidth
      maxWidth="sm"
      aria-labelledby="edit-subscription"
    >
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(before.etag);
        }}
      >
        <DialogTitle id="edit-subscription">Edit subscription</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
          <TextField
            sx={{ mt: 1 }}
            label="Name"
            value={name}
            onChange={({ target }) => setName(target.value)}
            error={fieldProblem(error, 'name') !== undefined}
            helperText={fieldProblem(error, 'name')}
          />
          <TextField
            label="Description"
            value={description}
            onChange={({ target }) => setDescription(target.value)}
            error={fieldProblem(error, 'description') !== undefined}
            helperText={fieldProblem(error, 'description')}
          />
          <EndpointChoice
            value={targetId}
            onChange={setTargetId}
            problem={fieldProblem(error, 'targetId')}
            hint="Where to send. Its own settings stand on its page."
          />
          <FilterChoice
            value={filterId}
            onChange={setFilterId}
            problem={fieldProblem(error, 'filterId')}
            hint="What to send. Its conditions are edited in the tab Filter."
          />
          {isConflict ? (
            <ChangedMeanwhile
              onReload={async () => {
                const { value } = await readAgain();
                setName(value.name ?? '');
                setDescription(value.description ?? '');
                setTargetId(value.targetId);
                setFilterId(value.filterId);
                setError(undefined);
              }}
              onOverwrite={async () => save((await readAgain()).etag)}
            />
          ) : (
            <Problem error={error} />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} disabled={isBusy}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={isBusy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
