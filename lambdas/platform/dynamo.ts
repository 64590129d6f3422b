import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BatchGetCommandInput,
  BatchWriteCommandInput,
  PutCommandInput,
  QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { chunksOf } from '../values/chunks.ts';
import type { ItemKind, ItemOf } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { AwsError } from './aws/aws-error.ts';
import { dynamo } from './aws/dynamodb.ts';
import { inParallel } from './in-parallel.ts';
import { fail, type OnUnreadable, tryItem } from './items.ts';

export type Item = Record<string, unknown>;

/** Limits of the batch operations (API reference of BatchWriteItem and BatchGetItem). */
const MAX_WRITES = 25;
const MAX_READS = 100;
/** Rounds for what a throttled table leaves unprocessed, and the wait before each, in milliseconds. */
const ROUNDS = 6;
const backoffMs = (round: number): number => 25 * 2 ** round;
/** Batches under way at once for one call of ours. */
const PARALLEL_BATCHES = 8;

export { dynamo };

/** A table left part of a batch unprocessed in every round. */
class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
}

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** Puts items without a condition. No two may have the same key. */
export const putAll = (table: string, items: readonly Item[]): Promise<void> =>
  writeAll(
    table,
    items.map((Item) => ({ PutRequest: { Item } })),
  );

/** The last of each key: a queue can hand out a message twice at once, and a batch write must not name a key twice. */
export const withDistinctKeys = <T extends { readonly pk: string; readonly sk: string }>(
  items: readonly T[],
): T[] => [...new Map(items.map((item) => [`${item.pk} ${item.sk}`, item])).values()];

export const deleteAll = (table: string, keys: readonly object[]): Promise<void> =>
  writeAll(
    table,
    keys.map((Key) => ({ DeleteRequest: { Key: Key as Item } })),
  );

async function writeAll(table: string, requests: readonly WriteRequest[]): Promise<void> {
  await eachChunk(requests, MAX_WRITES, (chunk) =>
    untilProcessed(table, chunk, async (pending) => {
      const { UnprocessedItems } = await dynamo.batchWrite({ RequestItems: { [table]: pending } });
      return UnprocessedItems?.[table] ?? [];
    }),
  );
}

/**
 * Reads items by key, in no particular order; a missing one is missing from the result. No key may repeat.
 * @param options `attributes` are those to read beside the key, where it is not all; the whole items are billed
 *   `withinMs` bounds the whole read, with its retries
 * @throws UnreadableItemError unless `onUnreadable` says what else is done about an item that is not of its kind
 */
export async function getAll<K extends ItemKind<unknown>>(
  kind: K,
  table: string,
  keys: readonly object[],
  options: {
    consistent?: boolean;
    attributes?: readonly string[];
    onUnreadable?: OnUnreadable;
    withinMs?: number;
  } = {},
): Promise<(ItemOf<K> & Key)[]> {
  const found: (ItemOf<K> & Key)[] = [];
  const projection = options.attributes && projectionOf(['pk', 'sk', ...options.attributes]);
  const { onUnreadable = fail, withinMs } = options;
  const abortSignal = withinMs === undefined ? undefined : AbortSignal.timeout(withinMs);
  await eachChunk(keys as Item[], MAX_READS, (chunk) =>
    untilProcessed(table, chunk, async (Keys) => {
      const request = { Keys, ConsistentRead: options.consistent ?? false, ...projection };
      const input: BatchGetCommandInput = { RequestItems: { [table]: request } };
      const answer = await dynamo.batchGet(input, { abortSignal });
      for (const item of answer.Responses?.[table] ?? []) {
        const read = tryItem(kind, table, item, onUnreadable);
        if (read !== undefined) found.push(read as ItemOf<K> & Key);
      }
      return (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Item[];
    }),
  );
  return found;
}

/** With the version, without which an item can't be read. By placeholders, since many a name is a reserved word. */
export function projectionOf(attributes: readonly string[]) {
  const names = [...new Set([...attributes, 'v'])];
  return {
    ProjectionExpression: names.map((_, i) => `#p${i}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#p${i}`, name])),
  };
}

export interface QueryOptions {
  /** At most this many. */
  readonly limit?: number;
  /** Items read at a time, for a caller that drops some and stops by itself; all of a page is billed. */
  readonly pageSize?: number | undefined;
  readonly onUnreadable?: OnUnreadable;
}

/**
 * The items of a query, page after page.
 * @throws UnreadableItemError as `getAll` does
 */
export async function* queryItems<K extends ItemKind<unknown>>(
  kind: K,
  query: Omit<QueryCommandInput, 'Limit'>,
  { limit = Number.POSITIVE_INFINITY, pageSize = limit, onUnreadable = fail }: QueryOptions = {},
): AsyncGenerator<ItemOf<K> & Key> {
  // A read that projects may leave it out.
  const partition = query.ExpressionAttributeValues?.[':pk'];
  let left = limit;
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamo.query({
      ...query,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
      ...(Number.isFinite(pageSize) && { Limit: Math.min(left, pageSize) }),
    });
    for (const item of page.Items ?? []) {
      const read = tryItem(kind, query.TableName!, item, onUnreadable, partition);
      if (read === undefined) continue;
      yield read as ItemOf<K> & Key;
      if (--left === 0) return;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/** The items of a query by pages of at most `size`, unchecked: what is to be deleted need not be readable. */
export async function* queryPages(
  query: Omit<QueryCommandInput, 'Limit'>,
  size: number,
): AsyncGenerator<(Item & Key)[]> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamo.query({
      ...query,
      Limit: size,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    if (page.Items?.length) yield page.Items as (Item & Key)[];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

async function eachChunk<T>(
  all: readonly T[],
  size: number,
  work: (chunk: T[]) => Promise<void>,
): Promise<void> {
  await inParallel(chunksOf(all, size), PARALLEL_BATCHES, work);
}

/** Repeats a batch operation with what it left over, more and more slowly. */
async function untilProcessed<T>(
  table: string,
  all: T[],
  operation: (pending: T[]) => Promise<T[]>,
): Promise<void> {
  let pending = await operation(all);
  for (let round = 0; pending.length > 0; round++) {
    if (round === ROUNDS) throw new ThrottledError(`${table} left ${pending.length} requests unprocessed`);
    await sleep(backoffMs(round));
    pending = await operation(pending);
  }
}

/** Writes of one item that are under way at once are few: their marks differ. */
const MARKS = 2 ** 48;

/**
 * Puts an item on a condition. The item gets the write's mark, `write`: when an answer is lost the client repeats the request,
 * and knows the item that it has put itself.
 * @returns whether the item is there by this write
 */
export function putMarked(put: PutCommandInput & { readonly ConditionExpression: string }): Promise<boolean> {
  const write = Math.floor(Math.random() * MARKS);
  return unlessConditionFails(
    dynamo.put({
      ...put,
      Item: { ...put.Item, write },
      ConditionExpression: `${put.ConditionExpression} OR #write = :write`,
      ExpressionAttributeNames: { ...put.ExpressionAttributeNames, '#write': 'write' },
      ExpressionAttributeValues: { ...put.ExpressionAttributeValues, ':write': write },
    }),
  );
}

/** Whether a conditional write took place. */
export async function unlessConditionFails(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

export const isConditionFailure = (error: unknown): boolean =>
  error instanceof AwsError && error.name === 'ConditionalCheckFailedException';
