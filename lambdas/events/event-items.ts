import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { Item } from '../platform/dynamo.ts';
import { timeOfUlid, ulidOf } from '../values/ids.ts';
import { bytes, type ItemOf, itemKind, texts } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { unknownFrom, unknownText } from '../values/unknown-fields.ts';
import type { Event, EventInFlight, Payload } from './event.ts';
import { PRIORITIES } from './event-meta.ts';
import { additionKey, eventKey } from './log-keys.ts';
import { inlineBytes, inlinePayload } from './payload.ts';

/** An event as the log holds it. */
export interface LoggedEvent extends Event {
  /** How many subscriptions it matched. */
  readonly matched: number;
  /** Subscriptions that fanout or a replay has reached so far, ordered. */
  readonly subscriptions: readonly string[];
  /** Subscriptions that fanout has reached. */
  readonly fannedOut: readonly string[];
  /** The event was addressed to this subscription alone. */
  readonly only?: string | undefined;
  /** Set when the event could not be fanned out, because our own parts failed on it. */
  readonly dead?: boolean | undefined;
  /** Set while fanout has not scanned all subscriptions, so that `matched` is not the final number. */
  readonly isOpen?: boolean | undefined;
  /** The last known part of its subscriptions; 0 when there is only the event itself. */
  readonly lastPart: number;
}

/** The event as it was when it was logged. */
export function eventOf(logged: LoggedEvent): Event {
  const {
    matched: _matched,
    subscriptions: _subscriptions,
    fannedOut: _fannedOut,
    only: _only,
    dead: _dead,
    isOpen: _isOpen,
    lastPart: _lastPart,
    ...event
  } = logged;
  return event;
}

export interface EventToLog {
  readonly tenant: string;
  readonly event: Event & Pick<EventInFlight, 'only'>;
  readonly part: number;
  readonly subscriptions: readonly string[];
  /** How many subscriptions the event matches; other parts may hold the rest of them. */
  readonly matched: number;
  /** See `LogPart`. */
  readonly isOpen?: boolean | undefined;
}

/**
 * The payload is compressed and the names are short, because DynamoDB bills a write by started kilobytes: an event of
 * 1 kB fits into one unit this way. Ids are stored without their prefix, which is always the same.
 */
export function toItem(entry: EventToLog, retentionSeconds: number): Item & Key {
  const { tenant, event, part, subscriptions, matched, isOpen } = entry;
  const subs = subscriptions.map((id) => ulidOf('sub', id) ?? id).join(' ');
  return {
    ...eventKey(tenant, event.ulid, part),
    ...(subs && { subs }),
    ...(part === 0 && matched > subscriptions.length && { matched }),
    ...(part === 0 && isOpen && { open: true }),
    ...(part === 0 && described(event)),
    ttl: expiry(event.ulid, event.keepSeconds ?? retentionSeconds),
  };
}

/** Says that a subscription got an event later than by fanout: by a replay. */
export const additionItem = (tenant: string, event: Event, subscription: string): Item => ({
  ...additionKey(tenant, event.ulid, subscription),
  subs: ulidOf('sub', subscription) ?? subscription,
  ttl: expiry(event.ulid, event.keepSeconds ?? 0),
});

function described(event: EventInFlight): Item {
  const { id, ulid: _, type, contentType, source, priority, region, test, ce, generation, ...rest } = event;
  const { traceparent, tracestate, only, payload, ...more } = rest;
  const { keepSeconds: __, resume: ___, digest: ____, hops: _____, ...unknown } = more;
  return {
    id,
    type,
    ct: contentType,
    ...(source !== undefined && { src: source }),
    ...(priority !== undefined && { prio: priority }),
    ...(region !== undefined && { region }),
    ...(test && { test: true }),
    ...(only !== undefined && { only }),
    ...(ce && { ce }),
    ...(generation !== undefined && { gen: generation }),
    ...(traceparent !== undefined && { tp: traceparent }),
    ...(tracestate !== undefined && { ts: tracestate }),
    ...packed(payload),
    ...withText('unknown', unknownText(unknown)),
  };
}

/**
 * As good as the default for the 8 KiB that a payload in a message has at most, with a quarter of its memory. That is
 * cleared for each payload, and weighs on garbage collection.
 */
