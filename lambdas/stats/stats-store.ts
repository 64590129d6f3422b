import * as z from 'zod/mini';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { statsKey } from '../events/log-keys.ts';
import { dynamo, getAll, type QueryOptions, queryItems } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { skip } from '../platform/items.ts';
import { chunksOf } from '../values/chunks.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import { type Increment, incrementsOf } from './count-outcomes.ts';
import {
  countersKey,
  failuresPartition,
  hourlySpan,
  hourName,
  KEPT_DAYS,
  nameInKey,
  type Scope,
  SLOT_MINUTES,
  slotLengthOf,
  startInKey,
  startOf,
  typesPartition,
} from './counter-keys.ts';
import { type CounterItem, readCounterItem, withoutOwn } from './counters.ts';
import { type FailingMarks, failingMarks, markFailing } from './failing-tenants-store.ts';
import { readLegacyHour } from './legacy-counters.ts';
import { INTERVALS, type Interval, type Span } from './series.ts';
import { type TypeNames, typeNames } from './type-names.ts';

const RETENTION_SECONDS = KEPT_DAYS * 24 * 3600;
const PARALLEL_WRITES = 16;
/** A span is read by days, so many at a time. */
const PARALLEL_READS = 8;
/**
 * Counters of one update. An expression has at most 4 KB (DynamoDB's quotas), and the local cloud refuses long ones sooner.
 * Usual updates have 5 to 60.
 */
const MAX_COUNTERS = 100;
/** Items read for one breakdown, the latest first: some 10 MB. */
const MAX_ITEMS = 25_000;

/** What a worker remembers of what it has counted. */
export interface CountingMemory {
  readonly names: TypeNames;
  readonly marks: FailingMarks;
}

export const countingMemory = (): CountingMemory => ({ names: typeNames(), marks: failingMarks() });

/**
 * Adds outcomes to the counters. A batch that is processed twice is counted twice. That is rare (a fault between two
 * writes) and harmless (what is judged by these numbers is a share of them).
 *
 * Tenants with failures are marked first. So where failures are counted, there is a mark, and where the mark can't be written
 * nothing is counted twice.
 * @returns until when tenants are watched, as their counters say: RFC 3339 by tenant
 */
export async function countOutcomes(
  table: string,
  { names, marks: known }: CountingMemory,
  outcomes: readonly Outcome[],
): Promise<ReadonlyMap<string, string>> {
  const increments = incrementsOf(outcomes, names);
  await markFailing(
    table,
    known,
    increments.flatMap(({ mark }) => mark ?? []),
  );
  const updates = increments.flatMap(inParts);
  const marks = new Map<string, string>();
  await inParallel(updates, PARALLEL_WRITES, async (update) => {
    const { tenant } = update;
    const until = await add(table, update, tenant !== undefined);
    if (tenant !== undefined && until !== undefined && until > (marks.get(tenant) ?? '')) {
      marks.set(tenant, until);
    }
  });
  return marks;
}

/**
 * Marks a tenant as watched, on the counters of a span: whoever counts gets the mark back, and no request is made to ask. It
 * is a text, since every number is a counter.
 * @param until milliseconds since the epoch
 */
export async function markWatched(
  TableName: string,
  tenant: string,
  { from, to }: Span,
  until: number,
): Promise<void> {
  const length = SLOT_MINUTES * 60_000;
  const first = startOf(from, length);
  const starts = Array.from({ length: Math.floor((to - first) / length) + 1 }, (_, i) => first + i * length);
  await Promise.all(
    starts.map((start) => {
      const Key = countersKey({ kind: 'tenant', tenant }, start);
      return dynamo.update({
        TableName,
        Key,
        UpdateExpression: `SET #ttl = :ttl, ${WATCHED_UNTIL} = :until`,
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':ttl': ttlOf(Key), ':until': rfc3339(until) },
      });
    }),
  );
}

const WATCHED_UNTIL = 'watchedUntil';

interface Update extends Omit<Increment, 'add'> {
  readonly counters: readonly (readonly [name: string, amount: number])[];
}

/** One of them asks for the mark. */
const inParts = ({ add, key, tenant }: Increment): Update[] =>
  chunksOf([...add], MAX_COUNTERS).map((counters, i) => ({ key, counters, ...(i === 0 && { tenant }) }));

const ttlOf = ({ sk }: Pick<Key, 'sk'>): number => Math.floor(startInKey(sk) / 1000) + RETENTION_SECONDS;

/** @returns the mark that the item bears, where it is asked for: an answer costs nothing, but the time to read it */
async function add(
  TableName: string,
  { key, counters }: Update,
  isAsked: boolean,
): Promise<string | undefined> {
  const { Attributes } = await dynamo.update({
    TableName,
    Key: key,
    UpdateExpression: `SET #ttl = :ttl ADD ${counters.map((_, i) => `#${i} :${i}`).join(', ')}`,
    ExpressionAttributeNames: {
      '#ttl': 'ttl',
      ...Object.fromEntries(counters.map(([name], i) => [`#${i}`, name])),
    },
    ExpressionAttributeValues: {
      ':ttl': ttlOf(key),
      ...Object.fromEntries(counters.map(([, amount], i) => [`:${i}`, amount])),
    },
    ...(isAsked && { ReturnValues: 'ALL_NEW' as const }),
  });
  const mark: unknown = Attributes?.[WATCHED_UNTIL];
  return typeof mark === 'string' ? mark : undefined;
}

