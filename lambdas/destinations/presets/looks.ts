import { type Choice, type Options, severityWords } from './choice.ts';

/** How messages in chats tell severities apart. */

export const SEVERITIES = ['critical', 'error', 'warning', 'info', 'success'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** An event that says nothing of it has none, but for critical ones. */
export const CHAT_SEVERITIES: Options<Severity | 'none'> = {
  all: SEVERITIES,
  words: severityWords('critical', 'error', 'warning', 'info', 'success'),
  by: ({ priority }) => (priority === 'critical' ? 'critical' : 'none'),
};

/** Settings that all chats have. */
export interface ChatSettings {
  readonly webhookUrl: string;
  readonly title?: string | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly link?: string | undefined;
  readonly severity?: Choice<Severity> | undefined;
}

export const LINK_TEXT = 'Open';
