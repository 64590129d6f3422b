import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isProducerId } from '../domain/event-id.ts';
import { timeOfUlid, ulidOf } from '../domain/ids.ts';
import { eventKey, eventPartitions, producerIdKey } from '../domain/log-keys.ts';
import type { Event, EventInFlight } from '../domain/messages.ts';
import { inlineBytes, inlinePayload, type Payload } from '../domain/payload.ts';
import { dynamo, type Item, putAll, queryItems } from './dynamo.ts';

/** An event as the log holds it. */
export interface LoggedEvent extends Event {
  /** How many subscriptions it matched. */
  readonly matched: number;
  /** Those that fanout has reached so far. */
  readonly subscriptions: readonly string[];
  /** Set when no delivery could be made of it, because our own parts failed on it. */
  readonly dead?: boolean | undefined;
}

export interface EventToLog {
  readonly tenant: string;
  readonly event: Event;
  readonly part: number;
  readonly subscriptions: readonly string[];
  /** All that the event matches, of which other parts may hold the rest. */
  readonly matched: number;
}

/** A producer's id names the same event for this long. */
const DEDUPLICATION_MS = 24 * 3600 * 1000;

/** Writes events, each once for each part of its subscriptions. Writing the same again changes nothing. */
export const putEvents = (
  table: string,
  retentionSeconds: number,
  events: readonly EventToLog[],
): Promise<void> =>
  putAll(
    table,
    events.map((entry) => toItem(entry, retentionSeconds)),
  );

/**
 * The payload is compressed, and the names are short, because DynamoDB bills a write by started kilobytes: an
 * event of 1 kB fits into one unit this way. Ids repeat their prefix and are stored without it.
 */
function toItem(entry: EventToLog, retentionSeconds: number): Item {
  const { tenant, event, part, subscriptions, matched } = entry;
  const subs = subscriptions.map((id) => ulidOf('sub', id) ?? id).join(' ');
  return {
    ...eventKey(tenant, event.ulid, part),
    ...(subs && { subs }),
    ...(part === 0 && matched > subscriptions.length && { matched }),
    ...(part === 0 && { id: event.id, type: event.type, ct: event.contentType, ...packed(event.payload) }),
    ttl: expiry(event.ulid, retentionSeconds),
  };
}

/**
 * Marks an event that could not be fanned out, or not to its end, and writes what is known of it unless fanout
 * has done so: an earlier try may have come far enough to log the subscriptions, and even to reach some. Its
 * producer's id is free again, so that publishing it once more is no duplicate.
 */
export async function markEventDead(
  TableName: string,
  retentionSeconds: number,
  tenant: string,
  event: EventInFlight,
): Promise<void> {
  const entry = { tenant, event, part: 0, subscriptions: [], matched: 0 };
  const { pk, sk, ...attributes } = toItem(entry, retentionSeconds);
  const known = Object.entries(attributes);
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: { pk, sk },
      UpdateExpression: `SET dead = :dead, ${known.map((_, i) => `#a${i} = if_not_exists(#a${i}, :a${i})`)}`,
      ExpressionAttributeNames: Object.fromEntries(known.map(([name], i) => [`#a${i}`, name])),
      ExpressionAttributeValues: {
        ':dead': true,
        ...Object.fromEntries(known.map(([, value], i) => [`:a${i}`, value])),
      },
    }),
  );
  if (isProducerId(event.id)) await releaseProducerId(TableName, tenant, event);
}

/** Keeps the id leading to the event, and lets another event claim it. */
async function releaseProducerId(TableName: string, tenant: string, event: Event): Promise<void> {
  const release = new UpdateCommand({
    TableName,
    Key: producerIdKey(tenant, event.id),
    UpdateExpression: 'SET claimedAt = :longAgo',
    ConditionExpression: 'ulid = :ulid',
    ExpressionAttributeValues: { ':longAgo': 0, ':ulid': event.ulid },
  });
  await unlessConditionFails(dynamo.send(release));
}

