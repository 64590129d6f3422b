import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../../local/core/access.ts';
import { createDatabase } from '../../../../local/services/dynamodb/dynamodb.ts';
import { MAX_READS } from '../../../../local/services/dynamodb/expressions.ts';
import { createFaults } from '../../../../local/services/faults.ts';

describe('an expression that takes long', () => {
  const database = createDatabase(
    createAccess(() => {}),
    createFaults(),
  );
  const put = (ConditionExpression: string) =>
    database.call('PutItem', {
      TableName: 'none',
      Item: { pk: { S: 'a' } },
      ConditionExpression,
      ExpressionAttributeValues: { ':v': { N: '1' } },
    });
  const nested = (depth: number): string =>
    depth === 0 ? 'a = :v' : `(b = :v AND ${nested(depth - 1)}) OR a <> :v`;

  it.each([
    ['flat', Array.from({ length: 20 }, () => 'a = :v').join(' OR '), 'ResourceNotFound'],
    ['with parentheses', nested(1), 'ResourceNotFound'],
    ['with nested parentheses', nested(3), `reads from an expression at most ${MAX_READS} times`],
    ['with so many that its parser would never end', nested(40), 'AND binds tighter than OR'],
  ])('is refused by the local cloud, from any caller: %s', async (_, text, answer) => {
    await expect(put(text)).rejects.toThrow(answer);
  });
});
