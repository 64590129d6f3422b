import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { linkTo } from '../../app/links.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ShortId } from '../../parts/copy.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { countOf } from '../../parts/numbers.ts';
import { fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAbilities } from './abilities.ts';
import { draftOf, filterOfDraft, unfinished } from './filter/draft.ts';
import { FilterUsers } from './filter-detail.tsx';
import { FilterEditor, SaveBar } from './filter-editor.tsx';
import { RenameFilter } from './rename-filter.tsx';
import { useUsers } from './shared.ts';
import { SharedNote } from './shared-note.tsx';
import { type Filter, type Read, useFilter } from './use-entity.ts';
import { Workbench } from './workbench/workbench.tsx';

/** A filter by itself: one to share, or the one of a subscription. */
export function Page() {
  const { id = '' } = useParams();
  return id === 'new' ? <NewFilter /> : <OneFilter key={id} id={id} />;
}

function OneFilter({ id }: { readonly id: string }) {
  const { data, error, refetch } = useFilter(id);
  const users = useUsers(id);
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={data.value.name ?? 'Filter'}
        below={<ShortId id={id} />}
        actions={<FilterActions read={data} used={users.length} />}
      />
      <FilterEditor read={data}>
        <SharedNote others={users.length > 1 ? users : []} />
      </FilterEditor>
      <FilterUsers users={users} />
    </>
  );
}

function FilterActions({ read, used }: { readonly read: Read<Filter>; readonly used: number }) {
  const may = useAbilities();
  const navigate = useNavigate();
  const toast = useToast();
  const [open, setOpen] = useState<'rename' | 'delete'>();
  const close = (): void => setOpen(undefined);
  if (!may.edit) return null;
  const { id, name } = read.value;
  async function remove(): Promise<void> {
    await api.DELETE('/v1/filters/{id}', {
      params: { path: { id }, header: { 'If-Match': read.etag } },
    });
    await refresh('/v1/filters');
    toast({ severity: 'success', text: 'Deleted.' });
    void navigate('/subscriptions?tab=filters');
  }
  return (
    <>
      <Button onClick={() => setOpen('rename')}>Rename</Button>
      <Button color="error" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {open === 'rename' && <RenameFilter read={read} onClose={close} />}
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

function NewFilter() {
  const navigate = useNavigate();
  const toast = useToast();
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(() => draftOf({ events: [] }));
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const missing = unfinished(draft);
  async function create(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const body = { ...(name !== '' && { name }), ...(filterOfDraft(draft) as object) };
      const { data } = await api.POST('/v1/filters', { body: body as never });
      await refresh('/v1/filters');
      toast({ severity: 'success', text: 'Created. Subscriptions can use it now.' });
      void navigate(linkTo.filter(data!.id), { replace: true });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }
  return (
    <>
      <PageHead
        title="Create filter"
        below="Subscriptions can share it: a change of it holds for all of them."
      />
      <TextField
        label="Name"
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={fieldProblem(error, 'name') !== undefined}
        helperText={fieldProblem(error, 'name')}
        sx={{ mb: 2, width: { xs: '100%', sm: 360 } }}
      />
      <Workbench draft={draft} onDraft={setDraft} error={error} canTry />
      <Problem error={error} />
      <SaveBar>
        <Button
          variant="contained"
          loading={isBusy}
          disabled={missing !== undefined}
          onClick={() => void create()}
        >
          Create filter
        </Button>
        <Typography variant="body2" color="text.secondary" role="status">
          {missing}
        </Typography>
      </SaveBar>
    </>
  );
}
