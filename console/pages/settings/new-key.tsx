import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useMay } from '../../app/session.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { fieldHelp, fieldProblem, Problem } from '../../parts/problem.tsx';
import { grantable, SCOPES, type Scope } from './scopes.ts';
import type { Shown } from './show-once.tsx';

interface NewKeyProps {
  onMade(shown: Shown): void;
  onClose(): void;
}

export function NewKey({ onMade, onClose }: NewKeyProps) {
  const may = useMay();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [ends, setEnds] = useState('');
  const create = $api.useMutation('post', '/v1/keys');

  function submit(): void {
    const expiresAt = ends === '' ? {} : { expiresAt: new Date(ends).toISOString() };
    create.mutate(
      { body: { name, scopes: [...scopes], ...expiresAt } },
      {
        onSuccess: ({ key }) => {
          void refresh('/v1/keys');
          onClose();
          onMade({ what: 'key', name, text: key });
        },
      },
    );
  }

  const nameProblem = fieldProblem(create.error, 'name');
  const endsProblem = fieldProblem(create.error, 'expiresAt');
  return (
    <FormDialog
      title="Create a key"
      action="Create"
      isBusy={create.isPending}
      isReady={scopes.length > 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        autoFocus
        fullWidth
        margin="dense"
        value={name}
        onChange={({ target }) => setName(target.value)}
        {...fieldHelp(create.error, 'name', 'Which program has it, and where it runs.')}
      />
      <FormGroup sx={{ my: 1 }} role="group" aria-label="What it may do">
        {grantable(may).map((scope) => (
          <FormControlLabel
            key={scope}
            label={SCOPES[scope]}
            control={
              <Checkbox
                size="small"
                checked={scopes.includes(scope)}
                onChange={({ target }) =>
                  setScopes(target.checked ? [...scopes, scope] : scopes.filter((each) => each !== scope))
                }
              />
            }
          />
        ))}
      </FormGroup>
      <TextField
        label="Ends"
        type="datetime-local"
        fullWidth
        margin="dense"
        value={ends}
        onChange={({ target }) => setEnds(target.value)}
        {...fieldHelp(create.error, 'expiresAt', 'Never when left out.')}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      {!nameProblem && !endsProblem && <Problem error={create.error} />}
    </FormDialog>
  );
}
