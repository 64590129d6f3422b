import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import { Confirm } from '../../parts/confirm.tsx';
import type { Filter } from './use-entity.ts';

interface RenameFilterProps {
  readonly read: Read<Filter>;
  onClose(): void;
}

export function RenameFilter({ read, onClose }: RenameFilterProps) {
  const [name, setName] = useState(read.value.name ?? '');
  async function rename(): Promise<void> {
    await api.PATCH('/v1/filters/{id}', {
      params: { path: { id: read.value.id }, header: { 'If-Match': read.etag } },
      body: { name: name === '' ? null : name },
    });
    await refresh('/v1/filters');
  }
  return (
    <Confirm title="Rename filter" action="Rename" onConfirm={rename} onClose={onClose}>
      <TextField
        autoFocus
        fullWidth
        margin="dense"
        label="Name"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
    </Confirm>
  );
}
