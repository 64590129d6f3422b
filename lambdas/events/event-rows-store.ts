import { type OnUnreadable, skipDamaged } from '../platform/items.ts';
import { scanShards } from '../platform/shard-scan.ts';
import { ulidBounds } from '../values/ids.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import { EVENT, isAlive } from './event-items.ts';
import { eventPartitions } from './log-keys.ts';

/** An event, or one part of its subscriptions, without its payload. */
export interface EventRow {
  /** The row's sort key: the event's ULID, with what names the part. */
  readonly place: string;
  readonly eventUlid: string;
  /** Missing in a part. */
  readonly type: string | undefined;
  readonly subscriptions: readonly string[];
  /** Fanout may not have come to its end: the event as a whole tells. */
  readonly isUncertain: boolean;
}

export interface EventRowsPage {
  /** Accepted at this time or later, in milliseconds since the epoch. */
  readonly from?: number | undefined;
  /** Accepted before this time. */
  readonly to?: number | undefined;
  /** The place that the scan goes on behind. */
  readonly after?: string | undefined;
  /** The place that it begins at, instead of that. */
  readonly startAt?: string | undefined;
  readonly newestFirst: boolean;
  /** Items read of each of four shards. */
  readonly read: number;
  /** Leaves out what has expired by this time. */
  readonly aliveAt?: number;
  readonly isOfType?: ((type: string) => boolean) | undefined;
  readonly onUnreadable?: OnUnreadable;
}

const { subs, matched, open, type, ttl } = EVENT.fields;
const ROW = itemKind('event', { subs, matched, open, type, ttl });

/**
 * A page of the rows that a tenant's log has of events, dead ones among them. DynamoDB bills the whole items.
 * @returns `next` is the next `after`; undefined at the end
 */
export async function scanEventRows(
  table: string,
  tenant: string,
  page: EventRowsPage,
): Promise<{ rows: EventRow[]; next: string | undefined }> {
  const { newestFirst, read, aliveAt = 0, isOfType, onUnreadable = skipDamaged } = page;
  const { items, next } = await scanShards({
    kind: ROW,
    table,
    partitions: eventPartitions(tenant),
    attributes: ['subs', 'matched', 'open', 'type', 'ttl'],
    range: rangeOf(page),
    newestFirst,
    maxRead: read,
    placeOf: ({ sk }) => sk,
    isWanted: (item) =>
      isAlive(item, aliveAt) && (item.type === undefined || (isOfType?.(item.type) ?? true)),
    onUnreadable,
  });
  return { rows: items.map(({ sk, ...item }) => ({ place: sk, ...toRow(sk, item) })), next };
}

function rangeOf(page: EventRowsPage) {
  const { after, startAt, newestFirst } = page;
  const { lowest, highest } = ulidBounds(page);
  if (startAt === undefined) return { after, lowest, highest };
  // What sorts just behind it comes before the parts of its event.
  return newestFirst ? { after: `${startAt}!`, lowest, highest } : { lowest: startAt, highest };
}

const toRow = (sk: string, { subs, matched, open, type }: ItemOf<typeof ROW>) => ({
  eventUlid: sk.slice(0, ULID_LENGTH),
  type,
  subscriptions: subs ? subs.split(' ').map((ulid) => `sub_${ulid}`) : [],
  isUncertain: matched !== undefined || open === true,
});

const ULID_LENGTH = 26;
