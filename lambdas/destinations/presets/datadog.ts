import type { Attempt } from '../../http-client/attempt-record.ts';
import type { Verdict } from '../../http-client/verdict.ts';
import { objectIn, said, withList } from './answers.ts';
import { type Choice, chosen, type Options, severityWords } from './choice.ts';
import { type Facts, fieldsOf, textOf } from './facts.ts';
import { endpointProblem } from './hook-url.ts';
import { type Preset, type PresetSettings, presetKind, titleOf } from './preset.ts';
import { fill, keyFor, linkFor } from './template.ts';
import { keyWithin, oneLine, PLAIN, type Writing, written, writtenFields } from './texts.ts';

/** Datadog's event stream. https://docs.datadoghq.com/api/latest/events/post-an-event */

export const DATADOG_SITES = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
  'us2.ddog-gov.com',
] as const;

export const DATADOG_ALERT_TYPES = ['error', 'warning', 'info', 'success'] as const;
type DatadogAlertType = (typeof DATADOG_ALERT_TYPES)[number];

export interface DatadogSettings extends PresetSettings {
  readonly apiKey: string;
  readonly site?: (typeof DATADOG_SITES)[number] | undefined;
  readonly endpoint?: string | undefined;
  readonly alertType?: Choice<DatadogAlertType> | undefined;
  /** A template. */
  readonly aggregationKey?: string | undefined;
  /** Templates. */
  readonly host?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

const ALERT_TYPES: Options<DatadogAlertType> = {
  all: DATADOG_ALERT_TYPES,
  words: severityWords('error', 'error', 'warning', 'info', 'success'),
  by: ({ priority }) => (priority === 'critical' ? 'error' : 'info'),
};

const MAX_TITLE = 100;
const MAX_TEXT = 4000;
const MAX_KEY = 100;
const MAX_TAG = 200;
/** Older events are refused with their time. */
const MAX_AGE_MS = 18 * 3600 * 1000;
const FIELDS = { count: 40, name: 100, value: 1500, total: 3200 };

/**
 * `@name` in an event tells somebody of it. The invisible character behind the sign keeps a payload from that. No Markdown is
 * read, since the text does not begin with `%%%`.
 */
const WRITING: Writing = {
  escape: (character) => (character === '@' ? '@\u200b' : character),
  length: (text) => text.length,
};

function message(facts: Facts, settings: DatadogSettings, now: number): object {
  const { host, tags = [] } = settings;
  return {
    title: written(titleOf(facts, settings), MAX_TITLE, WRITING),
    text: bodyOf(facts, settings),
    alert_type: chosen(facts, settings.alertType, ALERT_TYPES),
    priority: facts.priority === 'low' ? 'low' : 'normal',
    aggregation_key: keyWithin(keyFor(settings.aggregationKey, facts), MAX_KEY),
    source_type_name: 'posthorn',
    ...(now - facts.at < MAX_AGE_MS && { date_happened: Math.floor(facts.at / 1000) }),
    ...(host !== undefined && { host: written(oneLine(fill(host, facts).text), MAX_TAG, PLAIN) }),
    tags: [
      written(`event_type:${facts.type}`, MAX_TAG, PLAIN),
      ...tags
        .map((tag) => fill(tag, facts))
        .filter(({ lacks }) => !lacks)
        .map(({ text }) => written(oneLine(text), MAX_TAG, PLAIN)),
    ],
  };
}

/** The event, and a line for each field. */
function bodyOf(facts: Facts, settings: DatadogSettings): string {
  const fields = writtenFields(fieldsOf(facts, settings.fields), FIELDS, WRITING);
  const text = fields.length === 0 ? written(textOf(facts), FIELDS.total, WRITING) : '';
  const link = linkFor(settings.link, facts);
  const head = [`event ${facts.id}`, ...(link === undefined ? [] : [link])].join('\n');
  const lines = [...fields.map(({ name, value }) => `${name}: ${value}`), text].filter(Boolean).join('\n');
  return [head, written(lines, MAX_TEXT - head.length - 1, PLAIN)].filter(Boolean).join('\n');
}

/** A wrong key is 403, and a message too large is 413; each has its reasons in a list. */
const readDatadog = (answered: Attempt): Verdict | undefined =>
  (answered.status ?? 0) < 400 ? undefined : said(answered, withList(undefined, objectIn(answered).errors));

const hostOf = ({ site = 'datadoghq.com', endpoint }: DatadogSettings): string =>
  endpoint === undefined ? `https://api.${site}` : (URL.parse(endpoint)?.origin ?? '');

const preset: Preset<DatadogSettings> = {
  name: 'datadog',
  credential: 'apiKey',
  address: (settings) => `${hostOf(settings)}/api/v1/events`,
  sendsSecretsTo: (settings) => [hostOf(settings)],
  problem({ apiKey, endpoint }, allowed) {
    if (!/^[!-~]+$/.test(apiKey)) return { field: 'apiKey', message: 'expected an API key, without blanks' };
    const found = endpointProblem(endpoint, allowed);
    return found === undefined ? undefined : { field: 'endpoint', message: found };
  },
  destination: (settings) => ({
    url: `${hostOf(settings)}/api/v1/events`,
    headers: { 'dd-api-key': settings.apiKey },
  }),
  message,
  maxBytes: 512 * 1024,
  read: readDatadog,
};

export const datadog = presetKind(preset);
