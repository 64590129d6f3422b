import * as z from 'zod/mini';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { parseItem, skip, tryItem } from '../platform/items.ts';
import { itemKind } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import type { Progress, Scan } from './recovery.ts';

const span = loose({
  from: z.number(),
  until: z.number(),
  tenant: z.optional(z.string()),
  after: z.optional(z.string()),
});
const progress = loose({ upTo: z.number(), span: z.optional(span) });
const PROGRESS = itemKind('progress of recovery', {
  /** How far each scan has come. The table keeps the name that scans once had. */
  looks: loose({ first: z.optional(progress), second: z.optional(progress) }),
  busyUntil: z.number(),
});

/** How far each scan has come. */
export type ScanProgress = { readonly [N in Scan['name']]?: Progress | undefined };

/** Only the run of recovery that has the lease works, one at a time. */
export interface RunLease {
  readonly scans: ScanProgress;
  /** When the lease ends by itself, in milliseconds since the epoch. No two leases have the same. */
  readonly until: number;
}

const KEY = { pk: 'recovery', sk: 'progress' };

/** @returns undefined when another run has the lease */
export async function acquireRunLease(
  table: string,
  now: number,
  until: number,
): Promise<RunLease | undefined> {
  const { Item } = await dynamo.get({ TableName: table, Key: KEY, ConsistentRead: true });
  const known = Item && parseItem(PROGRESS, table, Item);
  if ((known?.busyUntil ?? 0) > now) return undefined;
  const lease = { scans: known?.looks ?? {}, until };
  return (await put(table, lease, known?.busyUntil)) ? lease : undefined;
}

/** How far the scans have come, and when the lease ends or the last run ended; undefined before the first run. */
export async function readProgress(table: string): Promise<RunLease | undefined> {
  const { Item } = await dynamo.get({ TableName: table, Key: KEY });
  const known = Item && tryItem(PROGRESS, table, Item, skip);
  return known && { scans: known.looks, until: known.busyUntil };
}

/** Writes how far the scans have come, and keeps the lease. @returns false when another run has taken it */
export const noteProgress = (table: string, lease: RunLease): Promise<boolean> =>
  put(table, lease, lease.until);

/**
 * Writes how far the scans have come, and ends the lease.
 * @param now a time that no earlier lease ended at, so that a run which read the item before this lease can't take it
 *   for what it read
 */
export const releaseRunLease = (table: string, lease: RunLease, now: number): Promise<boolean> =>
  put(table, { ...lease, until: now }, lease.until);

const put = (TableName: string, { scans, until }: RunLease, expected: number | undefined): Promise<boolean> =>
  unlessConditionFails(
    dynamo.put({
      TableName,
      Item: { ...KEY, looks: scans, busyUntil: until },
      ...(expected === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'busyUntil = :expected',
            ExpressionAttributeValues: { ':expected': expected },
          }),
    }),
  );
