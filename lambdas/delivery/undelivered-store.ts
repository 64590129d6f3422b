import * as z from 'zod/mini';
import { isAlive } from '../events/event-items.ts';
import {
  DEAD_INDEX,
  UNDELIVERED_INDEX,
  undeliveredPartitions,
  waitingPartitions,
} from '../events/log-keys.ts';
import { skip } from '../platform/items.ts';
import { type ShardScan, scanShards } from '../platform/shard-scan.ts';
import { ulidBounds } from '../values/ids.ts';
import { type ItemKind, type ItemOf, itemKind } from '../values/item.ts';
import type { Places, PlacesPage } from './places.ts';

/** What the index has of an undelivered delivery. It is a moment behind the log. */
const UNDELIVERED = itemKind('undelivered delivery', {
  undeliveredAt: z.string(),
  type: z.optional(z.string()),
  target: z.optional(z.string()),
  status: z.optional(z.string()),
  reason: z.optional(z.string()),
  /** Of the last attempt's answer; 0 without one. Missing before the first attempt. */
  code: z.optional(z.number()),
  ttl: z.number(),
});
export type UndeliveredRow = ItemOf<typeof UNDELIVERED>;

const WAITING = itemKind('waiting delivery', { deadAt: z.string(), ttl: z.number() });

/** Index entries that one scan reads of a shard where few of them are wanted: some 320 bytes each. */
const MAX_READ = 2000;
/** Entries of a page when most are not wanted. */
const FILTERED_PAGE = 1000;

/**
 * A tenant's deliveries that wait or are dead.
 * @param isWanted all of them when left out
 */
export const scanUndelivered = (
  table: string,
  tenant: string,
  page: PlacesPage,
  now: number,
  isWanted?: (row: UndeliveredRow) => boolean,
): Promise<Places> =>
  scanPlaces(
    {
      kind: UNDELIVERED,
      table,
      partitions: undeliveredPartitions(tenant),
      index: UNDELIVERED_INDEX,
      placeOf: ({ undeliveredAt }) => undeliveredAt,
      isWanted: (row) => isAlive(row, now) && (isWanted?.(row) ?? true),
    },
    page,
    isWanted !== undefined,
  );

/** The deliveries that wait for a target. */
export const scanWaiting = (
  table: string,
  tenant: string,
  target: string,
  page: PlacesPage,
  now: number,
): Promise<Places> =>
  scanPlaces(
    {
      kind: WAITING,
      table,
      partitions: waitingPartitions(tenant, target),
      index: DEAD_INDEX,
      placeOf: ({ deadAt }) => deadAt,
      isWanted: (row) => isAlive(row, now),
    },
    page,
    false,
  );

/** Of what is newest, the first page reads one partition, unless that is marked as spread over several. */
async function scanPlaces<K extends ItemKind<unknown>>(
  what: Pick<ShardScan<K>, 'kind' | 'table' | 'partitions' | 'index' | 'placeOf' | 'isWanted'>,
  page: PlacesPage,
  isFiltered: boolean,
): Promise<Places> {
  const range = { after: page.after, ...ulidBounds(page) };
  const { items, next } = await scanShards<K>({
    ...what,
    range,
    newestFirst: page.newestFirst,
    limit: page.limit,
    onUnreadable: skip,
    maxRead: MAX_READ,
    pageSize: isFiltered ? FILTERED_PAGE : page.limit + 1,
    isMarked: page.newestFirst && range.after === undefined && range.highest === undefined,
  });
  return { places: items.map((row) => what.placeOf(row)!), next };
}

/** How many deliveries of a tenant wait or are dead. */
export interface UndeliveredCounts {
  readonly retrying: number;
  readonly parked: number;
  readonly dead: number;
  /** There are more, which were not counted. */
  readonly isCut: boolean;
}

/** Counted in each shard: beyond that, the exact number is of no use. */
const COUNTED = 5000;

/** Counts a tenant's undelivered deliveries, the newest first: at most 1 MB of each shard, which is 128 read units. */
export async function countUndelivered(
  table: string,
  tenant: string,
  now: number,
): Promise<UndeliveredCounts> {
  const counts = { retrying: 0, parked: 0, dead: 0 };
  const { next } = await scanShards<typeof UNDELIVERED>({
    kind: UNDELIVERED,
    table,
    partitions: undeliveredPartitions(tenant),
    index: UNDELIVERED_INDEX,
    range: {},
    newestFirst: true,
    maxRead: COUNTED,
    isMarked: true,
    placeOf: ({ undeliveredAt }) => undeliveredAt,
    isWanted: (row) => {
      if (isAlive(row, now) && row.status && Object.hasOwn(counts, row.status))
        counts[row.status as keyof typeof counts]++;
      return false;
    },
  });
  return { ...counts, isCut: next !== undefined };
}

/** How many deliveries wait for a target. @param most that are counted */
export async function countWaiting(
  table: string,
  tenant: string,
  target: string,
  now: number,
  most = COUNTED,
): Promise<{ waiting: number; isCut: boolean }> {
  const page = { newestFirst: true, limit: most };
  const { places, next } = await scanWaiting(table, tenant, target, page, now);
  return { waiting: places.length, isCut: next !== undefined };
}
