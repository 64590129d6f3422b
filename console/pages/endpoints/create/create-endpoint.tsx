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
import { KindField } from '../kinds/kind-field.tsx';
import { KindSettings } from '../kinds/kind-settings.tsx';
import { takes } from '../kinds/takes.ts';
import { SchemeField } from '../scheme-field.tsx';
import { NewSecret } from '../secrets/new-secret.tsx';
import { creationOf, EMPTY, problemOfField, problemOfSetting } from './creation.ts';
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

  /** An endpoint that is sent no signatures has no secret. */
  function show(one: Made): void {
    if (takes(form.kind, 'signature')) setMade(one);
    else void navigate(linkTo.endpoint(one.targetId));
  }

  async function create(): Promise<void> {
    const { target, subscription } = creationOf(form);
    if (subscription) {
      const { data } = await api.POST('/v1/subscriptions', { body: subscription });
      show(data!);
    } else {
      const { data } = await api.POST('/v1/targets', { body: target });
      show({ ...data!, targetId: data!.id });
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
  const setting = problemOfSetting(error, form.kind);
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
        <KindField value={form.kind} onChange={(kind) => set({ kind, settings: {} })} />
        {takes(form.kind, 'url') && (
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
        )}
        <KindSettings
          isBrief
          key={form.kind}
          kind={form.kind}
          value={form.settings}
          problem={setting}
          onChange={(settings) => set({ settings })}
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
        {takes(form.kind, 'signature') && (
          <SchemeField value={form.signature} onChange={(signature) => set({ signature })} />
        )}
      </Stack>
      {!(url.error || name.error || problemOfField(error, 'events')) && <Problem error={error} />}
    </FormDialog>
  );
}
