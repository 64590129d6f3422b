import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../api/client.ts';
import { isConflict } from '../../../api/problem.ts';
import { refresh } from '../../../api/queries.ts';
import { useMay } from '../../../app/session.tsx';
import { useToast } from '../../../parts/toasts.tsx';
import { useAction } from '../../../parts/use-action.ts';
import { NewSecret } from '../secrets/new-secret.tsx';
import type { Target } from '../use-endpoint.ts';
import { changesBetween } from './change-words.ts';
import { SaveBar } from './save-bar.tsx';
import { SettingsFields } from './settings-fields.tsx';
import { formOf, patchFrom, problemsOf, type SettingsForm, settingsOf } from './settings-form.ts';

interface SettingsProps {
  readonly target: Target;
  readonly etag: string;
}

/**
 * Everything that an endpoint's owner decides. Only what was edited is kept here: when somebody else changes the endpoint, the
 * form shows that, and the list of changes says what is still different.
 */
export function Settings({ target, etag }: SettingsProps) {
  const may = useMay();
  const toast = useToast();
  const [edits, setEdits] = useState<Partial<SettingsForm>>({});
  const { isBusy, error, run, forget } = useAction();
  const [secret, setSecret] = useState<string>();
  const present = formOf(target);
  const form = { ...present, ...edits };
  const [before, after] = [settingsOf(present), settingsOf(form)];
  const problems = problemsOf(form);
  const element = useRef<HTMLFormElement>(null);
  // What the API refuses may be out of sight, or behind the bar.
  useEffect(() => {
    if (error === undefined) return;
    const refused = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    refused?.focus({ preventScroll: true });
    refused?.scrollIntoView({ block: 'center' });
  }, [error]);

  async function save(): Promise<void> {
    const { data } = await api
      .PATCH('/v1/targets/{id}', {
        params: { path: { id: target.id }, header: { 'If-Match': etag } },
        body: patchFrom(before, after),
      })
      .catch(async (problem: unknown) => {
        // Beside the others' change, the list of changes says what is left.
        if (isConflict(problem)) await refresh('/v1/targets/{id}');
        throw problem;
      });
    setEdits({});
    setSecret(data?.secret);
    toast({ text: 'The settings are saved.', severity: 'success' });
    await refresh('/v1/targets', '/v1/subscriptions');
  }

  return (
    <form
      ref={element}
      noValidate
      aria-label="Settings"
      onSubmit={(event) => {
        event.preventDefault();
        void run(save);
      }}
    >
      {!may('manage') && (
        <Typography color="textSecondary" sx={{ mb: 2 }}>
          You can look at these settings. To change them takes a key or link with the scope manage.
        </Typography>
      )}
      <SettingsFields
        targetId={target.id}
        form={form}
        error={error}
        problems={problems}
        disabled={!may('manage')}
        onChange={(changes) => setEdits({ ...edits, ...changes })}
      />
      {may('manage') && (
        <SaveBar
          changes={changesBetween(before, after)}
          error={error}
          hasProblems={Object.keys(problems).length > 0}
          isBusy={isBusy}
          onDiscard={() => {
            setEdits({});
            forget();
          }}
        />
      )}
      {secret !== undefined && (
        <NewSecret
          title="The endpoint has a new secret"
          secret={secret}
          action="I have copied it"
          onClose={() => setSecret(undefined)}
        />
      )}
    </form>
  );
}
