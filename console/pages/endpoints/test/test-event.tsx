import Autocomplete from '@mui/material/Autocomplete';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useId, useState } from 'react';
import { api } from '../../../api/client.ts';
import { useCatalogue } from '../../../parts/catalogue.ts';
import { Empty } from '../../../parts/empty.tsx';
import { FormDialog } from '../../../parts/form-dialog.tsx';
import { JsonField } from '../../../parts/payload/json-field.tsx';
import { readJson } from '../../../parts/payload/json-text.ts';
import { fieldProblem, Problem } from '../../../parts/problem.tsx';
import { useAction } from '../../../parts/use-action.ts';
import type { Subscription, Target } from '../use-endpoint.ts';
import { firstTypeOf, sampleText } from './sample.ts';
import { TestOutcome } from './test-outcome.tsx';

interface TestEventProps {
  readonly target: Target;
  readonly subscriptions: readonly Subscription[];
  onClose(): void;
}

const TITLE = 'Send a test event';

/** Sends a test event to one of the endpoint's subscriptions, and shows what comes of it. */
export default function TestEvent(props: TestEventProps) {
  return props.subscriptions.length === 0 ? <NoSubscription {...props} /> : <TestForm {...props} />;
}

function NoSubscription({ onClose }: TestEventProps) {
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <DialogTitle id={titleId}>{TITLE}</DialogTitle>
      <DialogContent>
        <Empty
          text="A test event goes to a subscription, and this endpoint has none yet."
          link={{ to: '/subscriptions', label: 'Go to the subscriptions' }}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function TestForm({ target, subscriptions, onClose }: TestEventProps) {
  const types = useCatalogue();
  const [subscriptionId, setSubscriptionId] = useState(subscriptions[0]!.id);
  const subscription = subscriptions.find(({ id }) => id === subscriptionId) ?? subscriptions[0]!;
  const [chosenType, setType] = useState<string>();
  const [edited, setText] = useState<string>();
  const [sent, setSent] = useState<string>();
  const { isBusy, error, run } = useAction();
  const type = chosenType ?? firstTypeOf(subscription.events, types);
  const text = edited ?? sampleText(types, type);
  const data = readJson(text);

  async function send(value: unknown): Promise<void> {
    setSent(undefined);
    const { data: accepted } = await api.POST('/v1/subscriptions/{id}/test', {
      params: { path: { id: subscription.id } },
      body: { ...(type !== '' && { type }), data: value },
    });
    setSent(accepted!.id);
  }

  const typeProblem = fieldProblem(error, 'type');
  return (
    <FormDialog
      title={TITLE}
      action={sent === undefined ? 'Send' : 'Send another'}
      cancel="Close"
      maxWidth="sm"
      isBusy={isBusy}
      isReady={data.isValid}
      onSubmit={() => void run(async () => data.isValid && send(data.value))}
      onClose={onClose}
    >
      <Stack spacing={2} sx={{ pt: 1 }}>
        {subscriptions.length > 1 && (
          <TextField
            select
            label="Subscription"
            value={subscription.id}
            onChange={({ target: { value } }) => setSubscriptionId(value)}
          >
            {subscriptions.map(({ id, name, events }) => (
              <MenuItem key={id} value={id}>
                <bdi>{name ?? events.join(', ')}</bdi>
              </MenuItem>
            ))}
          </TextField>
        )}
        <Autocomplete<string, false, true, true>
          freeSolo
          disableClearable
          options={types.map(({ name }) => name)}
          inputValue={type}
          onInputChange={(_, value) => {
            setType(value);
            // Another type has another sample; what was written for the one before is not of it.
            if (types.some(({ name }) => name === value)) setText(undefined);
          }}
          renderInput={(params) => (
            <TextField
              {...params}
              label="Event type"
              error={typeProblem !== undefined}
              helperText={typeProblem ?? 'One of the catalogue brings its sample along'}
            />
          )}
        />
        <JsonField
          label="Payload, as JSON"
          text={text}
          onChange={setText}
          problem={fieldProblem(error, 'data')}
          hint="It is marked by the header posthorn-test"
        />
        {typeProblem === undefined && fieldProblem(error, 'data') === undefined && <Problem error={error} />}
        {sent !== undefined && (
          <TestOutcome
            key={sent}
            eventId={sent}
            subscriptionId={subscription.id}
            timeoutSeconds={target.timeoutSeconds}
          />
        )}
      </Stack>
    </FormDialog>
  );
}
