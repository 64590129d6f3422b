import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { asWritten } from '../../api/as-written.ts';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { linkTo } from '../../app/links.ts';
import { PageHead } from '../../parts/layout.tsx';
import { fieldHelp, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAction } from '../../parts/use-action.ts';
import { draftOf, filterOfDraft, unfinished } from './filter/draft.ts';
import { SaveBar, SaveNote } from './filter-editor.tsx';
import { Workbench } from './workbench/workbench.tsx';

/** Makes a filter by itself, for subscriptions to share. */
export function NewFilter() {
  const navigate = useNavigate();
  const toast = useToast();
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(() => draftOf({ events: [] }));
  const { isBusy, error, run } = useAction();
  const [isRefused, setRefused] = useState(false);
  const missing = unfinished(draft);
  async function create(): Promise<void> {
    const body = { ...(name !== '' && { name }), ...(filterOfDraft(draft) as object) };
    const { data } = await api.POST('/v1/filters', { body: asWritten(body) });
    await refresh('/v1/filters');
    toast({ severity: 'success', text: 'Created. Subscriptions can use it now.' });
    void navigate(linkTo.filter(data!.id), { replace: true });
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
        {...fieldHelp(error, 'name')}
        sx={{ mb: 2, width: { xs: '100%', sm: 360 } }}
      />
      <Workbench draft={draft} onDraft={setDraft} error={error} canTry />
      <Problem error={error} />
      <SaveBar>
        <Button
          variant="contained"
          loading={isBusy}
          onClick={() => (missing === undefined ? void run(create) : setRefused(true))}
        >
          Create filter
        </Button>
        <SaveNote text={missing ?? ''} isRefused={isRefused} />
      </SaveBar>
    </>
  );
}
