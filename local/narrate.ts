import {
  type DeadMessage,
  type EventsMessage,
  type Message,
  parseMessage,
} from '../lambdas/delivery/messages.ts';
import type { Outcome } from '../lambdas/delivery/outcome-schema.ts';
import { isOperational } from '../lambdas/events/event-type.ts';
import { payloadLength } from '../lambdas/events/payload.ts';
import type { Attribute, Heard, Item } from './core/heard.ts';

/** What becomes of each event, told to a person. Pure, but for what it remembers of targets. */

export interface Told {
  readonly tone: 'news' | 'good' | 'bad' | 'wait';
  readonly text: string;
}

/** @param now milliseconds since the epoch */
export type Narrator = (heard: Heard, now: number) => readonly Told[];

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

  function ofItem(item: Item, now: number): Told[] {
    const [pk, sk] = [textOf(item.pk), textOf(item.sk)];
    if (pk.startsWith('standing#')) return ofHealth(sk, item, now);
    if (pk.startsWith('tenant#') && sk.startsWith('target#')) {
      urls.set(sk.slice('target#'.length), plainUrl(textOf(item.url)));
    }
    return pk.startsWith('event#') && item.type ? ofLoggedEvent(item) : [];
  }

  function ofHealth(target: string, item: Item, now: number): Told[] {
    const before = healthByTarget.get(target) ?? UNKNOWN;
    const after = healthOf(item);
    healthByTarget.set(target, after);
    return changesOf(where(target), before, after, now);
  }

  function ofMessage(caller: string, message: Message, now: number): readonly Told[] {
    if (message.kind === 'events') return ofEvents(caller, message);
    if (message.kind === 'outcomes')
      return message.outcomes.map((each) => ofOutcome(each, where(each.target), now));
    if (message.kind === 'dead') return [ofDead(message, where(message.delivery.target))];
    if (message.kind === 'challenge') return [news(`challenge for ${where(message.target)}`)];
    if (message.kind === 'replay' && message.page === 0) return [news(`replay ${message.job} begins`)];
    return [];
  }

  return (heard, now) => {
    if (heard.kind === 'item') return ofItem(heard.item, now);
    if (/quarantine/i.test(heard.queue)) return [bad('quarantine: a message that nothing could read')];
    const parsed = parseMessage(heard.body, KINDS);
    return parsed.ok ? ofMessage(heard.caller, parsed.message, now) : [];
  };
}

const KINDS = ['events', 'outcomes', 'dead', 'challenge', 'replay'] as const;

const news = (text: string): Told => ({ tone: 'news', text });
const good = (text: string): Told => ({ tone: 'good', text });
const bad = (text: string): Told => ({ tone: 'bad', text });
const wait = (text: string): Told => ({ tone: 'wait', text });

const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type} ${id}`;

/** Fanout sends itself what one pass could not do: nothing was accepted by that. */
function ofEvents(caller: string, { events }: EventsMessage): Told[] {
  if (caller === 'Fanout') return [];
  return events.map((event) =>
    news(
      isOperational(event.type)
        ? `operational event ${event.type}`
        : `accepted ${nameOf(event)}, ${bytesOf(payloadLength(event.payload))}`,
    ),
  );
}

const bytesOf = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);

/** As fanout logs an event: with its subscriptions, as far as it has looked. */
function ofLoggedEvent(item: Item): Told[] {
  const count = textOf(item.subs) === '' ? 0 : textOf(item.subs).split(' ').length;
  const matched = item.matched?.N === undefined ? count : Number(item.matched.N);
  const name = nameOf({ type: textOf(item.type), id: textOf(item.id) });
  if (item.open?.BOOL) return [news(`matching ${name} takes several passes`)];
  if (matched === 0) return [wait(`no subscription matches ${name}`)];
  return [news(`${matched === 1 ? '1 subscription matches' : `${matched} subscriptions match`} ${name}`)];
}

type SentOutcome = Pick<Outcome, 'event' | 'status' | 'attempts' | 'dropped' | 'nextAttemptAt' | 'isWaiting'>;

function ofOutcome(outcome: SentOutcome, where: string, now: number): Told {
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
      ? bad(`still failing: ${problemOf(failure)}, ${what}, which waits on`)
      : wait(`waiting ${what}: until its endpoint recovers, or it is its turn`);
  }
  const span = spanOf(nextAttemptAt - now);
  if (!failure) return wait(`waiting ${what}: on again ${span}`);
  return bad(`retry ${span}: ${problemOf(failure)}, ${what}, attempt ${number}`);
}

function ofDead({ reason, delivery }: DeadMessage, where: string): Told {
  const last = delivery.attempts.at(-1);
  const why = last ? `, the last answer: ${problemOf(last)}` : '';
  return bad(`dead letter ${nameOf(delivery.event)} to ${where}: ${reason}${why}`);
}

const problemOf = ({ status, error }: { status?: number | undefined; error?: string | undefined }): string =>
  String(status ?? error ?? 'no answer');

function changesOf(where: string, before: KnownHealth, after: KnownHealth, now: number): Told[] {
  const told: Told[] = [];
  if (after.isOpen && !before.isOpen) {
    told.push(bad(`breaker opened: ${where} fails; its deliveries wait, and single ones try it`));
  }
  if (before.isOpen && !after.isOpen && !after.disabled)
    told.push(good(`breaker closed: ${where} answers again`));
  if (after.disabled && !before.disabled) told.push(bad(`switched off: ${where}, ${after.disabled}`));
  if (after.pausedUntil > Math.max(before.pausedUntil, now)) {
    told.push(wait(`paused: ${where} asks for it, on again ${spanOf(after.pausedUntil - now)}`));
  }
  return told;
}

const healthOf = ({ open, disabled, pausedUntil }: Item): KnownHealth => ({
  isOpen: open?.M !== undefined,
  disabled: disabled?.M && textOf(disabled.M.reason),
  pausedUntil: Number(pausedUntil?.N ?? 0),
});

const textOf = (attribute: Attribute | undefined): string => attribute?.S ?? '';

/** Without what may hold a secret. */
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
 * A line that a function has printed, for a person; undefined for metrics, which say in numbers what the narrator tells.
 */
export function plainLine(text: string): string | undefined {
  const line = fieldsOf(text);
  if (!line) return text;
  if (line._aws !== undefined) return undefined;
  if (typeof line.message !== 'string') return text;
  const { message, level: _, timestamp: __, ...rest } = line;
  const fields = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return fields.length > 0 ? `${message} (${fields.join(', ')})` : message;
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
