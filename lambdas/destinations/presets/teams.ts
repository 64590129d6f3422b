import type { Attempt } from '../../http-client/attempt-record.ts';
import { type Meaning, meaningOf, type Verdict } from '../../http-client/verdict.ts';
import { isObject } from '../../values/json.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { objectIn, said, textAt, verdictOf } from './answers.ts';
import { chosen } from './choice.ts';
import { type Facts, fieldsOf, textOf } from './facts.ts';
import { hookProblem, originOf } from './hook-url.ts';
import { CHAT_SEVERITIES, type ChatSettings, LINK_TEXT, type Severity } from './looks.ts';
import { type Preset, presetKind, titleOf } from './preset.ts';
import { linkFor } from './template.ts';
import { type Writing, written, writtenFields } from './texts.ts';

/**
 * A channel of Microsoft Teams, by a workflow ("Post to a channel when a webhook request is received") or by an incoming webhook of
 * the older connectors. Both take an Adaptive Card in a message.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */

export type TeamsSettings = ChatSettings;

/** The largest message that Teams takes. */
const MAX_BYTES = 28 * 1024;

/**
 * Markdown that cards know: emphasis, links, lists. Mentions would need an entity beside the text, and there is none.
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
const WRITING: Writing = {
  escape: (character) => (/[\\*_[\]`]/.test(character) ? `\\${character}` : character),
  keepsUrls: true,
  /** Bytes, as they count for the message. */
  length: (text) => Buffer.byteLength(JSON.stringify(text)) - 2,
};

const MAX_TITLE = 600;
const MAX_TEXT = 12_000;
const FIELDS = { count: 20, name: 200, value: 2000, total: 16_000 };

const COLORS: Readonly<Record<Severity | 'none', string>> = {
  critical: 'attention',
  error: 'attention',
  warning: 'warning',
  info: 'accent',
  success: 'good',
  none: 'default',
};

/** https://adaptivecards.io/explorer. Teams shows cards up to version 1.5. */
function card(facts: Facts, settings: TeamsSettings): object {
  const severity = chosen(facts, settings.severity, CHAT_SEVERITIES);
  const fields = writtenFields(fieldsOf(facts, settings.fields), FIELDS, WRITING);
  const text = written(textOf(facts), MAX_TEXT, WRITING);
  const link = linkFor(settings.link, facts);
  const footer = [severity === 'none' ? '' : severity, facts.source, facts.id, rfc3339(facts.at)];
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      {
        ...textBlock(written(titleOf(facts, settings), MAX_TITLE, WRITING)),
        size: 'large',
        weight: 'bolder',
        color: COLORS[severity],
      },
      ...(fields.length === 0 && text !== '' ? [textBlock(text)] : []),
      ...(fields.length === 0
        ? []
        : [{ type: 'FactSet', facts: fields.map(({ name, value }) => ({ title: name, value })) }]),
      {
        ...textBlock(written(footer.filter(Boolean).join(' · '), MAX_TITLE, WRITING)),
        size: 'small',
        isSubtle: true,
      },
    ],
    ...(link !== undefined && {
      actions: [{ type: 'Action.OpenUrl', title: LINK_TEXT, url: link }],
    }),
  };
}

const textBlock = (text: string): object => ({ type: 'TextBlock', text, wrap: true });

const message = (facts: Facts, settings: TeamsSettings): object => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: card(facts, settings),
    },
  ],
});

/** What a connector says with status 200: `… Microsoft Teams endpoint returned HTTP error 429 with ContextId …`. */
const REFUSED = /webhook message delivery failed|returned HTTP error/i;
const STATUS = /HTTP error (\d{3})/i;

/** Workflows answer 202 without a body, and errors as an object; connectors answer 200 and `1`, also with errors as text. */
function readTeams(answered: Attempt): Verdict | undefined {
  const { answer = '' } = answered;
  if (meaningOf(answered) === 'delivered') return REFUSED.test(answer) ? refused(answer) : undefined;
  const { error } = objectIn(answered);
  if (!isObject(error)) return undefined;
  const code = textAt(error, 'code');
  return code !== undefined && GONE.has(code) ? verdictOf('gone', code) : said(answered, code);
}

/** Codes of workflows that are no more. */
const GONE = new Set(['WorkflowNotFound', 'WorkflowTriggerNotFound']);

function refused(answer: string): Verdict {
  const status = Number(STATUS.exec(answer)?.[1] ?? 0);
  const means: Meaning = status === 0 ? 'retry' : meaningOf({ status });
  return verdictOf(
    means === 'delivered' ? 'retry' : means,
    status === 0 ? undefined : `HTTP error ${status}`,
  );
}

const FORM = {
  hosts: [
    '.webhook.office.com',
    'outlook.office.com',
    'outlook.office365.com',
    '.logic.azure.com',
    '.logic.azure.us',
    '.api.powerplatform.com',
    '.api.gov.powerplatform.microsoft.us',
  ],
  path: /^\/./,
  expected: 'expected the URL of a workflow of Teams, or of an incoming webhook of one of its channels',
};

const preset: Preset<TeamsSettings> = {
  name: 'teams',
  credential: 'webhookUrl',
  address: ({ webhookUrl }) => originOf(webhookUrl),
  problem({ webhookUrl }, allowed) {
    const found = hookProblem(webhookUrl, allowed, FORM);
    return found === undefined ? undefined : { field: 'webhookUrl', message: found };
  },
  // Connectors take a body without a character set for UTF-16, and count each byte twice.
  destination: ({ webhookUrl }) => ({
    url: webhookUrl,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }),
  message,
  maxBytes: MAX_BYTES,
  read: readTeams,
};

export const teams = presetKind(preset);
