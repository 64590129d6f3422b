import type { Event } from '../../events/event.ts';
import { timeOfUlid } from '../../values/ids.ts';
import { isDeeperThan, isObject, MAX_LEVELS } from '../../values/json.ts';
import { rfc3339 } from '../../values/rfc3339.ts';

/** What presets know of an event. */
export interface Facts {
  readonly id: string;
  readonly type: string;
  readonly source: string | undefined;
  readonly region: string | undefined;
  readonly priority: Priority;
  /** When it was accepted. Milliseconds since the epoch. */
  readonly at: number;
  readonly isTest: boolean;
  readonly contentType: string;
  /** The payload, parsed; undefined where it is no JSON. */
  readonly data: unknown;
  /** The payload where it is no JSON: its text, or undefined for other bytes. */
  readonly text: string | undefined;
  readonly bytes: number;
}

type Priority = NonNullable<Event['priority']>;

/** @param body the payload as it was published */
export function factsOf(event: Event, body: Uint8Array): Facts {
  const text = textIn(body);
  const data = text === undefined ? undefined : dataIn(text);
  return {
    id: event.id,
    type: event.type,
    source: event.source,
    region: event.region,
    priority: event.priority ?? 'normal',
    at: timeOfUlid(event.ulid),
    isTest: event.test ?? false,
    contentType: event.contentType,
    data,
    text: data === undefined ? text : undefined,
    bytes: body.length,
  };
}

function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What is nested deeper than people write it stays a text: walking and writing it would take more stack than there is. */
function dataIn(text: string): unknown {
  try {
    const data: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
    return isDeeperThan(MAX_LEVELS, data) ? undefined : data;
  } catch {
    return undefined;
  }
}

const LONG_NUMBER = /\d{16}/;

/** An id of 18 digits would be another one as a number: it stays a text. */
const keepDigits = (_name: string, value: unknown, { source }: { source?: string } = {}): unknown =>
  typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
    ? source
    : value;

/** The fields of an event that paths can name. A path into the payload begins with `data.`. */
export const ROOTS = ['id', 'type', 'source', 'region', 'priority', 'time', 'data'] as const;

/** A path: a field of the event, or names and places in the payload, such as `data.order.items.0.sku`. */
export const PATH = /^(id|type|source|region|priority|time|data(\.[^.{}\p{Cc}]+)*)$/u;

export function valueAt(facts: Facts, path: string): unknown {
  const [root, ...names] = path.split('.');
  if (root === 'time') return rfc3339(facts.at);
  if (root !== 'data') return facts[root as 'id' | 'type' | 'source' | 'region' | 'priority'];
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Readonly<Record<string, unknown>>)[name]
        : undefined,
    facts.data,
  );
}

/** A value as a text. Nothing for what is not there, and for null. */
export function printed(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

/**
 * What a message shows of the payload: the values at these paths, or each member of it.
 * @param paths undefined for all
 */
export function fieldsOf(facts: Facts, paths: readonly string[] | undefined): Field[] {
  if (paths)
    return paths.map((path) => ({ name: path.replace(/^data\./, ''), value: printed(valueAt(facts, path)) }));
  if (!isObject(facts.data)) return [];
  return Object.entries(facts.data).map(([name, value]) => ({ name, value: printed(value) }));
}

/** What a message shows of a payload without members. */
export function textOf({ data, text, bytes, contentType }: Facts): string {
  if (isObject(data)) return '';
  if (data !== undefined) return printed(data);
  return text ?? `${bytes} bytes of ${contentType}`;
}
