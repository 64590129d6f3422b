import { dynamo, getAll, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { ulidOf, withPrefix } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';
import { type Judged, WATCHED_RULE, type WatchedRule } from './rule-state.ts';

/**
 * Active rules of all tenants, in the state table, so that they are found without reading every tenant's configuration. The
 * last character of a ULID is random: four partitions are read side by side.
 */
const SHARDS = 4;
const partitions = Array.from({ length: SHARDS }, (_, shard) => `alert-rules#${shard}`);

export interface RuleRef {
  readonly tenant: string;
  readonly rule: string;
}

export const watchedRuleKey = ({ tenant, rule }: RuleRef): Key => ({
  pk: partitions[rule.charCodeAt(rule.length - 1) % SHARDS]!,
  sk: `${tenant}#${ulidOf('alr', rule) ?? rule}`,
});

function refOf({ sk }: Pick<Key, 'sk'>): RuleRef {
  const [tenant = '', ulid = ''] = sk.split('#');
  return { tenant, rule: withPrefix('alr', ulid) };
}

/** Makes a rule known to the function that judges. What was judged of it stays. */
export async function watchRule(TableName: string, ref: RuleRef, now: number): Promise<void> {
  await dynamo.update({
    TableName,
    Key: watchedRuleKey(ref),
    UpdateExpression: 'SET watchedAt = :now',
    ExpressionAttributeValues: { ':now': now },
  });
}

/** Removes what is known of a rule that is gone. */
export async function forgetRule(TableName: string, ref: RuleRef): Promise<void> {
  await dynamo.delete({ TableName, Key: watchedRuleKey(ref) });
}

/** What was judged of rules, by their ids; one that was not judged yet is missing. */
export async function readJudged(
  table: string,
  tenant: string,
  rules: readonly string[],
): Promise<Map<string, Judged>> {
  const keys = rules.map((rule) => watchedRuleKey({ tenant, rule }));
  const items = await getAll(WATCHED_RULE, table, keys, { onUnreadable: skip });
  return new Map(items.flatMap((item) => (item.judged ? [[refOf(item).rule, item.judged as Judged]] : [])));
}

export type KnownRule = RuleRef & WatchedRule;

/** All that are watched, of all tenants. */
export async function listWatched(table: string): Promise<KnownRule[]> {
  const found = await Promise.all(
    partitions.map((pk) =>
      Array.fromAsync(
        queryItems(
          WATCHED_RULE,
          { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } },
          { onUnreadable: skip },
        ),
      ),
    ),
  );
  return found.flat().map(({ watchedAt, judged, ...item }) => ({ ...refOf(item), watchedAt, judged }));
}

/**
 * Keeps what was judged, unless the rule was judged, or is gone, since it was read.
 * @returns whether it is kept
 */
export const keepJudged = (
  TableName: string,
  { judged: before, ...ref }: Pick<KnownRule, 'tenant' | 'rule' | 'judged'>,
  judged: Judged,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: watchedRuleKey(ref),
      UpdateExpression: 'SET judged = :judged',
      ConditionExpression: before
        ? 'attribute_exists(watchedAt) AND judged.revision = :seen'
        : 'attribute_exists(watchedAt) AND attribute_not_exists(judged)',
      ExpressionAttributeValues: { ':judged': judged, ...(before && { ':seen': before.revision }) },
    }),
  );

/** Stops watching a rule that is gone or switched off, unless it has been written since it was read. */
export const stopWatching = (
  TableName: string,
  { watchedAt, ...ref }: Pick<KnownRule, 'tenant' | 'rule' | 'watchedAt'>,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.delete({
      TableName,
      Key: watchedRuleKey(ref),
      ConditionExpression: 'watchedAt = :seen',
      ExpressionAttributeValues: { ':seen': watchedAt },
    }),
  );
