import * as z from 'zod/mini';
import { dynamo, putAll, queryItems } from '../platform/dynamo.ts';
import { parseItem, skip } from '../platform/items.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { loose } from '../values/loose.ts';
import type { TargetRef } from '../values/target-ref.ts';

/** Why a target does not count as failing any more, as far as its tenant is notified. */
export const FAILING_ENDS = ['recovered', 'quiet'] as const;
export type FailingEnd = (typeof FAILING_ENDS)[number];

const figures = {
  /** Attempts that were judged, and how many of them failed. */
  attempts: z.number(),
  failedAttempts: z.number(),
  /** The minute of the last attempt. Milliseconds since the epoch, as all. */
  lastAttemptAt: z.optional(z.number()),
};

/** A target that fails too often now. */
const FAILING_TARGET = itemKind('failing target', {
  ...figures,
  /** The first minute with failures. It names the episode: events about it have it in their ids. */
  since: z.number(),
  /** When it was found. */
  foundAt: z.number(),
  /** What failed most, with how many attempts. */
  failures: z.readonly(z.array(loose({ name: z.string(), failedAttempts: z.number() }))),
  /** Whether its tenant is notified: of one that failed on operational events alone it is not. */
  forTenant: z.boolean(),
  /** Set once tenant and operator are notified. */
  told: z.optional(z.literal(true)),
  /** Set once it is over, until that is told. */
  over: z.optional(loose({ at: z.number(), end: z.enum(FAILING_ENDS), ...figures })),
});
export type FailingTarget = ItemOf<typeof FAILING_TARGET>;
export type Known = FailingTarget & TargetRef;

/** Of all tenants, so that all of them are one Query. */
const PARTITION = 'failing-targets';

const keyOf = ({ tenant, target }: TargetRef): Key => ({ pk: PARTITION, sk: `${tenant}#${target}` });

/** Where those of one tenant are among all. */
export const failingTargetsOf = (tenant: string): Key => keyOf({ tenant, target: '' });

function refOf({ sk }: Key): TargetRef {
  const [tenant = '', target = ''] = sk.split('#');
  return { tenant, target };
}

/** All targets that count as failing. */
export async function listFailing(TableName: string): Promise<Known[]> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PARTITION },
    // What the last run wrote must be there, or it is written again.
    ConsistentRead: true,
  };
  const found: Known[] = [];
  for await (const item of queryItems(FAILING_TARGET, query, { onUnreadable: skip })) {
    const { pk, sk, ...known } = item;
    found.push({ ...known, ...refOf({ pk, sk }) });
  }
  return found;
}

/** What is known of a target that counts as failing; undefined of one that does not. */
export async function readFailingTarget(
  TableName: string,
  ref: TargetRef,
): Promise<FailingTarget | undefined> {
  const { Item } = await dynamo.get({ TableName, Key: keyOf(ref) });
  return Item && parseItem(FAILING_TARGET, TableName, Item);
}

/** Writes them over what is there. No two may be of the same target. */
export const putFailing = (table: string, all: readonly Known[]): Promise<void> =>
  putAll(
    table,
    all.map(({ tenant, target, ...known }) => ({ ...keyOf({ tenant, target }), ...known })),
  );

export async function forgetFailing(TableName: string, ref: TargetRef): Promise<void> {
  await dynamo.delete({ TableName, Key: keyOf(ref) });
}
