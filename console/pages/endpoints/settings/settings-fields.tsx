import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { Section } from '../../../parts/layout.tsx';
import { fieldProblem } from '../../../parts/problem.tsx';
import { KindSettings } from '../kinds/kind-settings.tsx';
import { isFetched, takes } from '../kinds/takes.ts';
import { SchemeField } from '../scheme-field.tsx';
import { TransformField } from '../transform/transform-field.tsx';
import { MembersField } from './members-field.tsx';
import { RetryField } from './retry-field.tsx';
import type { SettingsForm } from './settings-form.ts';

interface SettingsFieldsProps {
  readonly targetId: string;
  readonly form: SettingsForm;
  /** What the API said of the last attempt to save. */
  readonly error: unknown;
  /** What is wrong already, by field. */
  readonly problems: Readonly<Record<string, string>>;
  readonly disabled: boolean;
  onChange(changes: Partial<SettingsForm>): void;
}

const COLUMNS = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
} as const;

type TextName = { [K in keyof SettingsForm]: SettingsForm[K] extends string ? K : never }[keyof SettingsForm];

/** The fields of an endpoint's settings, with what the API says of each. */
export function SettingsFields({ targetId, form, error, problems, disabled, onChange }: SettingsFieldsProps) {
  const has = (option: string): boolean => takes(form.kind, option);
  const problem = (field: string): string | undefined => problems[field] ?? fieldProblem(error, field);
  /** @param field as the API names it */
  const text = (name: TextName, label: string, hint: string, field: string = name) => ({
    label,
    value: form[name],
    disabled,
    error: problem(field) !== undefined,
    helperText: problem(field) ?? hint,
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
  });
  const members = (name: 'headers' | 'regions' | 'metadata') => ({
    value: form[name],
    problem: problem(name),
    disabled,
    onChange: (value: SettingsForm['headers']) => onChange({ [name]: value }),
  });
  const toggle = (
    name: 'retryClientErrors' | 'isBatching' | 'challengeRequired',
    label: string,
    hint: string,
  ) => (
    <Toggle
      {...{ label, hint, disabled }}
      isOn={form[name]}
      onChange={(isOn) => onChange({ [name]: isOn })}
    />
  );

  return (
    <>
      <Section title="Where to">
        <Box sx={COLUMNS}>
          <TextField {...text('name', 'Name', 'To tell it from others')} />
          <TextField {...text('description', 'Description', 'A note for people')} />
          {has('url') && (
            <TextField
              {...text('url', 'URL', 'Where events are posted to')}
              type="url"
              required
              sx={{ gridColumn: '1 / -1' }}
            />
          )}
          <KindSettings
            kind={form.kind}
            value={form.settings}
            problem={(path) => problem(`${form.kind}.${path}`)}
            disabled={disabled}
            onChange={(settings) => onChange({ settings })}
          />
          {has('regions') && (
            <MembersField
              label="URLs by region"
              one="region"
              nameLabel="Region"
              valueLabel="URL"
              hint="Used instead of the URL for events of these regions."
              {...members('regions')}
            />
          )}
          {has('headers') && (
            <MembersField
              label="Headers"
              one="header"
              nameLabel="Header"
              valueLabel="Value"
              hint="Sent with each delivery. Values are never shown: [hidden] keeps the one there is."
              {...members('headers')}
            />
          )}
        </Box>
      </Section>
      {has('transform') && (
        <Section title="Transformation">
          <TransformField
            targetId={targetId}
            value={form.transform}
            problem={problem('transform')}
            disabled={disabled}
            onChange={(transform) => onChange({ transform })}
          />
        </Section>
      )}
      {!isFetched(form.kind) && (
        <Section title="How it is delivered">
          <Box sx={COLUMNS}>
            <RetryField
              value={form}
              problem={problem('retry')}
              disabled={disabled}
              onChange={(changes) => onChange(changes)}
            />
            {toggle(
              'retryClientErrors',
              'Retry answers of 400 to 499 as well',
              'Without it only 408, 425 and 429 are retried; others make a dead letter at once.',
            )}
            <TextField {...text('timeoutSeconds', 'Timeout, in seconds', 'How long an answer may take')} />
            <TextField
              {...text(
                'perSecond',
                'Rate limit, requests a second',
                'Empty for none. What is beyond it waits, up to a day.',
                'rateLimit',
              )}
            />
            {has('batching') &&
              toggle('isBatching', 'Batches', 'Several events in one request, as a JSON array.')}
            {has('batching') && form.isBatching && (
              <Box sx={{ display: 'flex', gap: 1 }}>
                <TextField
                  {...text('maxEvents', 'Events at most', '2 to 100', 'batching.maxEvents')}
                  sx={{ flex: 1 }}
                />
                <TextField
                  {...text('maxSeconds', 'Seconds at most', '1 to 300', 'batching.maxSeconds')}
                  sx={{ flex: 1 }}
                />
              </Box>
            )}
          </Box>
        </Section>
      )}
      {has('signature') && (
        <Section title="Trust">
          <Box sx={COLUMNS}>
            <SchemeField
              value={form.signature}
              problem={problem('signature')}
              disabled={disabled}
              onChange={(signature) => onChange({ signature })}
            />
            {has('challengeRequired') &&
              toggle(
                'challengeRequired',
                'Challenge it first',
                'Nothing is delivered until the endpoint has answered a signed challenge.',
              )}
            {has('clientCertificate') && (
              <TextField
                {...text(
                  'clientCertificate',
                  'Client certificate',
                  'For mutual TLS: the name of the secret that your operator keeps it in. Empty for none.',
                )}
              />
            )}
          </Box>
        </Section>
      )}
      <Section title="Metadata">
        <MembersField
          label="Your own notes on it"
          one="note"
          nameLabel="Name"
          valueLabel="Value"
          hint="Posthorn only keeps them."
          {...members('metadata')}
        />
      </Section>
    </>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  readonly disabled: boolean;
  onChange(isOn: boolean): void;
}

const Toggle = ({ label, hint, isOn, disabled, onChange }: ToggleProps) => (
  <Box>
    <FormControlLabel
      label={label}
      control={
        <Switch
          size="small"
          checked={isOn}
          disabled={disabled}
          onChange={({ target }) => onChange(target.checked)}
        />
      }
      sx={{ ml: 0, gap: 1 }}
    />
    <FormHelperText>{hint}</FormHelperText>
  </Box>
);
