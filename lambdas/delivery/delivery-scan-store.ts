import { isAlive } from '../events/event-items.ts';
import { deliveryPartitions, deliveryPlace } from '../events/log-keys.ts';
import { skip } from '../platform/items.ts';
import { scanShards } from '../platform/shard-scan.ts';
import { ulidBounds } from '../values/ids.ts';
import { DELIVERY, type DeliveryItem, fromItem, type LoggedDelivery } from './delivery-items.ts';
import type { PlacesPage } from './places.ts';

/** Deliveries that one scan reads of each shard where few of them are wanted: a kilobyte each, or several. */
const MAX_READ = 500;
const FILTERED_PAGE = 250;

export interface Deliveries {
  readonly deliveries: LoggedDelivery[];
  /** The next `after`; undefined at the end. */
  readonly next: string | undefined;
}

/**
 * Deliveries to subscriptions, in the order of their events. Those without an outcome yet are missing. An empty page may have
 * a next one.
 * @param isWanted all of them when left out
 */
export async function scanDeliveries(
  table: string,
  tenant: string,
  subscriptions: readonly string[],
  page: PlacesPage,
  now: number,
  isWanted?: (delivery: LoggedDelivery) => boolean,
): Promise<Deliveries> {
  const { newestFirst, limit, after } = page;
  const isBehind = (place: string): boolean =>
    after === undefined || (newestFirst ? place < after : place > after);
  const { items, next } = await scanShards({
    kind: DELIVERY,
    table,
    partitions: subscriptions.flatMap((id) => deliveryPartitions(tenant, id)),
    range: behind(page),
    newestFirst,
    limit,
    maxRead: MAX_READ,
    pageSize: isWanted ? FILTERED_PAGE : limit + 1,
    placeOf,
    isWanted: (item) =>
      isBehind(placeOf(item)) &&
      isAlive(item, now) &&
      (isWanted?.(fromItem(item, subscriptionOf(item))) ?? true),
    onUnreadable: skip,
  });
  return { deliveries: items.map((item) => fromItem(item, subscriptionOf(item))), next };
}

/** Its partition names a subscription: `delivery#<tenant>#<ulid>#<shard>`. */
const subscriptionOf = ({ pk }: DeliveryItem): string => `sub_${pk.split('#')[2]}`;

const placeOf = (item: DeliveryItem): string => deliveryPlace(subscriptionOf(item), item.sk);

/**
 * A sort key is the ULID of an event alone, and several subscriptions may have the same event. So the scan begins with the
 * event that it stopped at, and what is not behind that place is left out.
 */
function behind(page: PlacesPage) {
  const { lowest, highest } = ulidBounds(page);
  const ulid = page.after?.split('#')[0];
  if (ulid === undefined) return { lowest, highest };
  return page.newestFirst
    ? { lowest, highest: lowerOf(highest, `${ulid}!`) }
    : { lowest: lowest === undefined || ulid > lowest ? ulid : lowest, highest };
}

const lowerOf = (a: string | undefined, b: string): string => (a !== undefined && a < b ? a : b);
