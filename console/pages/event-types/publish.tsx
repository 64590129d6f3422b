import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Arrival } from '../../parts/arrival.tsx';
import type { EventType } from '../../parts/catalogue.ts';
import { JsonField } from '../../parts/payload/json-field.tsx';
import { jsonText, readJson } from '../../parts/payload/json-text.ts';
import { fieldProblem, Problem } from '../../parts/problem.tsx';
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
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const read = readJson(text);
  const wrong = problemIn(error, 'data');

  async function publish(): Promise<void> {
    if (!read.isValid) return;
    setBusy(true);
    setError(undefined);
    try {
      const body = { type: type.name, data: read.value, ...(source !== '' && { source }) };
      const { data } = await api.POST('/v1/events', { body } as never);
      setPublished(data as unknown as Published);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  }
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="publish-sample">
      <DialogTitle id="publish-sample">
        Publish <bdi>{type.name}</bdi>
      </DialogTitle>
      <DialogContent>
        <Typography color="text.secondary" sx={{ mb: 2 }}>
          A real event: it goes to every subscription that wants it. To try one endpoint, send a test event
          from its page instead.
        </Typography>
        <TextField
          fullWidth
          label="Source"
          value={source}
          onChange={({ target }) => setSource(target.value)}
          error={fieldProblem(error, 'source') !== undefined}
          helperText={fieldProblem(error, 'source') ?? 'Who publishes, for filters. May be left out.'}
          sx={{ mb: 1, mt: 1 }}
        />
        <JsonField
          label="Payload"
          text={text}
          onChange={(next) => {
            setText(next);
            setError(undefined);
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
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="contained" loading={isBusy} disabled={!read.isValid} onClick={() => void publish()}>
          {published ? 'Publish another' : 'Publish'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
