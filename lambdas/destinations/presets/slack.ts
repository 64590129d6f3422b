import type { Attempt } from '../../http-client/attempt-record.ts';
import { meaningOf, type Verdict } from '../../http-client/verdict.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { objectIn, said, textAt, verdictOf } from './answers.ts';
import { chosen } from './choice.ts';
import { type Facts, type Field, fieldsOf, textOf } from './facts.ts';
import { hookProblem, originOf } from './hook-url.ts';
import { CHAT_SEVERITIES, type ChatSettings, LINK_TEXT, type Severity } from './looks.ts';
import { type Preset, presetKind, titleOf } from './preset.ts';
import { linkFor } from './template.ts';
import { type Writing, written, writtenFields } from './texts.ts';

/** Slack's incoming webhooks. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */

export type SlackSettings = ChatSettings;

/**
 * `<` begins what Slack reads: links, and mentions such as `<!channel>`. https://docs.slack.dev/messaging/formatting-message-text
 */
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const WRITING: Writing = {
  escape: (character) => ESCAPES[character] ?? character,
  length: (text) => text.length,
};

/** https://docs.slack.dev/reference/block-kit/blocks: header, section, its fields and their number. */
const MAX_HEADER = 150;
const MAX_TEXT = 3000;
const FIELDS_IN_SECTION = 10;
/** A field's text is of 2000 characters: the name, the asterisks around it, a line's end and the value. */
const FIELDS = { count: 20, name: 200, value: 1700, total: 12_000 };

const MARKS: Readonly<Record<Severity | 'none', string>> = {
  critical: '🔴 critical',
  error: '🟠 error',
  warning: '🟡 warning',
  info: '🔵 info',
  success: '🟢 success',
  none: '',
};

/** Nothing in it is read but what is marked: no names of channels, no URLs. */
const marked = (text: string): object => ({ type: 'mrkdwn', text, verbatim: true });
const plain = (text: string): object => ({ type: 'plain_text', text, emoji: false });

function message(facts: Facts, settings: SlackSettings): object {
  const title = written(titleOf(facts, settings), MAX_HEADER, WRITING);
  const fields = writtenFields(fieldsOf(facts, settings.fields), FIELDS, WRITING);
  const text = written(textOf(facts), MAX_TEXT, WRITING);
  const link = linkFor(settings.link, facts);
  return {
    text: title,
    blocks: [
      { type: 'header', text: plain(title) },
      ...(fields.length === 0 && text !== '' ? [{ type: 'section', text: plain(text) }] : []),
      ...sectionsOf(fields),
      ...(link === undefined ? [] : [buttonTo(link)]),
      { type: 'context', elements: [marked(footer(facts, settings))] },
    ],
  };
}

const sectionsOf = (fields: readonly Field[]): object[] =>
  Array.from({ length: Math.ceil(fields.length / FIELDS_IN_SECTION) }, (_, i) => ({
    type: 'section',
    fields: fields
      .slice(i * FIELDS_IN_SECTION, (i + 1) * FIELDS_IN_SECTION)
      .map(({ name, value }) => marked(`*${name}*\n${value}`)),
  }));

const buttonTo = (url: string): object => ({
  type: 'actions',
  elements: [{ type: 'button', text: plain(LINK_TEXT), url }],
});

/** Slack shows a time as its reader's clock does, and the text behind the bar where it can't. */
function footer(facts: Facts, { severity }: SlackSettings): string {
  const time = `<!date^${Math.floor(facts.at / 1000)}^{date_num} {time_secs}|${rfc3339(facts.at)}>`;
  const others = [facts.source, facts.id].map((one = '') => written(one, MAX_FOOTER, WRITING));
  return [MARKS[chosen(facts, severity, CHAT_SEVERITIES)], ...others, time].filter(Boolean).join(' · ');
}

const MAX_FOOTER = 300;

/**
 * The webhook, its channel or its workspace is gone, or was never there.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 */
const GONE = new Set([
  'no_service',
  'no_service_id',
  'no_active_hooks',
  'no_team',
  'team_disabled',
  'invalid_token',
  'channel_not_found',
  'channel_is_archived',
]);
const THROTTLED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'rollup_error',
  'team_added_to_org',
]);

/** An error is a word: the body itself, or a member of an object that says `ok: false`, also with status 200. */
function readSlack(answered: Attempt): Verdict | undefined {
  const object = objectIn(answered);
  const isRefused = object.ok === false;
  if (meaningOf(answered) === 'delivered' && !isRefused) return undefined;
  const word = textAt(object, 'error') ?? answered.answer?.trim();
  if (word === undefined || !/^[a-z_]{1,64}$/.test(word))
    return isRefused && meaningOf(answered) === 'delivered' ? verdictOf('final', undefined) : undefined;
  if (GONE.has(word)) return verdictOf('gone', word);
  if (THROTTLED.has(word)) return verdictOf('throttled', word);
  if (PASSING.has(word)) return verdictOf('retry', word);
  return isRefused ? verdictOf('final', word) : said(answered, word);
}

const FORM = {
  hosts: ['hooks.slack.com', 'hooks.slack-gov.com'],
  path: /^\/services\/[^/]+\/[^/]+\/[^/]+$/,
  expected: 'expected the URL of an incoming webhook, such as https://hooks.slack.com/services/T…/B…/…',
};

const preset: Preset<SlackSettings> = {
  name: 'slack',
  credential: 'webhookUrl',
  address: ({ webhookUrl }) => originOf(webhookUrl),
  problem({ webhookUrl }, allowed) {
    const found = hookProblem(webhookUrl, allowed, FORM);
    return found === undefined ? undefined : { field: 'webhookUrl', message: found };
  },
  destination: ({ webhookUrl }) => ({ url: webhookUrl }),
  message,
  maxBytes: 512 * 1024,
  read: readSlack,
};

export const slack = presetKind(preset);
