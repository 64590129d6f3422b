import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { CopyLine } from '../../parts/copy.tsx';
import { fieldProblem, Problem } from '../../parts/problem.tsx';

/** Makes a tenant and its first key, since a tenant without a key can't be used. */
export function NewTenant({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [contact, setContact] = useState('');
  const [key, setKey] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const { data: tenant } = await api.POST('/v1/tenants', {
        body: { name, ...(contact !== '' && { contact }) },
      });
      const body = {
        name: 'first key',
        scopes: ['manage' as const, 'publish' as const],
        tenantId: tenant!.id,
      };
      const { data: made } = await api.POST('/v1/keys', { body });
      setKey(made!.key);
    } catch (problem) {
      setError(problem);
    }
    await refresh('/v1/tenants');
    setBusy(false);
  }

  return (
    <Dialog open onClose={key ? undefined : onClose} fullWidth maxWidth="sm" aria-labelledby="new-tenant">
      <form onSubmit={submit}>
        <DialogTitle id="new-tenant">Create a tenant</DialogTitle>
        <DialogContent>
          {key === undefined ? (
            <>
              <TextField
                label="Name"
                required
                autoFocus
                fullWidth
                margin="dense"
                value={name}
                onChange={({ target }) => setName(target.value)}
                error={fieldProblem(error, 'name') !== undefined}
                helperText={fieldProblem(error, 'name') ?? 'A customer whose data is kept apart.'}
              />
              <TextField
                label="Contact"
                fullWidth
                margin="dense"
                value={contact}
                onChange={({ target }) => setContact(target.value)}
                error={fieldProblem(error, 'contact') !== undefined}
                helperText={fieldProblem(error, 'contact') ?? 'An address for notices about it.'}
              />
              <Problem error={error} />
            </>
          ) : (
            <>
              <Typography gutterBottom>
                Its first key, with the scopes manage and publish. Copy it now: it is not shown again.
              </Typography>
              <CopyLine text={key} what="the key" />
            </>
          )}
        </DialogContent>
        <DialogActions>
          {key === undefined ? (
            <>
              <Button onClick={onClose}>Cancel</Button>
              <Button type="submit" variant="contained" loading={isBusy}>
                Create
              </Button>
            </>
          ) : (
            <Button variant="contained" onClick={onClose}>
              I have copied it
            </Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
}