const FOR_INLINE = { windowBits: 13, memLevel: 6 };

function packed(payload: Payload): Item {
  if (payload.kind === 'stored') {
    const { kind: _, key, bytes, ...unknown } = payload;
    return { stored: key, bytes, ...withText('unknownOfPayload', unknownText(unknown)) };
  }
  const body = inlineBytes(payload);
  return {
    body: deflateRawSync(body, FOR_INLINE),
    bytes: body.length,
    ...withText('unknownOfPayload', unknownText(besides(payload))),
  };
}

function besides(payload: Exclude<Payload, { kind: 'stored' }>) {
  if (payload.kind === 'text') {
    const { kind: _, text: __, ...unknown } = payload;
    return unknown;
  }
  const { kind: _, base64: __, ...unknown } = payload;
  return unknown;
}

/** No attribute may be undefined: `markEventDead` sets each of them. */
const withText = (name: string, text: string | undefined): Item =>
  text === undefined ? {} : { [name]: text };

/** When the log's entry of an event expires, in seconds since the epoch. */
export const expiry = (ulid: string, retentionSeconds: number): number =>
  Math.ceil(timeOfUlid(ulid) / 1000) + retentionSeconds;

/** An event's item, or one of its further parts, which only list subscriptions. */
export const EVENT = itemKind('event', {
  ttl: z.number(),
  subs: z.optional(z.string()),
  matched: z.optional(z.number()),
  open: z.optional(z.boolean()),
  dead: z.optional(z.boolean()),
  id: z.optional(z.string()),
  type: z.optional(z.string()),
  ct: z.optional(z.string()),
  src: z.optional(z.string()),
  prio: z.optional(z.enum(PRIORITIES)),
  region: z.optional(z.string()),
  test: z.optional(z.boolean()),
  only: z.optional(z.string()),
  ce: z.optional(texts),
  gen: z.optional(z.number()),
  tp: z.optional(z.string()),
  ts: z.optional(z.string()),
  unknown: z.optional(z.string()),
  unknownOfPayload: z.optional(z.string()),
  body: z.optional(bytes),
  stored: z.optional(z.string()),
  bytes: z.optional(z.number()),
});
export type EventItem = ItemOf<typeof EVENT> & Key;

/** Part 0, which is the event itself. */
export type FirstItem = EventItem & { id: string; type: string; ct: string; bytes: number };

/** DynamoDB deletes expired items within days. Until then they count as gone. */
export const isAlive = (item: { readonly ttl: number }, now: number): boolean => item.ttl * 1000 > now;

export function fromItems(first: FirstItem, parts: readonly EventItem[]): LoggedEvent {
  const payload: Payload = first.stored
    ? { kind: 'stored', key: first.stored, bytes: first.bytes }
    : inlinePayload(inflateRawSync(first.body ?? new Uint8Array()));
  const ofFanout = parts.filter((part) => !Number.isNaN(partNumber(part)));
  const subscriptions = [...new Set(parts.flatMap(subscriptionsOf))].sort();
  return {
    ...unknownFrom(first.unknown),
    id: first.id,
    ulid: first.sk,
    type: first.type,
    contentType: first.ct,
    source: first.src,
    priority: first.prio,
    region: first.region,
    test: first.test,
    ce: first.ce,
    generation: first.gen,
    // A release before wrote it as an unknown field.
    ...(first.tp !== undefined && { traceparent: first.tp }),
    ...(first.ts !== undefined && { tracestate: first.ts }),
    // The event's own setting or the environment's: the item does not say which.
    keepSeconds: first.ttl - expiry(first.sk, 0),
    payload: { ...unknownFrom(first.unknownOfPayload), ...payload },
    only: first.only,
    matched: first.matched ?? subscriptionsOf(first).length,
    subscriptions,
    dead: first.dead,
    isOpen: first.open,
    fannedOut: ofFanout.flatMap(subscriptionsOf),
    lastPart: Math.max(...ofFanout.map(partNumber)),
  };
}

/** NaN for a subscription that a replay has added. */
const partNumber = ({ sk }: EventItem): number => Number(sk.split('#')[1] ?? 0);

const subscriptionsOf = ({ subs }: EventItem): string[] =>
  subs ? subs.split(' ').map((ulid) => `sub_${ulid}`) : [];
