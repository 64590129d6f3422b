import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import { dynamo, queryItems } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { lowestUlidAt } from '../values/ids.ts';
import { bytes, itemKind } from '../values/item.ts';
import type { News } from './frame.ts';
import { FRAME_KEPT_MS } from './limits.ts';
import { frameKey, framesPartition } from './live-keys.ts';
import { keptFrom } from './watch.ts';

/** What a frame told, as compressed JSON: a full one is billed as some 5 KB instead of 30. */
const FRAME = itemKind('frame', { news: bytes, ttl: z.number() });

/** @param id a ULID @param now milliseconds since the epoch */
export async function putFrame(
  TableName: string,
  tenant: string,
  id: string,
  news: News,
  now: number,
): Promise<void> {
  const Item = {
    ...frameKey(tenant, id),
    news: deflateRawSync(JSON.stringify(news)),
    ttl: Math.ceil((now + FRAME_KEPT_MS) / 1000),
  };
  await dynamo.put({ TableName, Item });
}

/** The frames after one, in the order of their ids, as long as the reader goes on. The reads are consistent. */
export async function* framesAfter(
  table: string,
  tenant: string,
  after: string,
  now: number,
): AsyncGenerator<{ id: string; news: News }> {
  const kept = lowestUlidAt(keptFrom(now));
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: { ':pk': framesPartition(tenant), ':after': after > kept ? after : kept },
    ConsistentRead: true,
  };
  for await (const { sk, news } of queryItems(FRAME, query, { onUnreadable: skip })) {
    yield { id: sk, news: JSON.parse(inflateRawSync(news).toString()) as News };
  }
}
