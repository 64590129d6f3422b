import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { asWritten } from '../../api/as-written.ts';
import { api } from '../../api/client.ts';
import { isConflict } from '../../api/problem.ts';
import { refresh } from '../../api/queries.ts';
import type { Read } from '../../api/read.ts';
import { ChangedMeanwhile } from '../../parts/changed-meanwhile.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { fieldProblem, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { useAction } from '../../parts/use-action.ts';
import { bodyOf, conditionOf, type RuleForm as Form, formOf, isReadable, newForm } from './form.ts';
import type { Kind, Rule } from './kinds.ts';
import { RuleFields } from './rule-fields.tsx';
import { readRule } from './use-rule.ts';
import { conditionText } from './words.ts';

interface RuleFormProps {
  /** What is edited; a new one without. */
  readonly read?: Read<Rule>;
  /** What a new one is about to begin with. */
  readonly kind?: Kind | undefined;
  readonly targetId?: string | undefined;
  onSaved(id: string): void;
  onClose(): void;
}

/** Makes a rule, or changes one. */
export default function RuleForm({ read, kind, targetId, onSaved, onClose }: RuleFormProps) {
  const toast = useToast();
  const [before, setBefore] = useState(read);
  const [form, setForm] = useState(() =>
    read ? formOf(read.value) : newForm(kind ?? 'successRate', targetId),
  );
  const { isBusy, error, run, forget } = useAction();
  const change = (next: Form): void => {
    setForm(next);
    forget();
  };

  async function save(current: Read<Rule> | undefined): Promise<void> {
    const body = asWritten(bodyOf(form, current?.value));
    const { data } = current
      ? await api.PUT('/v1/alert-rules/{id}', {
          params: { path: { id: current.value.id }, header: { 'If-Match': current.etag } },
          body,
        })
      : await api.POST('/v1/alert-rules', { body });
    await refresh('/v1/alert-rules', '/v1/subscriptions', '/v1/filters');
    toast({ severity: 'success', text: current ? 'Saved.' : 'Created. It is judged within five minutes.' });
    onSaved(data!.id);
  }
  async function readAgain(): Promise<Read<Rule>> {
    const next = await readRule(before!.value.id);
    setBefore(next);
    return next;
  }
  const isShown = FIELDS.some((field) => fieldProblem(error, field) !== undefined);

  return (
    <FormDialog
      title={before ? 'Edit alert rule' : 'Create alert rule'}
      action={before ? 'Save' : 'Create'}
      maxWidth="sm"
      isBusy={isBusy}
      onSubmit={() => void run(() => save(before))}
      onClose={onClose}
    >
      <Stack spacing={2} sx={{ pt: 1 }}>
        <RuleFields form={form} error={error} onChange={change} />
        <Typography color="textSecondary" role="status" sx={{ overflowWrap: 'anywhere' }}>
          {isReadable(form) ? (
            <bdi>It rings when {conditionText({ when: conditionOf(form), ...aboutOf(form) })}.</bdi>
          ) : (
            'A number is missing above.'
          )}
        </Typography>
        {isConflict(error) ? (
          <ChangedMeanwhile
            onReload={async () => change(formOf((await readAgain()).value))}
            onOverwrite={() => run(async () => save(await readAgain()))}
          />
        ) : (
          !isShown && <Problem error={error} />
        )}
      </Stack>
    </FormDialog>
  );
}

const aboutOf = ({ targetId }: Form) => (targetId === undefined ? {} : { targetId });

/** What the API may say something of, each with a field of its own. */
const FIELDS = [
  'name',
  'targetId',
  'when.below',
  'when.aboveMs',
  'when.statistic',
  'when.atLeast',
  'when.hours',
  'when.eventType',
  'when.minutes',
  'when.minimum',
  'notify.mail',
  'notify.targetId',
];
