import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamo, getAll, unlessConditionFails } from '../platform/dynamo.ts';
import { fail, type UnreadableItemError } from '../platform/items.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import type { Target } from './target.ts';
import { TROUBLED_INDEX, troubledKey } from './troubled-index.ts';

/**
 * What endpoints answered to challenges, in the state table: dispatch, which writes it, has no right to write
 * configuration. There is no expiry, since a result holds as long as its target.
 */
const CHALLENGE_RESULT = itemKind('challenge result', {
  /** The challenge, a ULID. The result counts only while the target has the same one. */
  token: z.string(),
  passed: z.boolean(),
  /** The endpoint has not answered yet. Code that does not know this takes it for a challenge that failed. */
  pending: z.optional(z.boolean()),
  /** Set when it failed: what was expected and what came. */
  problem: z.optional(z.string()),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Of the last answer, if there was one. */
  statusCode: z.optional(z.number()),
});
export type ChallengeResult = ItemOf<typeof CHALLENGE_RESULT>;

/** All results of a tenant. */
export const challengePartition = (tenant: string): string => `challenge#${tenant}`;

const keyOf = ({ tenant, target }: TargetRef): Key => ({ pk: challengePartition(tenant), sk: target });

/**
 * Results by `refName`; a target whose challenge has not been answered yet is missing.
 * @param onUnreadable what is done about one that cannot be read, by its name
 */
export async function getChallengeResults(
  table: string,
  targets: readonly TargetRef[],
  onUnreadable: (name: string, error: UnreadableItemError) => void = (_, error) => fail(error),
): Promise<Map<string, ChallengeResult>> {
  const keys = targets.map(keyOf);
  const nameAt = ({ pk, sk }: Key): string =>
    refName({ tenant: pk.slice(challengePartition('').length), target: sk });
  // Consistent: an owner who has seen that the challenge was passed may publish at once.
  const items = await getAll(CHALLENGE_RESULT, table, keys, {
    consistent: true,
    onUnreadable: (error) => onUnreadable(nameAt(error), error),
  });
  return new Map(
    items.map((item) => {
      const {
        pk: _,
        sk: __,
        [TROUBLED_INDEX.pk]: ___,
        [TROUBLED_INDEX.sk]: ____,
        ...result
      } = item as Stored;
      return [nameAt(item), result];
    }),
  );
}

type Stored = ChallengeResult & Key & { readonly [K in 'troubledOf' | 'troubledAt']?: unknown };

export async function getChallengeResult(
  table: string,
  target: TargetRef,
): Promise<ChallengeResult | undefined> {
  return (await getChallengeResults(table, [target])).get(refName(target));
}

/**
 * Writes a result unless there is one of a newer challenge, or this challenge has been passed: messages come twice
 * and late. Tokens are ULIDs, so the newer one is the greater.
 */
export async function putChallengeResult(
  table: string,
  ref: TargetRef,
  result: ChallengeResult,
): Promise<void> {
  const put: PutCommandInput = {
    TableName: table,
    Item: { ...keyOf(ref), ...result, ...troubledKey(result.passed ? undefined : 'unverified', ref) },
    ConditionExpression:
      'attribute_not_exists(pk) OR #token < :token OR #token = :token AND passed = :failed',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': result.token, ':failed': false },
  };
  await unlessConditionFails(dynamo.put(put));
}

/** Notes a challenge before it is sent, so that the index has the target while its endpoint has not answered. */
export const openChallenge = (
  table: string,
  ref: TargetRef,
  { token, at }: NonNullable<Target['challenge']>,
): Promise<void> =>
  putChallengeResult(table, ref, { token, passed: false, pending: true, at: Date.parse(at) });

/** Forgets the challenge of a target that is gone or has none any more. */
export async function forgetChallenge(TableName: string, ref: TargetRef): Promise<void> {
  await dynamo.delete({ TableName, Key: keyOf(ref) });
}
