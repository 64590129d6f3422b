import type { Attribute, Heard, Item } from './core/heard.ts';
import {
  type SentAttempt,
  type SentDead,
  type SentMessage,
  type SentOutcome,
  type SentPayload,
  sentMessage,
} from './sent-message.ts';

/** What happens to each event, in lines for a person. Keeps URLs and health of targets, and is pure otherwise. */

export interface NarratedLine {
  readonly tone: 'plain' | 'good' | 'bad' | 'wait';
  readonly text: string;
}

/** @param now milliseconds since the epoch */
export type Narrator = (heard: Heard, now: number) => readonly NarratedLine[];

interface KnownHealth {
  readonly isOpen: boolean;
  readonly disabled: string | undefined;
  readonly pausedUntil: number;
}

const UNKNOWN: KnownHealth = { isOpen: false, disabled: undefined, pausedUntil: 0 };

export function createNarrator(): Narrator {
  const urls = new Map<string, string>();
  const healthByTarget = new Map<string, KnownHealth>();
  const where = (target: string): string => urls.get(target) ?? target;

  function ofItem(item: Item, now: number): NarratedLine[] {
    const [pk, sk] = [textOf(item.pk), textOf(item.sk)];
    if (pk.startsWith('standing#')) return ofHealth(sk, item, now);
    if (pk.startsWith('tenant#') && sk.startsWith('target#')) {
      urls.set(sk.slice('target#'.length), plainUrl(textOf(item.url)));
    }
    return pk.startsWith('event#') && item.type ? ofLoggedEvent(item) : [];
  }

  function ofHealth(target: string, item: Item, now: number): NarratedLine[] {
    const before = healthByTarget.get(target) ?? UNKNOWN;
    const after = healthOf(item);
    healthByTarget.set(target, after);
    return changesOf(where(target), before, after, now);
  }

  function ofMessage(caller: string, message: SentMessage, now: number): readonly NarratedLine[] {
    if (message.kind === 'events') return ofEvents(caller, message);
    if (message.kind === 'outcomes')
      return message.outcomes.map((each) => ofOutcome(each, where(each.target), now));
    if (message.kind === 'dead') return [ofDead(message, where(message.delivery.target))];
    if (message.kind === 'challenge') return [plain(`challenge for ${where(message.target)}`)];
    if (message.kind === 'replay' && message.page === 0) return [plain(`replay ${message.job} begins`)];
    return [];
  }

  return (heard, now) => {
    if (heard.kind === 'item') return ofItem(heard.item, now);
    if (/quarantine/i.test(heard.queue)) return [bad('quarantine: a message that no function could read')];
    const message = sentMessage(heard.body);
    return message ? ofMessage(heard.caller, message, now) : [];
  };
}

const plain = (text: string): NarratedLine => ({ tone: 'plain', text });
const good = (text: string): NarratedLine => ({ tone: 'good', text });
const bad = (text: string): NarratedLine => ({ tone: 'bad', text });
const wait = (text: string): NarratedLine => ({ tone: 'wait', text });

