import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo, getAll, unlessConditionFails } from './dynamo.ts';

/**
 * What endpoints answered to challenges, in the state table: dispatch, which writes it, has no right to write
 * configuration. There is no expiry, since a result holds as long as its target.
 */
export interface ChallengeResult {
  /** The challenge, a ULID. The result counts only while the target has the same one. */
  readonly token: string;
  readonly passed: boolean;
  /** Set unless passed: what was expected and what came. */
  readonly problem?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of the last answer, if there was one. */
  readonly statusCode?: number | undefined;
}

export interface ChallengedTarget {
  readonly tenant: string;
  readonly id: string;
}

/** All results of a tenant. */
export const challengePartition = (tenant: string): string => `challenge#${tenant}`;

const nameOf = ({ tenant, id }: ChallengedTarget): string => `${tenant}/${id}`;

/** Results by `tenant/id`; a target whose challenge nobody has answered yet is missing. */
export async function getChallengeResults(
  table: string,
  targets: readonly ChallengedTarget[],
): Promise<Map<string, ChallengeResult>> {
  const keys = targets.map(({ tenant, id }) => ({ pk: challengePartition(tenant), sk: id }));
  // Consistent: whoever has seen that the challenge was passed may publish at once.
  const items = await getAll<ChallengeResult & { pk: string; sk: string }>(table, keys, { consistent: true });
  return new Map(
    items.map(({ pk, sk, ...result }) => [
      nameOf({ tenant: pk.slice(challengePartition('').length), id: sk }),
      result,
    ]),
  );
}

export async function getChallengeResult(
  table: string,
  target: ChallengedTarget,
): Promise<ChallengeResult | undefined> {
  return (await getChallengeResults(table, [target])).get(nameOf(target));
}

/**
 * Writes a result unless there is one of a newer challenge, or this challenge has been passed: messages come twice
 * and late. Tokens are ULIDs, so the newer one is the greater.
 */
export async function putChallengeResult(
  table: string,
  { tenant, id }: ChallengedTarget,
  result: ChallengeResult,
): Promise<void> {
  const put = new PutCommand({
    TableName: table,
    Item: { pk: challengePartition(tenant), sk: id, ...result },
    ConditionExpression:
      'attribute_not_exists(pk) OR #token < :token OR #token = :token AND passed = :failed',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': result.token, ':failed': false },
  });
  await unlessConditionFails(dynamo.send(put));
}
