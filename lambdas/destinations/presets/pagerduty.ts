import type { Attempt } from '../../http-client/attempt-record.ts';
import type { Verdict } from '../../http-client/verdict.ts';
import { isObject } from '../../values/json.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { objectIn, said, textAt, withList } from './answers.ts';
import { type Choice, chosen, mayBe, type Options, severityWords, words } from './choice.ts';
import { type Facts, fieldsOf, textOf } from './facts.ts';
import { endpointProblem } from './hook-url.ts';
import { type Preset, type PresetSettings, presetKind, titleOf } from './preset.ts';
import { fill, keyFor, linkFor } from './template.ts';
import { keyWithin, PLAIN, written, writtenFields } from './texts.ts';

/** PagerDuty's Events API v2. https://developer.pagerduty.com/docs/events-api-v2-overview */

export const PAGERDUTY_SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
type PagerDutySeverity = (typeof PAGERDUTY_SEVERITIES)[number];

export const PAGERDUTY_ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const;
type PagerDutyAction = (typeof PAGERDUTY_ACTIONS)[number];

export const PAGERDUTY_REGIONS = ['us', 'eu'] as const;

export interface PagerDutySettings extends PresetSettings {
  readonly routingKey: string;
  readonly region?: (typeof PAGERDUTY_REGIONS)[number] | undefined;
  readonly endpoint?: string | undefined;
  readonly severity?: Choice<PagerDutySeverity> | undefined;
  readonly action?: Choice<PagerDutyAction> | undefined;
  /** A template. */
  readonly dedupKey?: string | undefined;
  /** Templates of the alert's fields. */
  readonly source?: string | undefined;
  readonly component?: string | undefined;
  readonly group?: string | undefined;
  readonly class?: string | undefined;
}

const HOSTS = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' };

const SEVERITIES: Options<PagerDutySeverity> = {
  all: PAGERDUTY_SEVERITIES,
  words: severityWords('critical', 'error', 'warning', 'info', 'info'),
  by: ({ priority }) => (({ critical: 'critical', normal: 'error', low: 'info' }) as const)[priority],
};

const ACTIONS: Options<PagerDutyAction> = {
  all: PAGERDUTY_ACTIONS,
  words: {
    ...words('trigger', 'triggered', 'open', 'opened', 'firing', 'alerting', 'active', 'failed', 'down'),
    ...words('acknowledge', 'acknowledged', 'ack', 'acked', 'investigating'),
    ...words('resolve', 'resolved', 'close', 'closed', 'ok', 'recovered', 'up', 'succeeded'),
  },
  by: () => 'trigger',
};

/** https://developer.pagerduty.com/docs/send-alert-event */
const MAX_SUMMARY = 1024;
const MAX_KEY = 255;
const MAX_BYTES = 512 * 1024;
/** A larger payload is shown by its fields, cut. */
const MAX_DETAILS = 256 * 1024;
const FIELDS = { count: 50, name: 200, value: 4000, total: 100_000 };
const MAX_TEXT = 1000;

/** An alert that is resolved or acknowledged is known by its key; the rest of it is not read. */
function message(facts: Facts, settings: PagerDutySettings): object {
  const action = chosen(facts, settings.action, ACTIONS);
  const alert = {
    routing_key: settings.routingKey,
    event_action: action,
    dedup_key: keyWithin(keyFor(settings.dedupKey, facts), MAX_KEY),
  };
  const link = linkFor(settings.link, facts);
  return {
    ...alert,
    payload: payload(facts, settings),
    client: 'Posthorn',
    ...(link !== undefined && { links: [{ href: link, text: 'Open' }] }),
  };
}

const payload = (facts: Facts, settings: PagerDutySettings): object => ({
  summary: written(titleOf(facts, settings), MAX_SUMMARY, PLAIN),
  severity: chosen(facts, settings.severity, SEVERITIES),
  source: filled(settings.source, facts) ?? facts.source ?? 'posthorn',
  timestamp: rfc3339(facts.at),
  ...optional('component', filled(settings.component, facts)),
  ...optional('group', filled(settings.group, facts)),
  class: filled(settings.class, facts) ?? facts.type,
  custom_details: details(facts, settings),
});

const optional = (name: string, value: string | undefined): object =>
  value === undefined ? {} : { [name]: value };

function filled(template: string | undefined, facts: Facts): string | undefined {
  if (template === undefined) return undefined;
  return written(fill(template, facts).text, MAX_TEXT, PLAIN) || undefined;
}

function details(facts: Facts, { fields }: PagerDutySettings): object {
  if (fields === undefined && isObject(facts.data) && facts.bytes <= MAX_DETAILS)
    return { ...facts.data, posthorn_event: facts.id };
  const shown = writtenFields(fieldsOf(facts, fields), FIELDS, PLAIN);
  const text = written(textOf(facts), FIELDS.value, PLAIN);
  return {
    ...Object.fromEntries(shown.map(({ name, value }) => [name, value])),
    ...(shown.length === 0 && text !== '' && { text }),
    posthorn_event: facts.id,
  };
}

/** 400 comes with the mistakes that were found. */
function readPagerDuty(answered: Attempt): Verdict | undefined {
  if ((answered.status ?? 0) < 400) return undefined;
  const object = objectIn(answered);
  return said(answered, withList(textAt(object, 'message') ?? textAt(object, 'status'), object.errors));
}

const hostOf = ({ region = 'us', endpoint }: PagerDutySettings): string =>
  endpoint === undefined ? HOSTS[region] : (URL.parse(endpoint)?.origin ?? '');

const preset: Preset<PagerDutySettings> = {
  name: 'pagerduty',
  credential: 'routingKey',
  address: (settings) => `${hostOf(settings)}/v2/enqueue`,
  sendsSecretsTo: (settings) => [hostOf(settings)],
  problem({ routingKey, endpoint, action, dedupKey }, allowed) {
    if (!/^[A-Za-z0-9]{32}$/.test(routingKey))
      return {
        field: 'routingKey',
        message: 'expected the 32 letters and digits of an integration key of Events API v2',
      };
    const found = endpointProblem(endpoint, allowed);
    if (found !== undefined) return { field: 'endpoint', message: found };
    const ends = mayBe(action, 'resolve') || mayBe(action, 'acknowledge');
    return ends && dedupKey === undefined ? { field: 'dedupKey', message: NO_KEY } : undefined;
  },
  destination: (settings) => ({ url: `${hostOf(settings)}/v2/enqueue` }),
  message,
  complete: (made, { routingKey }) => ({ ...made, routing_key: routingKey }),
  maxBytes: MAX_BYTES,
  read: readPagerDuty,
};

const NO_KEY =
  'expected a template such as {{data.alert.id}}: the event that ends an alert is another than the one that began it';

export const pagerduty = presetKind(preset);
