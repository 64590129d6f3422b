import Alert from '@mui/material/Alert';
import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Arrival } from '../../parts/arrival.tsx';
import { useCatalogue } from '../../parts/catalogue.ts';
import { isPattern } from '../../parts/event-patterns.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { JsonField } from '../../parts/payload/json-field.tsx';
import { jsonText, readJson } from '../../parts/payload/json-text.ts';
import { fieldHelp, Problem } from '../../parts/problem.tsx';
import { useAction } from '../../parts/use-action.ts';
import type { Subscription } from './use-entity.ts';

/** Sends a test event to one subscription, and shows what its endpoint answers. */
export function SendTest({ of, onClose }: { readonly of: Subscription; readonly onClose: () => void }) {
  const catalogue = useCatalogue();
  const [type, setType] = useState(of.events.find((each) => !isPattern(each)) ?? '');
  const [data, setData] = useState<string>();
  const [sent, setSent] = useState<string>();
  const { isBusy, error, run } = useAction();
  const sample = catalogue.find(({ name }) => name === type)?.sample;
  const text = data ?? (sample === undefined ? '' : jsonText(sample));
  const read = text.trim() === '' ? undefined : readJson(text);

  async function send(): Promise<void> {
    const { data: answer } = await api.POST('/v1/subscriptions/{id}/test', {
      params: { path: { id: of.id } },
      body: { ...(type !== '' && { type }), ...(read?.isValid && { data: read.value }) },
    });
    setSent(answer!.id);
  }

  return (
    <FormDialog
      title="Send test event"
      action={sent === undefined ? 'Send' : 'Send another'}
      cancel="Close"
      maxWidth="sm"
      isBusy={isBusy}
      isReady={read?.isValid !== false}
      onSubmit={() => void run(send)}
      onClose={onClose}
    >
      <Typography color="text.secondary" sx={{ mb: 2 }}>
        It goes to this subscription alone, whatever its filter says, and carries the header{' '}
        <code>posthorn-test</code>.
      </Typography>
      {!of.active && (
        <Alert severity="info" sx={{ mb: 2 }}>
          This subscription is paused.
        </Alert>
      )}
      <Autocomplete
        freeSolo
        options={catalogue.map(({ name }) => name)}
        inputValue={type}
        onInputChange={(_, next) => {
          setType(next);
          setData(undefined);
        }}
        renderInput={(params) => (
          <TextField
            {...params}
            label="Event type"
            {...fieldHelp(error, 'type', 'Left empty: the first that the filter names.')}
          />
        )}
        sx={{ mb: 1, mt: 1 }}
      />
      <JsonField
        label="Payload"
        text={text}
        onChange={setData}
        isOptional
        hint="Left empty: the event type’s sample."
      />
      <Problem error={error} />
      {sent !== undefined && <Arrival key={sent} eventId={sent} />}
    </FormDialog>
  );
}
