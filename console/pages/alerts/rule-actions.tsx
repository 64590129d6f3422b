import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import { useUrlState } from '../../app/url-state.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useMayEdit } from './abilities.ts';
import type { Rule } from './kinds.ts';

const RuleForm = lazy(() => import('./rule-form.tsx'));

interface RuleActionsProps {
  readonly read: Read<Rule>;
  /** Called before it is deleted, and again when that has failed. */
  onLeaving(isLeaving: boolean): void;
}

/** What can be done with a rule. */
export function RuleActions({ read, onLeaving }: RuleActionsProps) {
  const { id, name, active, state } = read.value;
  const navigate = useNavigate();
  const [url] = useUrlState();
  const [open, setOpen] = useState<'edit' | 'off' | 'delete'>();
  const toast = useToast();
  const close = (): void => setOpen(undefined);
  const path = { params: { path: { id } } };

  async function switchTo(next: boolean): Promise<void> {
    await api.PATCH('/v1/alert-rules/{id}', { ...path, body: { active: next } });
    await refresh('/v1/alert-rules');
    toast({
      severity: 'success',
      text: next ? 'Switched on. It is judged within five minutes.' : 'Switched off.',
    });
  }
  async function switchOn(): Promise<void> {
    try {
      await switchTo(true);
    } catch (error) {
      toast({ severity: 'error', text: (error as Error).message });
    }
  }
  async function remove(): Promise<void> {
    onLeaving(true);
    try {
      await api.DELETE('/v1/alert-rules/{id}', path);
    } catch (error) {
      onLeaving(false);
      throw error;
    }
    // Away first: what is gone is not to be read again.
    const rest = new URLSearchParams(url);
    rest.delete('open');
    await navigate({ search: rest.toString() }, { replace: true });
    toast({ severity: 'success', text: 'Deleted.' });
    await refresh('/v1/alert-rules', '/v1/subscriptions', '/v1/filters');
  }

  if (!useMayEdit()) return null;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>
      <Button variant="outlined" onClick={() => setOpen('edit')}>
        Edit
      </Button>
      {active ? (
        <Button onClick={() => setOpen('off')}>Switch off</Button>
      ) : (
        <Button onClick={() => void switchOn()}>Switch on</Button>
      )}
      <Button color="error" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {open === 'edit' && (
        <Suspense>
          <RuleForm read={read} onSaved={close} onClose={close} />
        </Suspense>
      )}
      {open === 'off' && (
        <Confirm
          title="Switch this rule off?"
          action="Switch off"
          onConfirm={() => switchTo(false)}
          onClose={close}
        >
          <Foreign text={name} /> is no longer judged.
          {state === 'ringing' &&
            ' It rings now: those who were notified hear that it is over, since it was changed.'}
        </Confirm>
      )}
      {open === 'delete' && (
        <Confirm title="Delete this rule?" action="Delete" isDangerous onConfirm={remove} onClose={close}>
          Nothing more is heard of <Foreign text={name} />
          {state === 'ringing' && ', also not that it is over'}. A subscription that was made for it is
          deleted as well.
        </Confirm>
      )}
    </Box>
  );
}
