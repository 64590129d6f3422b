import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/client.ts';
import { refresh } from '../../../api/queries.ts';
import { linkTo } from '../../../app/links.ts';
import { FormDialog } from '../../../parts/form-dialog.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { useAction } from '../../../parts/use-action.ts';
import { SchemeField } from '../scheme-field.tsx';
import { NewSecret } from '../secrets/new-secret.tsx';
import { creationOf, EMPTY, problemOfField } from './creation.ts';
import { EventTypesField } from './event-types-field.tsx';

/** What was made: the secret is shown here once. */
interface Made {
  readonly targetId: string;
  readonly secret?: string | undefined;
  readonly publicKey?: string | undefined;
}

/** Adds an endpoint, and subscribes it at once to the event types that are named. */
export function CreateEndpoint({ onClose }: { readonly onClose: () => void }) {
  const [form, setForm] = useState(EMPTY);
  const { isBusy, error, run } = useAction();
  const [made, setMade] = useState<Made>();
  const navigate = useNavigate();
  const set = (changes: Partial<typeof form>): void => setForm({ ...form, ...changes });

  async function create(): Promise<void> {
    const { target, subscription } = creationOf(form);
    if (subscription) {
      const { data } = await api.POST('/v1/subscriptions', { body: subscription });
      setMade(data!);
    } else {
      const { data } = await api.POST('/v1/targets', { body: target });
      setMade({ ...data!, targetId: data!.id });
    }
    void refresh('/v1/targets', '/v1/subscriptions');
  }

  if (made) {
    return (
      <NewSecret
        title="The endpoint is added"
        secret={made.secret}
        publicKey={made.publicKey}
        action="Open the endpoint"
        onClose={() => navigate(linkTo.endpoint(made.targetId))}
      />
    );
  }
  const wrong = (field: Parameters<typeof problemOfField>[1]) => {
    const message = problemOfField(error, field);
    return { error: message !== undefined, message };
  };
  const [url, name] = [wrong('url'), wrong('name')];
  return (
    <FormDialog
      title="Add an endpoint"
      action="Add endpoint"
      maxWidth="sm"
      isBusy={isBusy}
      onSubmit={() => void run(create)}
      onClose={onClose}
    >
      <Stack spacing={2} sx={{ pt: 1 }}>
        <TextField
          label="URL"
          type="url"
          required
          autoFocus
          value={form.url}
          error={url.error}
          helperText={url.message ?? 'Where events are posted to, such as https://example.com/hook'}
          onChange={({ target }) => set({ url: target.value })}
        />
        <TextField
          label="Name"
          value={form.name}
          error={name.error}
          helperText={name.message ?? 'To tell it from others; optional'}
          onChange={({ target }) => set({ name: target.value })}
        />
        <EventTypesField
          value={form.events}
          problem={problemOfField(error, 'events')}
          onChange={(events) => set({ events })}
        />
        <SchemeField value={form.signature} onChange={(signature) => set({ signature })} />
      </Stack>
      {!(url.error || name.error || problemOfField(error, 'events')) && <Problem error={error} />}
    </FormDialog>
  );
}
