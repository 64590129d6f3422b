import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { asWritten } from '../../api/as-written.ts';
import { api } from '../../api/client.ts';
import { isConflict } from '../../api/problem.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import type { EventType } from '../../parts/catalogue.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { JsonField } from '../../parts/payload/json-field.tsx';
import { fieldHelp, fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAction } from '../../parts/use-action.ts';
import { Breaks, breaksIn } from './breaks.tsx';
import { bodyOf, type Form, formOf, isReadable } from './form.ts';
import { problemIn } from './problem-in.ts';
import { readEventType } from './use-event-type.ts';

interface EventTypeFormProps {
  /** What is edited; a new one without. */
  readonly read?: Read<EventType>;
  onSaved(name: string): void;
  onClose(): void;
}

/** Describes an event type: the API checks the schema, and the sample against it. */
export default function EventTypeForm({ read, onSaved, onClose }: EventTypeFormProps) {
  const toast = useToast();
  const [before, setBefore] = useState(read);
  const [form, setForm] = useState(() => formOf(read?.value));
  const [isMeant, setMeant] = useState(false);
  const { isBusy, error, run, forget } = useAction();
  const set = (part: Partial<Form>): void => {
    setForm({ ...form, ...part });
    setMeant(false);
    forget();
  };

  async function save(etag: string | undefined): Promise<void> {
    const name = form.name.trim();
    const body = bodyOf(form);
    if (before) {
      await api.PUT('/v1/event-types/{name}', {
        params: {
          path: { name },
          ...(isMeant && { query: { allowBreaking: 'true' } }),
          ...(etag && { header: { 'If-Match': etag } }),
        },
        body: asWritten(body),
      });
    } else {
      await api.POST('/v1/event-types', { body: asWritten({ name, ...body }) });
    }
    await refresh('/v1/event-types', '/v1/event-type-changes');
    toast({ severity: 'success', text: before ? 'Saved.' : 'Created.' });
    onSaved(name);
  }
  async function readAgain(): Promise<Read<EventType>> {
    const next = await readEventType(form.name);
    setBefore(next);
    return next;
  }
  const breaks = breaksIn(error);
  const schemaProblem = breaks ? undefined : problemIn(error, 'schema');
  const sampleProblem = problemIn(error, 'sample');
  const shown = ['name', 'description', 'version'].some((field) => fieldProblem(error, field) !== undefined);
  const text = (field: 'name' | 'description' | 'version', hint?: string) => ({
    value: form[field],
    onChange: ({ target }: { target: { value: string } }) => set({ [field]: target.value }),
    ...fieldHelp(error, field, hint),
  });

  return (
    <FormDialog
      title={before ? 'Edit event type' : 'Create event type'}
      action={before ? 'Save' : 'Create'}
      maxWidth="md"
      isBusy={isBusy}
      isReady={isReadable(form)}
      onSubmit={() => void run(() => save(before?.etag))}
      onClose={onClose}
    >
      <Stack spacing={2} sx={{ pt: 1 }}>
        <TextField
          label="Name"
          required
          disabled={before !== undefined}
          {...text('name', before ? undefined : 'Segments joined by dots, most general first: order.created')}
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
        {breaks && <Breaks of={breaks} isMeant={isMeant} onMeant={setMeant} />}
        {isConflict(error) ? (
          <ChangedMeanwhile
            onReload={async () => {
              setForm(formOf((await readAgain()).value));
              forget();
            }}
            onOverwrite={() => run(async () => save((await readAgain()).etag))}
          />
        ) : (
          !breaks && !schemaProblem && !sampleProblem && !shown && <Problem error={error} />
        )}
      </Stack>
    </FormDialog>
  );
}
