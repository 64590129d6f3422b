import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { TARGET_KINDS } from '../../../../client/target-kinds.gen.ts';
import { MembersField } from '../settings/members-field.tsx';
import type { Member } from '../settings/settings-form.ts';
import { changed, type Field, fieldsOf, linesOf, partsOf, type Values, valueAt } from './fields.ts';

interface KindSettingsProps {
  readonly kind: string;
  readonly value: Values;
  /** What the API says of a setting, by its path within them. */
  problem(path: string): string | undefined;
  readonly disabled?: boolean;
  /** What may be left out is shown when it is asked for. */
  readonly isBrief?: boolean;
  onChange(value: Values): void;
}

/** The settings of a kind, as the API's schema has them. */
export function KindSettings({
  kind,
  value,
  problem,
  disabled = false,
  isBrief = false,
  onChange,
}: KindSettingsProps) {
  const [isWhole, setWhole] = useState(!isBrief);
  const { settings, secrets } = TARGET_KINDS[kind] ?? { secrets: [] };
  const fields = fieldsOf(settings, secrets, value);
  const { first, further } = partsOf(fields);
  return (
    <>
      {(isWhole ? fields : first).map((field) => (
        <Setting
          key={field.path.join('.')}
          field={field}
          value={valueAt(value, field.path)}
          problem={problem(field.path.join('.'))}
          disabled={disabled}
          onChange={(next) => onChange(changed(value, field, next))}
        />
      ))}
      {!isWhole && further.length > 0 && (
        <Button size="small" onClick={() => setWhole(true)} sx={{ alignSelf: 'flex-start' }}>
          More settings
        </Button>
      )}
    </>
  );
}

interface SettingProps {
  readonly field: Field;
  readonly value: unknown;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  onChange(value: unknown): void;
}

function Setting({ field, value, problem, disabled, onChange }: SettingProps) {
  const { label, hint, isRequired } = field;
  const frame = {
    label,
    required: isRequired,
    disabled,
    fullWidth: true,
    error: problem !== undefined,
    helperText: problem ?? hint,
  };
  switch (field.type) {
    case 'flag':
      return (
        <FormControlLabel
          label={label}
          title={hint}
          control={
            <Switch
              size="small"
              checked={value === true}
              disabled={disabled}
              onChange={({ target }) => onChange(target.checked || undefined)}
            />
          }
          sx={{ ml: 0, gap: 1 }}
        />
      );
    case 'choice':
      return (
        <TextField
          {...frame}
          select
          value={value ?? ''}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        >
          {!isRequired && <MenuItem value="">Not set</MenuItem>}
          {field.options.map((option) => (
            <MenuItem key={option} value={option}>
              {option}
            </MenuItem>
          ))}
        </TextField>
      );
    case 'number':
      return (
        <TextField
          {...frame}
          type="number"
          value={value ?? ''}
          onChange={({ target }) => onChange(target.value === '' ? undefined : Number(target.value))}
        />
      );
    case 'members':
      return <Members {...{ field, value, problem, disabled, onChange }} />;
    case 'texts':
      return <LinesField {...{ field, value, problem, disabled, onChange }} />;
    case 'json':
      return <JsonField {...{ field, value, problem, disabled, onChange }} />;
    case 'text':
      return (
        <TextField
          {...frame}
          type={field.isSecret ? 'password' : 'text'}
          autoComplete="off"
          value={value ?? ''}
          placeholder={field.example}
          onFocus={({ target }) => field.isSecret && target.select()}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        />
      );
  }
}

/** Rows have an order, and may be half written: an object has neither. */
function Members({ field: { label, hint }, value, problem, disabled, onChange }: SettingProps) {
  const [rows, setRows] = useState<readonly Member[]>(() =>
    Object.entries((value ?? {}) as Readonly<Record<string, unknown>>).map(([name, text]) => ({
      name,
      value: String(text),
    })),
  );
  return (
    <MembersField
      label={label}
      one="entry"
      nameLabel="Name"
      valueLabel="Value"
      hint={hint}
      value={rows}
      problem={problem}
      disabled={disabled}
      onChange={(next) => {
        setRows(next);
        const named = next.filter(({ name }) => name.trim() !== '');
        onChange(
          named.length === 0
            ? undefined
            : Object.fromEntries(named.map(({ name, value: text }) => [name.trim(), text])),
        );
      }}
    />
  );
}

/** A line that is just begun is no text yet. */
function LinesField({
  field: { label, hint, isRequired },
  value,
  problem,
  disabled,
  onChange,
}: SettingProps) {
  const [text, setText] = useState(() => (Array.isArray(value) ? value.join('\n') : ''));
  return (
    <TextField
      label={label}
      required={isRequired}
      disabled={disabled}
      fullWidth
      multiline
      maxRows={12}
      value={text}
      error={problem !== undefined}
      helperText={problem ?? `${hint} One on each line.`.trim()}
      slotProps={{ htmlInput: { spellCheck: false } }}
      onChange={({ target }) => {
        setText(target.value);
        onChange(linesOf(target.value));
      }}
    />
  );
}

/** What has no field of its own is written as JSON. */
function JsonField({ field: { label, hint, isRequired }, value, problem, disabled, onChange }: SettingProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, undefined, 2)));
  const [isBroken, setBroken] = useState(false);
  return (
    <TextField
      label={label}
      required={isRequired}
      disabled={disabled}
      fullWidth
      multiline
      maxRows={12}
      value={text}
      error={isBroken || problem !== undefined}
      helperText={isBroken ? 'Expected JSON' : (problem ?? `${hint} As JSON.`.trim())}
      slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } }}
      onChange={({ target }) => {
        setText(target.value);
        try {
          onChange(target.value.trim() === '' ? undefined : JSON.parse(target.value));
          setBroken(false);
        } catch {
          setBroken(true);
        }
      }}
    />
  );
}
