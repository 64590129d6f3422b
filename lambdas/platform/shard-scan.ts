import type { ItemKind, ItemOf } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { projectionOf, queryItems } from './dynamo.ts';
import { type OnUnreadable, skipDamaged } from './items.ts';

interface ScanIndex {
  readonly name: string;
  readonly pk: string;
  readonly sk: string;
}

/** A scan of things that are spread over several partitions, each in the order of its sort keys. */
export interface ShardScan<K, T = ItemOf<K> & Key> {
  readonly kind: K;
  readonly table: string;
  readonly partitions: readonly string[];
  /** An index, with the names of its keys; the table itself when left out. */
  readonly index?: ScanIndex;
  /** Those to read beside the keys, where it is not all. The whole items are billed. */
  readonly attributes?: readonly string[];
  readonly range: {
    /** The place after which the scan goes on. */
    readonly after?: string | undefined;
    /** Places from this one on. */
    readonly lowest?: string | undefined;
    /** Places before this one. */
    readonly highest?: string | undefined;
  };
  readonly newestFirst?: boolean;
  /** Items that are read of one partition at most. */
  readonly maxRead: number;
  /** Items that are read at a time; `maxRead` when left out. */
  readonly pageSize?: number;
  /** Things that are wanted at most; all that were found when left out. */
  readonly limit?: number;
  /** Undefined for what is no place to stop at. */
  readonly placeOf: (item: T) => string | undefined;
  readonly isWanted: (item: T) => boolean;
  /** Set where the other partitions are read only if the first one holds this mark, at the end that is read first. */
  readonly isMarked?: boolean;
  /** `skipDamaged` when left out. */
  readonly onUnreadable?: OnUnreadable;
}

/** Above and below all that follows a place, and not a character of one. */
const BEHIND = '!';
const BEYOND = '~';

/** The sort key of a mark: behind all places. */
export const MARK = BEYOND;

/**
 * Reads a little of each partition, and merges what was found as far as all of them were read.
 * @returns what is wanted, in order; `next` is where the scan goes on, undefined at its end. Nothing may have been
 *   found, and the scan still go on
 */
export async function scanShards<K extends ItemKind<unknown>>(
  scan: ShardScan<K>,
): Promise<{ items: (ItemOf<K> & Key)[]; next: string | undefined }> {
  const { newestFirst = false, limit = Number.POSITIVE_INFINITY, placeOf } = scan;
  const isBefore = (a: string, b: string): boolean => (newestFirst ? a > b : a < b);
  const shards = await readShards(scan);
  // What a shard has not read may stand before what another has: all are known only up to the first stop.
  const known = shards
    .flatMap(({ stop }) => stop ?? [])
    .reduce<string | undefined>((first, stop) => (first && isBefore(first, stop) ? first : stop), undefined);
  const found = shards
    .flatMap((shard) => shard.found)
    .filter((item) => known === undefined || !isBefore(known, placeOf(item)!))
    .sort((a, b) => (isBefore(placeOf(a)!, placeOf(b)!) ? -1 : 1));
  const items = found.slice(0, limit);
  return { items, next: items.length < found.length ? placeOf(items.at(-1)!) : known };
}

async function readShards<K extends ItemKind<unknown>>(scan: ShardScan<K>): Promise<Shard<K>[]> {
  const { partitions, isMarked = false } = scan;
  const [first = '', ...others] = partitions;
  if (!isMarked) return Promise.all(partitions.map((pk) => readShard(scan, pk)));
  const head = await readShard(scan, first);
  return head.hasMark ? [head, ...(await Promise.all(others.map((pk) => readShard(scan, pk))))] : [head];
}

interface Shard<K> {
  readonly found: (ItemOf<K> & Key)[];
  readonly stop?: string;
  readonly hasMark: boolean;
}

/** @returns `stop` is the last item that was looked at, unless there are none behind it */
async function readShard<K extends ItemKind<unknown>>(
  scan: ShardScan<K>,
  partition: string,
): Promise<Shard<K>> {
  const { kind, table, index, range, newestFirst = false, maxRead, placeOf, isWanted } = scan;
  const { limit = Number.POSITIVE_INFINITY, pageSize = maxRead, onUnreadable = skipDamaged } = scan;
  const { lowest = '0', highest = BEYOND, after } = range;
  const [from, to] = newestFirst
    ? [lowest, after !== undefined && after < highest ? after : highest]
    : [after === undefined || after < lowest ? lowest : `${after}${BEHIND}`, highest];
  const found: (ItemOf<K> & Key)[] = [];
  if (from >= to) return { found, hasMark: false };
  const sortKey = index?.sk ?? 'sk';
  const projection = scan.attributes && projectionOf(['pk', 'sk', ...scan.attributes]);
  const query = {
    TableName: table,
    ...projection,
    ...(index && { IndexName: index.name }),
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
    ExpressionAttributeNames: {
      ...projection?.ExpressionAttributeNames,
      '#pk': index?.pk ?? 'pk',
      '#sk': sortKey,
    },
    ExpressionAttributeValues: { ':pk': partition, ':from': from, ':to': to },
    ScanIndexForward: !newestFirst,
  };
  let read = 0;
  let hasMark = false;
  for await (const item of queryItems(kind, query, { pageSize, onUnreadable })) {
    read++;
    const place = placeOf(item);
    hasMark ||= place === MARK;
    // BETWEEN takes its upper end in.
    if (place === undefined || (item as Record<string, unknown>)[sortKey] === to) continue;
    if (isWanted(item)) found.push(item);
    // One more than is wanted tells whether there are more.
    if (read >= maxRead || found.length > limit) return { found, stop: place, hasMark };
  }
  return { found, hasMark };
}