/** Whether a conditional write took place. */
async function unlessConditionFails(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function packed(payload: Payload): Item {
  if (payload.kind === 'stored') return { stored: payload.key, bytes: payload.bytes };
  const bytes = inlineBytes(payload);
  return { body: deflateRawSync(bytes), bytes: bytes.length };
}

/** Seconds since the epoch at which the log lets go of an event. */
export const expiry = (ulid: string, retentionSeconds: number): number =>
  Math.ceil(timeOfUlid(ulid) / 1000) + retentionSeconds;

/**
 * Claims a producer's id for an event.
 * @returns true when the id is this event's, now or since an earlier try; false for a duplicate
 */
export async function claimProducerId(
  table: string,
  tenant: string,
  event: Event,
  retentionSeconds: number,
): Promise<boolean> {
  const at = timeOfUlid(event.ulid);
  const claim = new PutCommand({
    TableName: table,
    Item: {
      ...producerIdKey(tenant, event.id),
      ulid: event.ulid,
      claimedAt: at,
      ttl: expiry(event.ulid, retentionSeconds),
    },
    ConditionExpression: 'attribute_not_exists(pk) OR ulid = :ulid OR claimedAt < :longAgo',
    ExpressionAttributeValues: { ':ulid': event.ulid, ':longAgo': at - DEDUPLICATION_MS },
  });
  return unlessConditionFails(dynamo.send(claim));
}

/** An event by the id that its producer or Posthorn gave it, with all parts of its subscriptions. */
export async function getEvent(
  table: string,
  tenant: string,
  id: string,
  now: number,
): Promise<LoggedEvent | undefined> {
  const ulid = ulidOf('evt', id) ?? (await ulidOfProducerId(table, tenant, id));
  if (!ulid) return undefined;
  const parts: EventItem[] = [];
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': eventKey(tenant, ulid).pk, ':sk': ulid },
  };
  for await (const part of queryItems<EventItem>(query)) if (isAlive(part, now)) parts.push(part);
  return parts[0]?.id === undefined ? undefined : fromItems(parts[0] as FirstItem, parts);
}

async function ulidOfProducerId(table: string, tenant: string, id: string): Promise<string | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName: table, Key: producerIdKey(tenant, id) }));
  return Item?.ulid as string | undefined;
}

/** Events of a tenant, newest first. @param before an event's ULID that the list goes on behind */
export async function listEvents(
  table: string,
  tenant: string,
  limit: number,
  before: string | undefined,
  now: number,
): Promise<LoggedEvent[]> {
  const shards = await Promise.all(
    eventPartitions(tenant).map((pk) => newestFirst(table, pk, limit, before, now)),
  );
  return shards
    .flat()
    .sort((a, b) => (a.sk < b.sk ? 1 : -1))
    .slice(0, limit)
    .map((item) => fromItems(item, [item]));
}

async function newestFirst(
  table: string,
  pk: string,
  limit: number,
  before: string | undefined,
  now: number,
): Promise<FirstItem[]> {
  const found: FirstItem[] = [];
  const query = {
    TableName: table,
    KeyConditionExpression: before ? 'pk = :pk AND sk < :before' : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk, ...(before && { ':before': before }) },
    ScanIndexForward: false,
  };
  for await (const item of queryItems<EventItem>(query, Number.POSITIVE_INFINITY, limit)) {
    if (item.id !== undefined && isAlive(item, now)) found.push(item as FirstItem);
    if (found.length === limit) break;
  }
  return found;
}

interface EventItem {
  readonly sk: string;
  readonly ttl: number;
  readonly subs?: string;
  readonly matched?: number;
  readonly dead?: boolean;
  readonly id?: string;
  readonly type?: string;
  readonly ct?: string;
  readonly body?: Uint8Array;
  readonly stored?: string;
  readonly bytes?: number;
}

type FirstItem = EventItem & { id: string; type: string; ct: string; bytes: number };

/** DynamoDB deletes expired items within days; until then they are treated as gone. */
export const isAlive = (item: { ttl: number }, now: number): boolean => item.ttl * 1000 > now;

function fromItems(first: FirstItem, parts: readonly EventItem[]): LoggedEvent {
  const payload: Payload = first.stored
    ? { kind: 'stored', key: first.stored, bytes: first.bytes }
    : inlinePayload(inflateRawSync(first.body ?? new Uint8Array()));
  const subscriptions = parts.flatMap(({ subs }) =>
    subs ? subs.split(' ').map((ulid) => `sub_${ulid}`) : [],
  );
  return {
    id: first.id,
    ulid: first.sk,
    type: first.type,
    contentType: first.ct,
    payload,
    matched: first.matched ?? subscriptions.length,
    subscriptions,
    dead: first.dead,
  };
}
