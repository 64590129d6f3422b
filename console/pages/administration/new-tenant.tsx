import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { fieldHelp, Problem } from '../../parts/problem.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { useAction } from '../../parts/use-action.ts';

/** Makes a tenant and its first key, since a tenant without a key can't be used. */
export function NewTenant({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [contact, setContact] = useState('');
  const [key, setKey] = useState<string>();
  const { isBusy, error, run } = useAction();

  async function create(): Promise<void> {
    const { data: tenant } = await api.POST('/v1/tenants', {
      body: { name, ...(contact !== '' && { contact }) },
    });
    try {
      const { data: made } = await api.POST('/v1/keys', {
        body: { name: 'first key', scopes: ['manage', 'publish'], tenantId: tenant!.id },
      });
      setKey(made!.key);
    } finally {
      await refresh('/v1/tenants');
    }
  }

  if (key !== undefined) {
    return (
      <ShownOnce title="The tenant’s first key" text={key} what="the key" onClose={onClose}>
        It has the scopes manage and publish. Copy it now: it is not shown again.
      </ShownOnce>
    );
  }
  return (
    <FormDialog
      title="Create a tenant"
      action="Create"
      maxWidth="sm"
      isBusy={isBusy}
      onSubmit={() => void run(create)}
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
        {...fieldHelp(error, 'name', 'A customer whose data is kept apart.')}
      />
      <TextField
        label="Contact"
        fullWidth
        margin="dense"
        value={contact}
        onChange={({ target }) => setContact(target.value)}
        {...fieldHelp(error, 'contact', 'An address for notices about it.')}
      />
      <Problem error={error} />
    </FormDialog>
  );
}
