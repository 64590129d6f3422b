import type { Attempt } from '../../http-client/attempt-record.ts';
import type { Verdict } from '../../http-client/verdict.ts';
import { LIFETIME_SECONDS } from '../../values/lifetime.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { objectIn, said, textAt, verdictOf } from './answers.ts';
import { chosen } from './choice.ts';
import { type Facts, fieldsOf, textOf } from './facts.ts';
import { hookProblem, originOf } from './hook-url.ts';
import { CHAT_SEVERITIES, type ChatSettings, type Severity } from './looks.ts';
import { type Preset, presetKind, titleOf } from './preset.ts';
import { linkFor } from './template.ts';
import { PLAIN, type Writing, written, writtenFields } from './texts.ts';

/** Webhooks of Discord. https://docs.discord.com/developers/resources/webhook#execute-webhook */

export interface DiscordSettings extends ChatSettings {
  /** A thread of the webhook's channel. */
  readonly threadId?: string | undefined;
}

/** Markdown, masked links, mentions, and emoji and times in angle brackets. */
const WRITING: Writing = {
  escape: (character) => (/[\\*_~`|>#[\]<@]/.test(character) ? `\\${character}` : character),
  keepsUrls: true,
  length: (text) => text.length,
};

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits. All texts of a message have at most 6000. */
const MAX_TITLE = 256;
const MAX_TEXT = 4000;
const MAX_FOOTER = 700;
const FIELDS = { count: 20, name: 200, value: 1024, total: 4800 };

const COLORS: Readonly<Record<Severity | 'none', number | undefined>> = {
  critical: 0xb3261e,
  error: 0xd9542b,
  warning: 0xe0a100,
  info: 0x2f6fd0,
  success: 0x2e8540,
  none: undefined,
};

/** Whatever a payload says, it mentions no one. */
const NO_MENTIONS = { allowed_mentions: { parse: [] } };

function message(facts: Facts, settings: DiscordSettings): object {
  const severity = chosen(facts, settings.severity, CHAT_SEVERITIES);
  const color = COLORS[severity];
  const fields = writtenFields(fieldsOf(facts, settings.fields), FIELDS, WRITING);
  const text = written(textOf(facts), MAX_TEXT, WRITING);
  const link = linkFor(settings.link, facts);
  const footer = [severity === 'none' ? '' : severity, facts.source, facts.id].filter(Boolean).join(' · ');
  return {
    ...NO_MENTIONS,
    embeds: [
      {
        title: written(titleOf(facts, settings), MAX_TITLE, WRITING),
        ...(fields.length === 0 && text !== '' && { description: text }),
        ...(fields.length > 0 && { fields: fields.map((field) => ({ ...field, inline: isShort(field) })) }),
        ...(color !== undefined && { color }),
        ...(link !== undefined && { url: link }),
        footer: { text: written(footer, MAX_FOOTER, PLAIN) },
        timestamp: rfc3339(facts.at),
      },
    ],
  };
}

/** Three short values stand beside each other. */
const isShort = ({ name, value }: { name: string; value: string }): boolean =>
  name.length <= 30 && value.length <= 30;

/** Unknown channel, unknown webhook, invalid token. https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
const GONE = new Set<unknown>([10003, 10015, 50027]);

/** 429 says in its body, to the millisecond, how long to wait. https://docs.discord.com/developers/topics/rate-limits */
function readDiscord(answered: Attempt): Verdict | undefined {
  const object = objectIn(answered);
  const detail = textAt(object, 'message');
  if (answered.status === 429) return { ...verdictOf('throttled', detail), ...waitIn(object.retry_after) };
  if ((answered.status ?? 0) < 400) return undefined;
  if (GONE.has(object.code)) return verdictOf('gone', detail);
  return said(answered, detail);
}

const waitIn = (seconds: unknown): Pick<Verdict, 'retryAfterMs'> =>
  typeof seconds === 'number' && seconds >= 0
    ? { retryAfterMs: Math.ceil(Math.min(seconds, LIFETIME_SECONDS) * 1000) }
    : {};

const FORM = {
  hosts: ['discord.com', 'discordapp.com', 'ptb.discord.com', 'canary.discord.com'],
  path: /^\/api(\/v\d{1,2})?\/webhooks\/\d{1,20}\/[^/]+$/,
  expected: 'expected the URL of a webhook, such as https://discord.com/api/webhooks/123…/…',
};

/** With `wait`, a message that was not kept is an error; without, nothing says so. */
function urlOf({ webhookUrl, threadId }: DiscordSettings): string {
  const url = new URL(webhookUrl);
  url.searchParams.set('wait', 'true');
  if (threadId !== undefined) url.searchParams.set('thread_id', threadId);
  return url.href;
}

const preset: Preset<DiscordSettings> = {
  name: 'discord',
  credential: 'webhookUrl',
  address: ({ webhookUrl }) => originOf(webhookUrl),
  problem({ webhookUrl }, allowed) {
    const found = hookProblem(webhookUrl, allowed, FORM);
    return found === undefined ? undefined : { field: 'webhookUrl', message: found };
  },
  destination: (settings) => ({ url: urlOf(settings) }),
  message,
  complete: (made) => ({ ...NO_MENTIONS, ...made }),
  // Discord bounds the texts, not the bytes; its gateway takes 25 MB with files.
  maxBytes: 512 * 1024,
  read: readDiscord,
};

export const discord = presetKind(preset);
