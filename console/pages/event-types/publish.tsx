import Alert from '@mui/material/Alert';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { asWritten } from '../../api/as-written.ts';
import { api } from '../../api/client.ts';
import { Arrival } from '../../parts/arrival.tsx';
import type { EventType } from '../../parts/catalogue.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { JsonField } from '../../parts/payload/json-field.tsx';
import { jsonText, readJson } from '../../parts/payload/json-text.ts';
import { fieldHelp, Problem } from '../../parts/problem.tsx';
import { useAction } from '../../parts/use-action.ts';
import { problemIn } from './problem-in.ts';

interface Published {
  readonly id: string;
  readonly warnings?: readonly string[] | undefined;
}

/** Publishes an event to all who want it, and shows what becomes of it. */
export function Publish({ type, onClose }: { readonly type: EventType; readonly onClose: () => void }) {
  const [text, setText] = useState(jsonText(type.sample ?? {}));
  const [source, setSource] = useState('console');
  const [published, setPublished] = useState<Published>();
  const { isBusy, error, run, forget } = useAction();
  const read = readJson(text);
  const wrong = problemIn(error, 'data');

  async function publish(): Promise<void> {
    if (!read.isValid) return;
    const body = { type: type.name, data: read.value, ...(source !== '' && { source }) };
    const { data } = await api.POST('/v1/events', { body: asWritten(body) });
    setPublished(data as Published);
  }
  return (
    <FormDialog
      title={
        <>
          Publish <bdi>{type.name}</bdi>
        </>
      }
      action={published ? 'Publish another' : 'Publish'}
      cancel="Close"
      maxWidth="sm"
      isBusy={isBusy}
      isReady={read.isValid}
      onSubmit={() => void run(publish)}
      onClose={onClose}
    >
      <Typography color="text.secondary" sx={{ mb: 2 }}>
        A real event: it goes to every subscription that wants it. To try one endpoint, send a test event from
        its page instead.
      </Typography>
      <TextField
        fullWidth
        label="Source"
        value={source}
        onChange={({ target }) => setSource(target.value)}
        {...fieldHelp(error, 'source', 'Who publishes, for filters. May be left out.')}
        sx={{ mb: 1, mt: 1 }}
      />
      <JsonField
        label="Payload"
        text={text}
        onChange={(next) => {
          setText(next);
          forget();
        }}
        marked={wrong?.path}
        problem={wrong?.message}
      />
      {!wrong && <Problem error={error} />}
      {published?.warnings?.map((warning) => (
        <Alert key={warning} severity="warning" sx={{ mt: 1 }}>
          {warning}
        </Alert>
      ))}
      {published && <Arrival key={published.id} eventId={published.id} />}
    </FormDialog>
  );
}
