import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { refresh } from '../../api/queries.ts';
import { JsonField } from '../../parts/payload/json-field.tsx';
import { fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { bodyOf, type Form, formOf, isReadable } from './form.ts';
import { problemIn } from './problem-in.ts';
import { type Read, readEventType } from './use-event-type.ts';

interface EventTypeFormProps {
  /** What is edited; a new one without. */
  readonly read?: Read;
  onSaved(name: string): void;
  onClose(): void;
}

/** Describes an event type: the API checks the schema, and the sample against it. */
export default function EventTypeForm({ read, onSaved, onClose }: EventTypeFormProps) {
  const toast = useToast();
  const [before, setBefore] = useState(read);
  const [form, setForm] = useState(() => formOf(read?.value));
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const set = (part: Partial<Form>): void => {
    setForm({ ...form, ...part });
    setError(undefined);
  };

  async function save(etag: string | undefined): Promise<void> {
    setBusy(true);
    setError(undefined);
    const name = form.name.trim();
    try {
      const body = bodyOf(form) as never;
      if (before) {
        await api.PUT('/v1/event-types/{name}', {
          params: { path: { name }, ...(etag && { header: { 'If-Match': etag } }) },
          body,
        });
      } else {
        await api.POST('/v1/event-types', { body: { name, ...(body as object) } as never });
      }
      await refresh('/v1/event-types');
      toast({ severity: 'success', text: before ? 'Saved.' : 'Created.' });
      onSaved(name);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }
  async function readAgain(): Promise<Read> {
    const next = await readEventType(form.name);
    setBefore(next);
    return next;
  }
  const isConflict = error instanceof ApiProblem && error.status === 412;
  const [schemaProblem, sampleProblem] = [problemIn(error, 'schema'), problemIn(error, 'sample')];
  const shown = ['name', 'description', 'version'].some((field) => fieldProblem(error, field) !== undefined);
  const text = (field: 'name' | 'description' | 'version', hint?: string) => ({
    value: form[field],
    onChange: ({ target }: { target: { value: string } }) => set({ [field]: target.value }),
    error: fieldProblem(error, field) !== undefined,
    helperText: fieldProblem(error, field) ?? hint,
  });

  return (
    <Dialog
      open
      onClose={isBusy ? undefined : onClose}
      fullWidth
      maxWidth="md"
      aria-labelledby="event-type-form"
    >
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(before?.etag);
        }}
      >
        <DialogTitle id="event-type-form">{before ? 'Edit event type' : 'Create event type'}</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
          <TextField
            sx={{ mt: 1 }}
            label="Name"
            required
            disabled={before !== undefined}
            {...text(
              'name',
              before ? undefined : 'Segments joined by dots, most general first: order.created',
            )}
          />
          <TextField label="Description" {...text('description', 'For those who receive it.')} />
          <TextField label="Version" sx={{ maxWidth: 200 }} {...text('version', '1 when left out')} />
          <FormControlLabel
            control={
              <Checkbox
                checked={form.deprecated}
                onChange={({ target }) => set({ deprecated: target.checked })}
              />
            }
            label="Deprecated: no longer to be relied on"
          />
          <JsonField
            label="Schema"
            text={form.schema}
            onChange={(schema) => set({ schema })}
            isOptional
            marked={schemaProblem?.path}
            problem={schemaProblem?.message}
            hint="JSON Schema, draft 2020-12. May be left out."
          />
          <JsonField
            label="Sample"
            text={form.sample}
            onChange={(sample) => set({ sample })}
            isOptional
            marked={sampleProblem?.path}
            problem={sampleProblem?.message}
            hint="A payload as it may come; it has to fit the schema. Test events carry it."
          />
          {isConflict ? (
            <Alert
              severity="warning"
              role="alert"
              action={
                <>
                  <Button
                    color="inherit"
                    onClick={() =>
                      void readAgain().then(({ value }) => {
                        setForm(formOf(value));
                        setError(undefined);
                      })
                    }
                  >
                    Show theirs
                  </Button>
                  <Button color="inherit" onClick={() => void readAgain().then(({ etag }) => save(etag))}>
                    Save mine over it
                  </Button>
                </>
              }
            >
              Somebody has changed it since you opened it. Nothing of yours is saved yet.
            </Alert>
          ) : (
            !schemaProblem && !sampleProblem && !shown && <Problem error={error} />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} disabled={isBusy}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={isBusy} disabled={!isReadable(form)}>
            {before ? 'Save' : 'Create'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