const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type} ${id}`;

/** Fanout sends itself the rest of a pass: those events were accepted before. */
function ofEvents(caller: string, { events }: Extract<SentMessage, { kind: 'events' }>): NarratedLine[] {
  if (caller === 'Fanout') return [];
  return events.map((event) =>
    plain(
      event.type.startsWith('posthorn.')
        ? `operational event ${event.type}`
        : `accepted ${nameOf(event)}, ${bytesOf(payloadLength(event.payload))}`,
    ),
  );
}

function payloadLength(payload: SentPayload): number {
  if (payload.kind === 'stored') return payload.bytes;
  return payload.kind === 'text'
    ? Buffer.byteLength(payload.text)
    : Buffer.byteLength(payload.base64, 'base64');
}

const bytesOf = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);

/** Fanout logs an event with the subscriptions found so far. */
function ofLoggedEvent(item: Item): NarratedLine[] {
  const count = textOf(item.subs) === '' ? 0 : textOf(item.subs).split(' ').length;
  const matched = item.matched?.N === undefined ? count : Number(item.matched.N);
  const name = nameOf({ type: textOf(item.type), id: textOf(item.id) });
  if (item.open?.BOOL) return [plain(`matching ${name} takes several passes`)];
  if (matched === 0) return [wait(`no subscription matches ${name}`)];
  return [plain(`${matched === 1 ? '1 subscription matches' : `${matched} subscriptions match`} ${name}`)];
}

function ofOutcome(outcome: SentOutcome, where: string, now: number): NarratedLine {
  const { event, status, attempts, dropped = 0, nextAttemptAt, isWaiting } = outcome;
  const what = `${nameOf(event)} to ${where}`;
  const number = dropped + attempts.length;
  const last = attempts.at(-1);
  if (status === 'delivered') {
    return good(`delivered ${what} in ${last?.ms ?? 0} ms${number > 1 ? `, attempt ${number}` : ''}`);
  }
  const failure = isWaiting ? undefined : last;
  if (nextAttemptAt === undefined) {
    return failure
      ? bad(`still failing: ${problemOf(failure)}, ${what}, which keeps waiting`)
      : wait(`waiting ${what}: until its endpoint recovers or its batch or rate limit releases it`);
  }
  const span = spanOf(nextAttemptAt - now);
  if (!failure) return wait(`waiting ${what}: next attempt ${span}`);
  return bad(`retry ${span}: ${problemOf(failure)}, ${what}, attempt ${number}`);
}

function ofDead({ reason, delivery }: SentDead, where: string): NarratedLine {
  const last = delivery.attempts.at(-1);
  const why = last ? `, the last answer: ${problemOf(last)}` : '';
  return bad(`dead letter ${nameOf(delivery.event)} to ${where}: ${reason}${why}`);
}

const problemOf = ({ status, error }: SentAttempt): string => String(status ?? error ?? 'no answer');

function changesOf(where: string, before: KnownHealth, after: KnownHealth, now: number): NarratedLine[] {
  const lines: NarratedLine[] = [];
  if (after.isOpen && !before.isOpen) {
    lines.push(bad(`breaker opened: ${where} fails; its deliveries wait while single probes try it`));
  }
  if (before.isOpen && !after.isOpen && !after.disabled)
    lines.push(good(`breaker closed: ${where} answers again`));
  if (after.disabled && !before.disabled) lines.push(bad(`switched off: ${where}, ${after.disabled}`));
  if (after.pausedUntil > Math.max(before.pausedUntil, now)) {
    lines.push(wait(`paused: ${where} asks for it, resumes ${spanOf(after.pausedUntil - now)}`));
  }
  return lines;
}

const healthOf = ({ open, disabled, pausedUntil }: Item): KnownHealth => ({
  isOpen: open?.M !== undefined,
  disabled: disabled?.M && textOf(disabled.M.reason),
  pausedUntil: Number(pausedUntil?.N ?? 0),
});

const textOf = (attribute: Attribute | undefined): string => attribute?.S ?? '';

/** Without the parts that may hold a secret. */
function plainUrl(text: string): string {
  const url = URL.parse(text);
  return url ? `${url.origin}${url.pathname}` : text;
}

/** `in 5 s`, `in 2 min`, `in 3 h`. */
export function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'at once';
  if (seconds < 120) return `in ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`;
}

/**
 * A line of a function's log, for a person. Undefined for metrics, which repeat the narration in numbers, and for Lambda's
 * own lines, which repeat how an invocation failed.
 */
export function plainLine(text: string): string | undefined {
  const line = fieldsOf(text);
  if (!line) return text;
  if (line._aws !== undefined || isPlatform(line)) return undefined;
  if (typeof line.message !== 'string') return text;
  const { message, level: _, timestamp: __, ...rest } = line;
  const fields = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return fields.length > 0 ? `${message} (${fields.join(', ')})` : message;
}

const isPlatform = ({ type, record }: Readonly<Record<string, unknown>>): boolean =>
  typeof type === 'string' && type.startsWith('platform.') && record !== undefined;

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
