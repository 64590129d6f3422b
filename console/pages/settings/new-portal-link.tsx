import Autocomplete from '@mui/material/Autocomplete';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { endpointName, useEndpoints } from '../../parts/endpoint-name.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Problem } from '../../parts/problem.tsx';
import type { Shown } from './show-once.tsx';

interface NewPortalLinkProps {
  onMade(shown: Shown): void;
  onClose(): void;
}

const MAY = { read: 'See', manage: 'See and change' } as const;
const HOURS = { '1': 'an hour', '8': '8 hours', '24': 'a day' } as const;

export function NewPortalLink({ onMade, onClose }: NewPortalLinkProps) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<keyof typeof MAY>('manage');
  const [hours, setHours] = useState<keyof typeof HOURS>('1');
  const [targetIds, setTargetIds] = useState<string[]>([]);
  const endpoints = useEndpoints();
  const create = $api.useMutation('post', '/v1/portal-tokens');

  function submit(): void {
    const body = {
      ...(name !== '' && { name }),
      scopes: [scope],
      expiresInSeconds: Number(hours) * 3600,
      ...(targetIds.length > 0 && { targetIds }),
    };
    create.mutate(
      { body },
      {
        onSuccess: ({ token }) => {
          void refresh('/v1/portal-tokens');
          onClose();
          const text = token && `${location.origin}/portal/#token=${token}`;
          onMade({ what: 'portal link', name: name || 'a consumer', text });
        },
      },
    );
  }

  return (
    <FormDialog
      title="Create a portal link"
      action="Create"
      isBusy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="For"
        autoFocus
        fullWidth
        margin="dense"
        value={name}
        onChange={({ target }) => setName(target.value)}
        helperText="The consumer, to recognise the link by."
      />
      <TextField
        select
        label="May"
        fullWidth
        margin="dense"
        value={scope}
        onChange={({ target }) => setScope(target.value as keyof typeof MAY)}
      >
        {Object.entries(MAY).map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label="Valid for"
        fullWidth
        margin="dense"
        value={hours}
        onChange={({ target }) => setHours(target.value as keyof typeof HOURS)}
      >
        {Object.entries(HOURS).map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <Autocomplete
        multiple
        options={[...endpoints.keys()]}
        getOptionLabel={(id) => endpointName(endpoints.get(id) ?? { url: id })}
        value={targetIds}
        onChange={(_, chosen) => setTargetIds(chosen)}
        renderInput={(props) => (
          <TextField
            {...props}
            margin="dense"
            label="Limited to endpoints"
            helperText="All of the tenant when left out."
          />
        )}
      />
      <Problem error={create.error} />
    </FormDialog>
  );
}
