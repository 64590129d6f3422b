import { TARGET_KINDS } from '../../../../client/target-kinds.gen.ts';
import { fieldsOf, type Values, valueAt } from '../kinds/fields.ts';
import { hasSettings } from '../kinds/takes.ts';
import { SCHEMES } from '../schemes.ts';
import { type Policy, PRESETS, type Preset, scheduleText } from './schedule.ts';
import { isSame, RECORDS, type Settings } from './settings-form.ts';

/** What a change of settings changes, for people. Pure. */

export interface Change {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  url: 'URL',
  regions: 'URL for',
  headers: 'Header',
  transform: 'Transformation',
  clientCertificate: 'Client certificate',
  signature: 'Signature',
  retry: 'Retries',
  retryClientErrors: 'Retry answers of 400 to 499',
  timeoutSeconds: 'Timeout',
  rateLimit: 'Rate limit',
  batching: 'Batches',
  challengeRequired: 'Challenge',
  metadata: 'Metadata',
};

/** What the API shows in the place of a header's value. */
const HIDDEN = '[hidden]';

export function changesBetween(before: Settings, after: Settings): Change[] {
  const [was, will] = [before, after] as unknown as Record<string, unknown>[];
  const ofKind = Object.keys(will!)
    .filter(hasSettings)
    .flatMap((kind) => settingsChanged(kind, was![kind] as Values, will![kind] as Values));
  const others = Object.entries(LABELS).flatMap(([name, label]) => {
    if (isSame(was![name], will![name])) return [];
    if (RECORDS.includes(name)) return membersChanged(label, was![name] as Texts, will![name] as Texts);
    return [{ label, before: textOf(name, was![name]), after: textOf(name, will![name]) }];
  });
  return [...ofKind, ...others];
}

function settingsChanged(kind: string, before: Values = {}, after: Values = {}): Change[] {
  const { settings, secrets } = TARGET_KINDS[kind]!;
  // Settings of a form that was chosen before, or is now.
  const fields = [after, before].flatMap((values) => fieldsOf(settings, secrets, values));
  const each = new Map(fields.map((field) => [field.path.join('.'), field]));
  return [...each.values()].flatMap(({ path, label, ...field }) => {
    const [was, will] = [valueAt(before, path), valueAt(after, path)];
    if (isSame(was, will)) return [];
    const shown = (value: unknown): string => {
      if (value === undefined) return 'none';
      if (value === HIDDEN || (field.type === 'text' && field.isSecret)) return 'hidden';
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    };
    const [from, to] = [shown(was), shown(will)];
    return [{ label, before: from, after: from === to ? 'another' : to }];
  });
}

type Texts = Readonly<Record<string, string>> | undefined;

function membersChanged(label: string, before: Texts = {}, after: Texts = {}): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const shown = (value: string | undefined): string =>
    value === undefined ? 'none' : value === HIDDEN ? 'hidden' : value;
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ label: `${label} ${name}`, before: shown(before[name]), after: shown(after[name]) }));
}

function textOf(name: string, value: unknown): string {
  if (value === undefined || value === '') return name === 'timeoutSeconds' ? 'the default' : 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  switch (name) {
    case 'signature':
      return SCHEMES[value as Settings['signature'] & string].label;
    case 'retry':
      return typeof value === 'string'
        ? `${value}: ${scheduleText(PRESETS[value as Preset])}`
        : ownText(value as Policy);
    case 'timeoutSeconds':
      return `${value} s`;
    case 'rateLimit':
      return `${(value as NonNullable<Settings['rateLimit']>).perSecond} a second`;
    case 'batching': {
      const { maxEvents, maxSeconds } = value as NonNullable<Settings['batching']>;
      return `up to ${maxEvents} events, or after ${maxSeconds} s`;
    }
    default:
      return String(value);
  }
}

const ownText = ({ schedule, jitter }: Policy): string =>
  `own: ${scheduleText(schedule)}, spread by ${Number((jitter * 100).toFixed(2))} %`;
