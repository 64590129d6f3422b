import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { countOf } from '../../parts/numbers.ts';
import { useToast } from '../../parts/toasts.tsx';
import { useAbilities } from './abilities.ts';
import { RenameFilter } from './rename-filter.tsx';
import type { Filter } from './use-entity.ts';

interface FilterActionsProps {
  readonly read: Read<Filter>;
  /** How many subscriptions use it. */
  readonly used: number;
}

/** What can be done with a filter, besides editing what it takes. */
export function FilterActions({ read, used }: FilterActionsProps) {
  const may = useAbilities();
  const navigate = useNavigate();
  const toast = useToast();
  const [open, setOpen] = useState<'rename' | 'switch' | 'delete'>();
  const close = (): void => setOpen(undefined);
  if (!may.edit) return null;
  const { id, name, active } = read.value;
  const header = { 'If-Match': read.etag };
  async function remove(): Promise<void> {
    await api.DELETE('/v1/filters/{id}', {
      params: { path: { id }, header },
    });
    // Away first: what is gone is not to be read again.
    await navigate('/subscriptions?tab=filters');
    toast({ severity: 'success', text: 'Deleted.' });
    await refresh('/v1/filters');
  }
  async function switchIt(): Promise<void> {
    await api.PATCH('/v1/filters/{id}', { params: { path: { id }, header }, body: { active: !active } });
    await refresh('/v1/filters');
    toast({ severity: 'success', text: active ? 'Switched off.' : 'Switched on.' });
  }
  return (
    <>
      <Button onClick={() => setOpen('rename')}>Rename</Button>
      <Button onClick={() => setOpen('switch')}>{active ? 'Switch off' : 'Switch on'}</Button>
      <Button color="error" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {open === 'rename' && <RenameFilter read={read} onClose={close} />}
      {open === 'switch' && (
        <Confirm
          title={active ? 'Switch this filter off?' : 'Switch this filter on?'}
          action={active ? 'Switch off' : 'Switch on'}
          onConfirm={switchIt}
          onClose={close}
        >
          <Typography>
            {countOf(used, 'subscription')} {active ? 'will get no events' : 'will get events again'}, from
            those that are accepted from now on.
          </Typography>
        </Confirm>
      )}
      {open === 'delete' && (
        <Confirm title="Delete this filter?" action="Delete" isDangerous onConfirm={remove} onClose={close}>
          <Typography>
            {used === 0
              ? `No subscription uses ${name ?? 'it'}, so nothing else changes.`
              : `${countOf(used, 'subscription')} ${used === 1 ? 'uses' : 'use'} it. Posthorn refuses to delete it until they have another filter, or are deleted.`}
          </Typography>
        </Confirm>
      )}
    </>
  );
}