/** Every number but `ttl` may be a counter. A later release may add other fields. */
const COUNTERS = itemKind('counters', { ttl: z.number() });

/**
 * Reads the counters of a span, in no particular order.
 * @param interval of the series that they are for
 */
export async function readCounters(
  table: string,
  scope: Scope,
  span: Span,
  interval: Interval,
  add: (item: CounterItem) => void,
): Promise<void> {
  if (scope.kind === 'type') return readHoursOfType(table, scope, span, add);
  await Promise.all([
    inParallel(daysOf(span), PARALLEL_READS, (day) => readSlots(table, scope, day, add)),
    readLegacyHours(table, scope, span, interval, add),
  ]);
}

/** Reads the counters of a short span by one Query, those of this release alone. Eventually consistent, like all reads here. */
export async function readSlots(
  table: string,
  scope: ScopeByMinute,
  span: Span,
  add: (item: CounterItem) => void,
): Promise<void> {
  for await (const item of slotsOf(table, scope, span)) add(itemOf(item));
}

/** The same without those of Posthorn's own events. */
export async function readOrdinarySlots(
  table: string,
  scope: ScopeByMinute,
  span: Span,
  add: (item: CounterItem) => void,
): Promise<void> {
  for await (const { pk, sk, ttl, ...counters } of slotsOf(table, scope, span))
    add(itemOf({ ...withoutOwn(counters), pk, sk, ttl }));
}

/** Event types are counted by the hour. */
type ScopeByMinute = Exclude<Scope, { kind: 'type' }>;

function slotsOf(table: string, scope: ScopeByMinute, { from, to }: Span) {
  const [first, last] = [countersKey(scope, from), countersKey(scope, to - 1)];
  return between(table, first.pk, [first.sk, last.sk]);
}

const itemOf = ({ pk: _, sk, ttl: __, ...counters }: ItemOf<typeof COUNTERS> & Key): CounterItem =>
  readCounterItem(startInKey(sk), counters);

/** An hour of a type has its key computed: the types of an hour stand side by side. */
async function readHoursOfType(
  table: string,
  scope: Scope,
  { from, to }: Span,
  add: (item: CounterItem) => void,
): Promise<void> {
  const length = slotLengthOf(scope);
  const first = startOf(from, length);
  const keys = Array.from({ length: Math.ceil((to - first) / length) }, (_, i) =>
    countersKey(scope, first + i * length),
  );
  for (const item of await getAll(COUNTERS, table, keys, { onUnreadable: skip })) add(itemOf(item));
}

async function readLegacyHours(
  table: string,
  scope: Exclude<Scope, { kind: 'type' }>,
  { from, to }: Span,
  interval: Interval,
  add: (item: CounterItem) => void,
): Promise<void> {
  const target = scope.kind === 'target' ? scope.target : undefined;
  const { pk, sk } = statsKey(scope.tenant, target, hourName(from));
  for await (const { pk: _, sk: hour, ...counters } of between(table, pk, [sk, hourName(to - 1)])) {
    add(readLegacyHour({ start: startInKey(hour), counters }, interval));
  }
}

/** The counters of each event type in a span of whole hours. A type that is undefined stands for all without a name. */
export async function readTypes(
  table: string,
  tenant: string,
  span: Span,
  add: (type: string | undefined, item: CounterItem) => void,
): Promise<Read> {
  let read = 0;
  const keys = hourlySpan(span.from, span.to);
  for await (const item of between(table, typesPartition(tenant), keys, LATEST)) {
    add(nameInKey(item.sk), itemOf(item));
    read++;
  }
  return { isComplete: read < MAX_ITEMS };
}

export interface Failing extends Read {
  /** About how many failures each target has. */
  readonly failing: ReadonlyMap<string, number>;
  /** Those of them that failed on ordinary events, and not on operational ones alone. */
  readonly onOrdinary: ReadonlySet<string>;
}

/** The targets with failures in a span of whole hours. */
export async function readFailing(table: string, tenant: string, span: Span): Promise<Failing> {
  let read = 0;
  const failing = new Map<string, number>();
  const onOrdinary = new Set<string>();
  const keys = hourlySpan(span.from, span.to);
  for await (const item of between(table, failuresPartition(tenant), keys, LATEST)) {
    const target = nameInKey(item.sk);
    const { failures = 0, ofOperational = 0 } = item as { failures?: number; ofOperational?: number };
    if (target) failing.set(target, (failing.get(target) ?? 0) + failures);
    if (target && failures > ofOperational) onOrdinary.add(target);
    read++;
  }
  return { failing, onOrdinary, isComplete: read < MAX_ITEMS };
}

/** `isComplete`: there was not more to read than is read at once. */
export interface Read {
  readonly isComplete: boolean;
}

const LATEST = { limit: MAX_ITEMS };

function between(table: string, pk: string, [from, to]: readonly [string, string], options?: QueryOptions) {
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
    ...(options && { ScanIndexForward: false }),
  };
  return queryItems(COUNTERS, query, { onUnreadable: skip, ...options });
}

function daysOf({ from, to }: Span): Span[] {
  const length = INTERVALS.day;
  const first = startOf(from, length);
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / length)) }, (_, i) => ({
    from: Math.max(from, first + i * length),
    to: Math.min(to, first + (i + 1) * length),
  }));
}
