import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { asWritten } from '../../api/as-written.ts';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { linkTo } from '../../app/links.ts';
import { useUrlState } from '../../app/url-state.ts';
import { EndpointChoice } from '../../parts/endpoint-choice.tsx';
import { PageHead, Section } from '../../parts/layout.tsx';
import { fieldHelp, fieldProblem, Problem } from '../../parts/problem.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { useAction } from '../../parts/use-action.ts';
import { bodyOf, missingOf, type NewSubscription } from './create.ts';
import { draftOf } from './filter/draft.ts';
import { FilterChoice } from './filter-choice.tsx';
import { SaveBar, SaveNote } from './filter-editor.tsx';
import { OnlyEditors } from './only-editors.tsx';
import { useUsers } from './shared.ts';
import { SharedNote } from './shared-note.tsx';
import { Workbench } from './workbench/workbench.tsx';

export function Page() {
  return (
    <OnlyEditors title="Create subscription">
      <CreateSubscription />
    </OnlyEditors>
  );
}

/** Subscribes: an endpoint and a filter, each made here or there already. */
function CreateSubscription() {
  const navigate = useNavigate();
  const [url] = useUrlState();
  const eventType = url.get('eventType');
  const targetId = url.get('targetId') ?? undefined;
  const [wanted, setWanted] = useState<NewSubscription>(() => ({
    name: '',
    endpoint: targetId ? 'existing' : 'new',
    url: '',
    targetId,
    filter: 'new',
    filterId: undefined,
    draft: draftOf({ events: eventType ? [eventType] : [] }),
  }));
  const { isBusy, error, run, forget } = useAction();
  const [isRefused, setRefused] = useState(false);
  const [made, setMade] = useState<{ readonly id: string; readonly secret: string }>();
  const users = useUsers(wanted.filter === 'existing' ? wanted.filterId : undefined);
  const set = (part: Partial<NewSubscription>): void => {
    setWanted({ ...wanted, ...part });
    forget();
    setRefused(false);
  };
  const missing = missingOf(wanted);

  async function create(): Promise<void> {
    const { data } = await api.POST('/v1/subscriptions', { body: asWritten(bodyOf(wanted)) });
    await refresh('/v1/subscriptions', '/v1/filters', '/v1/targets');
    if (data!.secret === undefined) void navigate(linkTo.subscription(data!.id), { replace: true });
    else setMade({ id: data!.id, secret: data!.secret });
  }
  const urlProblem = fieldProblem(error, 'url') ?? fieldProblem(error, 'target.url');

  return (
    <>
      <PageHead title="Create subscription" below="Which events go to which endpoint." />
      <Section title="Where to send">
        <Choice
          label="Endpoint"
          value={wanted.endpoint}
          onValue={(endpoint) => set({ endpoint })}
          labels={{ new: 'New endpoint', existing: 'Existing endpoint' }}
        />
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '2fr 1fr' } }}>
          {wanted.endpoint === 'new' ? (
            <TextField
              label="URL"
              type="url"
              value={wanted.url}
              placeholder="https://example.com/hook"
              onChange={({ target }) => set({ url: target.value })}
              error={urlProblem !== undefined}
              helperText={
                urlProblem ?? 'Its signature, retries and limits can be set on its page once it is there.'
              }
            />
          ) : (
            <EndpointChoice
              value={wanted.targetId}
              onChange={(id) => set({ targetId: id })}
              problem={fieldProblem(error, 'targetId')}
            />
          )}
          <TextField
            label="Name"
            value={wanted.name}
            onChange={({ target }) => set({ name: target.value })}
            {...fieldHelp(error, 'name', 'For people; may be left out.')}
          />
        </Box>
      </Section>
      <Section title="What to send">
        <Choice
          label="Filter"
          value={wanted.filter}
          onValue={(filter) => set({ filter })}
          labels={{ new: 'New filter', existing: 'Existing filter' }}
        />
        {wanted.filter === 'existing' && (
          <>
            <FilterChoice
              value={wanted.filterId}
              onChange={(filterId) => set({ filterId })}
              problem={fieldProblem(error, 'filterId')}
              hint="It is shared: a change of it holds for all subscriptions that use it."
            />
            <Box sx={{ mt: 2 }}>
              <SharedNote users={users} isBesideOne />
            </Box>
          </>
        )}
      </Section>
      {wanted.filter === 'new' && (
        <Workbench draft={wanted.draft} onDraft={(draft) => set({ draft })} error={error} canTry />
      )}
      <Problem error={error} />
      <SaveBar>
        <Button
          variant="contained"
          loading={isBusy}
          onClick={() => (missing === undefined ? void run(create) : setRefused(true))}
        >
          Create subscription
        </Button>
        <SaveNote text={missing ?? ''} isRefused={isRefused} />
      </SaveBar>
      {made && (
        <ShownOnce
          title="Subscription created"
          text={made.secret}
          what="the secret"
          action="Open the subscription"
          onClose={() => void navigate(linkTo.subscription(made.id), { replace: true })}
        >
          The endpoint verifies deliveries with this secret. Keep it where its code reads it; the endpoint’s
          page can reveal it again.
        </ShownOnce>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: 'new' | 'existing';
  onValue(value: 'new' | 'existing'): void;
  readonly labels: Readonly<Record<'new' | 'existing', string>>;
}

function Choice({ label, value, onValue, labels }: ChoiceProps) {
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      aria-label={label}
      value={value}
      onChange={(_, next: 'new' | 'existing' | null) => next && onValue(next)}
      sx={{ mb: 2 }}
    >
      <ToggleButton value="new">{labels.new}</ToggleButton>
      <ToggleButton value="existing">{labels.existing}</ToggleButton>
    </ToggleButtonGroup>
  );
}
