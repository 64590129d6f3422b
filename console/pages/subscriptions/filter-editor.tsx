import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useState } from 'react';
import { asWritten } from '../../api/as-written.ts';
import { api } from '../../api/client.ts';
import { isConflict } from '../../api/problem.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useAbilities, useSeesAll } from './abilities.ts';
import { draftOf, filterOfDraft, unfinished } from './filter/draft.ts';
import { type Filter, readFilter } from './use-entity.ts';
import { Workbench } from './workbench/workbench.tsx';

interface FilterEditorProps {
  readonly read: Read<Filter>;
  /** Above it: whom a change concerns. */
  readonly children?: ReactNode;
}

/** The parts of a filter; the others are what people call it. */
const partsOf = ({ events, where, jsonpath, during }: Filter): Readonly<Record<string, unknown>> => ({
  events,
  ...(where !== undefined && { where }),
  ...(jsonpath !== undefined && { jsonpath }),
  ...(during !== undefined && { during }),
});

const notesOf = ({ name, description, metadata, active }: Filter): Readonly<Record<string, unknown>> => ({
  ...(name !== undefined && { name }),
  ...(description !== undefined && { description }),
  ...(metadata !== undefined && { metadata }),
  active,
});

/** Edits a filter that is there, and saves it as a whole: a merge would keep conditions that were removed. */
export default function FilterEditor({ read, children }: FilterEditorProps) {
  const toast = useToast();
  const may = useAbilities();
  const seesAll = useSeesAll();
  const [before, setBefore] = useState(read);
  const [draft, setDraft] = useState(() => draftOf(partsOf(read.value)));
  const { isBusy, error, run, forget } = useAction();
  const [isRefused, setRefused] = useState(false);
  const saved = draftOf(partsOf(before.value)).text;
  const isChanged = draft.text !== saved;
  const missing = unfinished(draft);

  useEffect(() => {
    // As long as nothing was edited here, what others save is shown.
    if (read.etag === before.etag || isChanged) return;
    setBefore(read);
    setDraft(draftOf(partsOf(read.value)));
  }, [read, before.etag, isChanged]);

  function show(next: Read<Filter>): void {
    setBefore(next);
    setDraft(draftOf(partsOf(next.value)));
    forget();
  }
  async function save(base: Read<Filter>): Promise<void> {
    const { id } = base.value;
    await api.PUT('/v1/filters/{id}', {
      params: { path: { id }, header: { 'If-Match': base.etag } },
      body: asWritten({ ...notesOf(base.value), ...(filterOfDraft(draft) as object) }),
    });
    show(await readFilter(id));
    await refresh('/v1/filters', '/v1/subscriptions');
    toast({ severity: 'success', text: 'Saved. It holds for events that are accepted from now on.' });
  }
  return (
    <>
      {children}
      <Workbench
        draft={draft}
        onDraft={(next) => {
          setDraft(next);
          forget();
          setRefused(false);
        }}
        error={error}
        compareWith={before.value.id}
        canTry={seesAll}
      />
      {isConflict(error) ? (
        <ChangedMeanwhile
          onReload={async () => show(await readFilter(before.value.id))}
          onOverwrite={() => run(async () => save(await readFilter(before.value.id)))}
        />
      ) : (
        <Problem error={error} />
      )}
      {may.edit && (
        <SaveBar>
          <Button
            variant="contained"
            loading={isBusy}
            disabled={!isChanged && missing === undefined}
            onClick={() => (missing === undefined ? void run(() => save(before)) : setRefused(true))}
          >
            Save filter
          </Button>
          <Button disabled={!isChanged || isBusy} onClick={() => show(before)}>
            Discard changes
          </Button>
          <SaveNote text={missing ?? (isChanged ? 'Not saved yet.' : '')} isRefused={isRefused} />
        </SaveBar>
      )}
    </>
  );
}

/** What is missing before it can be saved; after a try, as an error. */
export function SaveNote({ text, isRefused }: { readonly text: string; readonly isRefused: boolean }) {
  return (
    <Typography variant="body2" color={isRefused ? 'error' : 'text.secondary'} role="status">
      {text}
    </Typography>
  );
}

/** Buttons that stay in sight below a long form. */
export function SaveBar({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      sx={{
        position: 'sticky',
        bottom: { xs: 56, md: 0 },
        zIndex: 2,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        py: 1.5,
        bgcolor: 'background.default',
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      {children}
    </Box>
  );
}
