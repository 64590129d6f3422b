import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useMemo, useState } from 'react';
import { ApiError } from '../../../../client/errors.ts';
import { useUrlState } from '../../../app/url-state.ts';
import { Section } from '../../../parts/layout.tsx';
import { JsonField } from '../../../parts/payload/json-field.tsx';
import { type Draft, filterOfDraft, withForm, withText } from '../filter/draft.ts';
import { isObject } from '../filter/form.ts';
import { pathInEvent, pathOfField, pathOfMismatch, placeOf } from '../filter/places.ts';
import { FilterForm } from './filter-form.tsx';
import { Preview } from './preview.tsx';
import { readEvent, TrialEvent } from './trial-event.tsx';
import { useTrial } from './use-trial.ts';
import { Verdict } from './verdict.tsx';

interface WorkbenchProps {
  readonly draft: Draft;
  onDraft(draft: Draft): void;
  /** What the API said when it was saved. */
  readonly error?: unknown;
  /** The id of the filter or subscription that it is a change of, to say what the change adds and drops. */
  readonly compareWith?: string | undefined;
  /** Whether the session may try filters: a token that is limited to endpoints may not. */
  readonly canTry: boolean;
}

/** A filter, as a form or as JSON, beside an event that says live whether it matches. */
export function Workbench({ draft, onDraft, error, compareWith, canTry }: WorkbenchProps) {
  const [url, change] = useUrlState();
  const view = url.get('as') === 'json' ? 'json' : 'form';
  const [eventText, setEventText] = useState('');
  const filter = useMemo(() => filterOfDraft(draft), [draft]);
  const event = useMemo(() => readEvent(eventText), [eventText]);
  const question = hasTypes(filter) ? filter : undefined;
  const trial = useTrial(canTry ? question : undefined, event);
  const refused = refusalOf(error) ?? refusalOf(trial.error);
  const reason = trial.result?.reason;
  const path = refused?.path ?? (reason && pathOfMismatch(reason));
  const problem = refused?.message ?? reason?.message;
  const { state } = draft;
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 7fr) minmax(0, 5fr)' },
        alignItems: 'start',
      }}
    >
      <Section title="Filter">
        <Tabs
          value={view}
          aria-label="How to edit the filter"
          onChange={(_, next: string) => change({ as: next === 'json' ? next : undefined })}
          sx={{ mb: 2, mt: -1 }}
        >
          <Tab value="form" label="Form" />
          <Tab value="json" label="JSON" />
        </Tabs>
        {view === 'json' ? (
          <JsonField
            label="Filter as JSON"
            text={draft.text}
            onChange={(text) => onDraft(withText(draft, text))}
            minRows={12}
            marked={path}
            problem={refused?.message}
            hint={reason?.message ?? 'The form shows the same.'}
          />
        ) : state.kind === 'in-step' ? (
          <FilterForm
            form={draft.form}
            onForm={(form) => onDraft(withForm(form))}
            place={path === undefined ? undefined : placeOf(draft.form, path)}
            problem={problem}
          />
        ) : (
          <Alert severity="warning">
            {state.kind === 'broken'
              ? `The JSON breaks in line ${state.error.line}: ${state.error.message}. Correct it in the tab JSON; nothing of it is lost.`
              : `A form can’t show this filter (${state.reason}). Edit it in the tab JSON.`}
          </Alert>
        )}
      </Section>
      {canTry && (
        <Box sx={{ minWidth: 0, position: { lg: 'sticky' }, top: { lg: 72 } }}>
          <Section title="Try it on an event">
            <Verdict
              trial={trial}
              event={event}
              missing={
                filter === undefined
                  ? 'The filter’s JSON can’t be read.'
                  : question === undefined
                    ? 'Choose event types first.'
                    : undefined
              }
            />
            <TrialEvent
              text={eventText}
              onText={setEventText}
              types={draft.form.events}
              marked={reason && pathInEvent(reason)}
              problem={event.problem}
            />
          </Section>
          <Preview filter={question} compareWith={compareWith} />
        </Box>
      )}
    </Box>
  );
}

/** Without event types a filter is refused: there is nothing to ask yet. */
const hasTypes = (filter: unknown): boolean =>
  isObject(filter) && (!Array.isArray(filter.events) || filter.events.length > 0) && 'events' in filter;

/** Where and why the API does not take the filter. */
function refusalOf(error: unknown): { readonly path: string; readonly message: string } | undefined {
  if (!(error instanceof ApiError) || error.field === undefined) return undefined;
  const path = pathOfField(error.field);
  return /^(events|where|filters|jsonpath|during)/.test(path) ? { path, message: error.message } : undefined;
}
