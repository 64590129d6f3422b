import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { EVENT } from '../events/event-items.ts';
import { eventPartitions } from '../events/log-keys.ts';
import { dynamo, projectionOf } from '../platform/dynamo.ts';
import { skipDamaged, tryItem } from '../platform/items.ts';
import { lowestUlidAt } from '../values/ids.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Span } from './recovery.ts';

/** An event, or one part of its subscriptions: as much as tells whether something is missing. */
export interface Row {
  readonly eventUlid: string;
  readonly subscriptions: readonly string[];
  /** Fanout may not have come to its end: the event as a whole tells. */
  readonly isUncertain: boolean;
}

/** Items read of each of four shards at a time. */
const PAGE = 250;

/** Sorts after a key and before those of its parts, which continue with #. */
const behind = (sk: string): string => `${sk} `;

export interface RowsPage {
  readonly rows: readonly Row[];
  /** The `after` of the next page; undefined at the end. */
  readonly next?: string | undefined;
}

/** A page of the rows that a tenant's log has of a span, oldest first, dead events among them. */
export async function rowsOf(
  table: string,
  tenant: string,
  { from, until }: Pick<Span, 'from' | 'until'>,
  after: string | undefined,
): Promise<RowsPage> {
  const lowest = after === undefined ? lowestUlidAt(from) : behind(after);
  const highest = lowestUlidAt(until);
  if (lowest >= highest) return { rows: [] };
  const shards = await Promise.all(eventPartitions(tenant).map((pk) => pageOf(table, pk, lowest, highest)));
  // A shard may have left unread what is older than another's last item: all is known only up to the first stop.
  const stops = shards.flatMap(({ stop }) => stop ?? []);
  const next = stops.reduce<string | undefined>(
    (first, stop) => (first === undefined || stop < first ? stop : first),
    undefined,
  );
  const items = shards.flatMap((shard) => shard.items).filter(({ sk }) => next === undefined || sk <= next);
  return { rows: items.map(toRow), next };
}

const { subs, matched, open } = EVENT.fields;
const ROW = itemKind('event', { sk: z.string(), subs, matched, open });
type RowItem = ItemOf<typeof ROW>;

async function pageOf(
  TableName: string,
  pk: string,
  lowest: string,
  highest: string,
): Promise<{ items: RowItem[]; stop?: string | undefined }> {
  const projection = projectionOf(['sk', 'subs', 'matched', 'open']);
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :lowest AND :highest',
      ExpressionAttributeValues: { ':pk': pk, ':lowest': lowest, ':highest': highest },
      Limit: PAGE,
      ...projection,
    }),
  );
  const items = Items.flatMap((item) => tryItem(ROW, TableName, item, skipDamaged, pk) ?? []);
  return { items, stop: LastEvaluatedKey?.sk as string | undefined };
}

const toRow = ({ sk, subs, matched, open }: RowItem): Row => ({
  eventUlid: sk.slice(0, 26),
  subscriptions: subs ? subs.split(' ').map((ulid) => `sub_${ulid}`) : [],
  isUncertain: matched !== undefined || open === true,
});
