import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { isConflict } from '../../api/problem.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { EndpointChoice } from '../../parts/endpoint-choice.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { fieldHelp, fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAction } from '../../parts/use-action.ts';
import { FilterChoice } from './filter-choice.tsx';
import { readSubscription, type Subscription, useSubscription } from './use-entity.ts';

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
  const { isBusy, error, run, forget } = useAction();

  async function save(etag: string): Promise<void> {
    const was = before.value;
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
  }
  async function readAgain(): Promise<Read<Subscription>> {
    const next = await readSubscription(before.value.id);
    setBefore(next);
    return next;
  }

  return (
    <FormDialog
      title="Edit subscription"
      action="Save"
      maxWidth="sm"
      isBusy={isBusy}
      onSubmit={() => void run(() => save(before.etag))}
      onClose={onClose}
    >
      <Stack spacing={2} sx={{ pt: 1 }}>
        <TextField
          label="Name"
          value={name}
          onChange={({ target }) => setName(target.value)}
          {...fieldHelp(error, 'name')}
        />
        <TextField
          label="Description"
          value={description}
          onChange={({ target }) => setDescription(target.value)}
          {...fieldHelp(error, 'description')}
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
        {isConflict(error) ? (
          <ChangedMeanwhile
            onReload={async () => {
              const { value } = await readAgain();
              setName(value.name ?? '');
              setDescription(value.description ?? '');
              setTargetId(value.targetId);
              setFilterId(value.filterId);
              forget();
            }}
            onOverwrite={() => run(async () => save((await readAgain()).etag))}
          />
        ) : (
          <Problem error={error} />
        )}
      </Stack>
    </FormDialog>
  );
}
