import type { Mail } from '../platform/mail.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import { type AlertRule, type Condition, MAILS_A_DAY } from './alert-rule.ts';
import type { Untold } from './rule-state.ts';

/**
 * A rule's name as a mail has it. Tenants choose it, and to whom mail goes, so it must not become a link, or another header:
 * mail programs make links of what looks like an address. It has no `=` either: `=?UTF-8?B?…?=` in a subject is an encoded word
 * (RFC 2047), which is shown as what it encodes, links and line breaks too.
 */
export const plainName = (name: string): string =>
  name
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]+/gu, ' ')
    .replace(/[^\p{L}\p{M}\p{N} _+%#()!?,;'"<>&-]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .toWellFormed() || 'without a name';

const MAX_NAME = 80;

/** What a rule says to its tenant's contact. @param isLast whether the tenant gets no more mails today */
export function alertMail(to: string, rule: AlertRule, { kind, ...news }: Untold, isLast = false): Mail {
  const name = `"${plainName(rule.name)}"`;
  const about = [
    `Alert rule: ${name} (${rule.id})`,
    `About: ${rule.targetId ? `target ${rule.targetId}` : 'all targets'}`,
    `Condition: ${inWords(rule.when)}`,
  ];
  if (kind === 'raised') {
    return {
      to,
      subject: `Posthorn: alert ${name}`,
      text: lines([
        ...about,
        `Now: ${valueInWords(rule.when, news.value)}`,
        `Since: ${rfc3339(news.since)}`,
        isLast ? NO_MORE : AGAIN,
        HOW,
      ]),
    };
  }
  const now = news.isCutOff
    ? 'The rule was changed or switched off while it rang.'
    : `Now: ${valueInWords(rule.when, news.value)}`;
  return {
    to,
    subject: `Posthorn: over, alert ${name}`,
    text: lines([
      ...about,
      now,
      `It rang from ${rfc3339(news.since)} to ${rfc3339(news.at)}.`,
      ...(isLast ? [NO_MORE] : []),
      HOW,
    ]),
  };
}

const AGAIN = 'There is another mail when it is over, and none until then.';
const NO_MORE = `This is the last mail to this tenant before midnight UTC: it gets ${MAILS_A_DAY} a day. Events go on.`;
const HOW =
  'This address is the contact of a tenant of Posthorn, and the rule mails it. Whoever manages the tenant can change both.';

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

/** @returns what the rule asks for, in words that hold nothing that a tenant has written but a type's name */
function inWords(when: Condition): string {
  switch (when.metric) {
    case 'successRate':
      return `less than ${percent(when.below)} of the attempts in ${when.minutes} minutes succeed`;
    case 'timeToDelivery':
      return `the time to delivery (${when.statistic}) in ${when.minutes} minutes is over ${when.aboveMs} ms`;
    case 'deadLetters':
      return `${when.atLeast} or more dead letters in ${when.minutes} minutes`;
    case 'events':
      return `${when.atLeast} or more events in ${when.minutes} minutes${ofType(when)}`;
    case 'silence':
      return `nothing for ${when.hours} h${ofType(when)}`;
  }
}

const ofType = ({ eventType }: { readonly eventType?: string | undefined }): string =>
  eventType === undefined ? '' : `, of the type "${plainName(eventType)}"`;

function valueInWords({ metric }: Condition, value: number | null): string {
  if (value === null) return 'not known';
  switch (metric) {
    case 'successRate':
      return `${percent(value)} succeed`;
    case 'timeToDelivery':
      return `${value} ms`;
    case 'deadLetters':
      return `${value} dead letters`;
    case 'events':
      return `${value} events`;
    case 'silence':
      return `nothing for ${value} h`;
  }
}

const percent = (share: number): string => `${Math.floor(share * 10_000) / 100} %`;
