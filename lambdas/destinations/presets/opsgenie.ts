import type { Attempt } from '../../http-client/attempt-record.ts';
import type { Verdict } from '../../http-client/verdict.ts';
import { objectIn, said, textAt } from './answers.ts';
import { type Choice, chosen, mayBe, type Options, severityWords, words } from './choice.ts';
import { type Facts, fieldsOf, textOf } from './facts.ts';
import { endpointProblem } from './hook-url.ts';
import { type Preset, type PresetSettings, presetKind, titleOf } from './preset.ts';
import { fill, keyFor, linkFor } from './template.ts';
import { keyWithin, oneLine, PLAIN, written, writtenFields } from './texts.ts';

/** Opsgenie's Alert API. https://docs.opsgenie.com/docs/alert-api */

export const OPSGENIE_PRIORITIES = ['P1', 'P2', 'P3', 'P4', 'P5'] as const;
type OpsgeniePriority = (typeof OPSGENIE_PRIORITIES)[number];

export const OPSGENIE_ACTIONS = ['create', 'acknowledge', 'close'] as const;
type OpsgenieAction = (typeof OPSGENIE_ACTIONS)[number];

export const OPSGENIE_REGIONS = ['us', 'eu'] as const;
export const RESPONDER_TYPES = ['team', 'user', 'escalation', 'schedule'] as const;

export interface OpsgenieSettings extends PresetSettings {
  readonly apiKey: string;
  readonly region?: (typeof OPSGENIE_REGIONS)[number] | undefined;
  readonly endpoint?: string | undefined;
  readonly priority?: Choice<OpsgeniePriority> | undefined;
  readonly action?: Choice<OpsgenieAction> | undefined;
  /** A template. */
  readonly alias?: string | undefined;
  readonly entity?: string | undefined;
  /** Templates. */
  readonly tags?: readonly string[] | undefined;
  readonly responders?:
    | readonly { readonly type: (typeof RESPONDER_TYPES)[number]; readonly name: string }[]
    | undefined;
}

const HOSTS = { us: 'https://api.opsgenie.com', eu: 'https://api.eu.opsgenie.com' };

const PRIORITIES: Options<OpsgeniePriority> = {
  all: OPSGENIE_PRIORITIES,
  words: severityWords('P1', 'P2', 'P3', 'P5', 'P5'),
  by: ({ priority }) => (({ critical: 'P1', normal: 'P3', low: 'P5' }) as const)[priority],
};

const ACTIONS: Options<OpsgenieAction> = {
  all: OPSGENIE_ACTIONS,
  words: {
    ...words(
      'create',
      'created',
      'open',
      'opened',
      'triggered',
      'firing',
      'alerting',
      'active',
      'failed',
      'down',
    ),
    ...words('acknowledge', 'acknowledged', 'ack', 'acked', 'investigating'),
    ...words('close', 'closed', 'resolve', 'resolved', 'ok', 'recovered', 'up', 'succeeded'),
  },
  by: () => 'create',
};

/** https://docs.opsgenie.com/docs/alert-api#create-alert */
const MAX_MESSAGE = 130;
const MAX_ALIAS = 512;
const MAX_DESCRIPTION = 15_000;
const MAX_ENTITY = 512;
const MAX_SOURCE = 100;
const MAX_TAG = 50;
const DETAILS = { count: 50, name: 100, value: 2000, total: 7500 };

/** An alias is a segment of a path too. One of dots alone would lead elsewhere, with the key: URLs resolve them away. */
const aliasOf = (facts: Facts, { alias }: OpsgenieSettings): string => {
  const key = keyWithin(keyFor(alias, facts), MAX_ALIAS);
  return /^\.{1,2}$/.test(key) ? `${key}-` : key;
};

const actionOf = (facts: Facts, { action }: OpsgenieSettings): OpsgenieAction =>
  chosen(facts, action, ACTIONS);

function message(facts: Facts, settings: OpsgenieSettings): object {
  const source = written(facts.source ?? 'posthorn', MAX_SOURCE, PLAIN);
  if (actionOf(facts, settings) !== 'create')
    return { source, note: written(titleOf(facts, settings), MAX_DESCRIPTION, PLAIN) };
  const { responders, tags, entity } = settings;
  const text = written(textOf(facts), MAX_DESCRIPTION - 2100, PLAIN);
  const link = linkFor(settings.link, facts);
  const description = [text, link].filter(Boolean).join('\n\n');
  return {
    message: written(titleOf(facts, settings), MAX_MESSAGE, PLAIN),
    alias: aliasOf(facts, settings),
    source,
    priority: chosen(facts, settings.priority, PRIORITIES),
    ...(description !== '' && { description }),
    ...(entity !== undefined && { entity: written(fill(entity, facts).text, MAX_ENTITY, PLAIN) }),
    ...(tags && { tags: tagsOf(tags, facts) }),
    ...(responders && { responders: responders.map(responderOf) }),
    details: detailsOf(facts, settings),
  };
}

const tagsOf = (tags: readonly string[], facts: Facts): string[] =>
  tags
    .map((tag) => fill(tag, facts))
    .filter(({ lacks }) => !lacks)
    .map(({ text }) => written(oneLine(text), MAX_TAG, PLAIN));

const responderOf = ({ type, name }: { type: string; name: string }): object =>
  type === 'user' ? { type, username: name } : { type, name };

const detailsOf = (facts: Facts, { fields }: OpsgenieSettings): object => ({
  ...Object.fromEntries(
    writtenFields(fieldsOf(facts, fields), DETAILS, PLAIN).map(({ name, value }) => [name, value]),
  ),
  event_type: facts.type,
  event_id: facts.id,
});

/** Requests are worked on later, so an answer tells of their form, their key and the account alone. */
const readOpsgenie = (answered: Attempt): Verdict | undefined =>
  (answered.status ?? 0) < 400 ? undefined : said(answered, textAt(objectIn(answered), 'message'));

const hostOf = ({ region = 'us', endpoint }: OpsgenieSettings): string =>
  endpoint === undefined ? HOSTS[region] : (URL.parse(endpoint)?.origin ?? '');

function urlOf(facts: Facts, settings: OpsgenieSettings): string {
  const alerts = `${hostOf(settings)}/v2/alerts`;
  const action = actionOf(facts, settings);
  if (action === 'create') return alerts;
  const alias = encodeURIComponent(aliasOf(facts, settings).toWellFormed());
  return `${alerts}/${alias}/${action}?identifierType=alias`;
}

const preset: Preset<OpsgenieSettings> = {
  name: 'opsgenie',
  credential: 'apiKey',
  address: (settings) => `${hostOf(settings)}/v2/alerts`,
  sendsSecretsTo: (settings) => [hostOf(settings)],
  problem({ apiKey, endpoint, action, alias }, allowed) {
    if (!/^[!-~]+$/.test(apiKey))
      return { field: 'apiKey', message: 'expected the key of an API integration, without blanks' };
    const found = endpointProblem(endpoint, allowed);
    if (found !== undefined) return { field: 'endpoint', message: found };
    const ends = mayBe(action, 'close') || mayBe(action, 'acknowledge');
    return ends && alias === undefined ? { field: 'alias', message: NO_ALIAS } : undefined;
  },
  destination: (settings, facts) => ({
    url: urlOf(facts, settings),
    headers: { authorization: `GenieKey ${settings.apiKey}` },
  }),
  message,
  maxBytes: 512 * 1024,
  read: readOpsgenie,
};

const NO_ALIAS =
  'expected a template such as {{data.alert.id}}: the event that closes an alert is another than the one that created it';

export const opsgenie = presetKind(preset);
