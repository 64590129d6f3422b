import * as z from 'zod';
import type { DiscordSettings } from '../../destinations/presets/discord.ts';
import { SEVERITIES } from '../../destinations/presets/looks.ts';
import type { SlackSettings } from '../../destinations/presets/slack.ts';
import type { TeamsSettings } from '../../destinations/presets/teams.ts';
import { choiceOf, credential, ofMessages } from './preset-schemas.ts';

/** Channels of chats, as targets. */

const severity = choiceOf(
  SEVERITIES,
  'How the message looks. When left out, critical events look so and others have no severity.',
).meta({ id: 'ChatSeverity' });

export const slack = z
  .strictObject({
    webhookUrl: credential(2048, 'The URL of an incoming webhook of Slack.'),
    ...ofMessages,
    severity: severity.optional(),
  })
  .meta({
    id: 'SlackSettings',
    description: 'Of kind `slack`, a channel of Slack: messages in Block Kit.',
  }) satisfies z.ZodType<SlackSettings>;

export const teams = z
  .strictObject({
    webhookUrl: credential(
      2048,
      'The URL of a workflow of Teams that posts what it receives, or of an incoming webhook.',
    ),
    ...ofMessages,
    severity: severity.optional(),
  })
  .meta({
    id: 'TeamsSettings',
    description: 'Of kind `teams`, a channel of Microsoft Teams: Adaptive Cards.',
  }) satisfies z.ZodType<TeamsSettings>;

export const discord = z
  .strictObject({
    webhookUrl: credential(2048, 'The URL of a webhook of a channel.'),
    threadId: z
      .string()
      .regex(/^[0-9]{1,20}$/, 'expected the digits of a thread’s id')
      .optional()
      .meta({ description: 'A thread of the webhook’s channel.' }),
    ...ofMessages,
    severity: severity.optional(),
  })
  .meta({
    id: 'DiscordSettings',
    description: 'Of kind `discord`, a channel of Discord: embeds, without mentions.',
  }) satisfies z.ZodType<DiscordSettings>;
