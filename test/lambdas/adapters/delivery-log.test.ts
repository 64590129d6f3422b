import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../lambdas/domain/delivery.ts';
import { lowestUlidAt } from '../../../lambdas/domain/ids.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const server = await startDynamo();
const { dynamo } = await import('../../../lambdas/adapters/dynamo.ts');
const { getDeliveries, putOutcomes } = await import('../../../lambdas/adapters/delivery-log.ts');

const TABLE = 'log';
const NOW = Date.now();

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});
afterAll(() => server.close());

describe('a delivery that waits for one thing and then for another (A9)', () => {
  let n = 0;
  const waiting = (subscription: string, at: number, nextAttemptAt?: number): Outcome => ({
    tenant: 't',
    subscription,
    target: 'tgt',
    event: { id: 'e', ulid: lowestUlidAt(NOW), type: 'a' },
    status: 'parked',
    at,
    attempts: [],
    isWaiting: true,
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  });

  it.each<[string, (first: Outcome, second: Outcome) => Outcome[][]]>([
    ['one after the other', (first, second) => [[first], [second]]],
    ['at once', (first, second) => [[second, first]]],
    ['in the wrong order', (first, second) => [[second], [first]]],
  ])('is shown as it waits now, when its outcomes come %s', async (_, inOrder) => {
    const id = `sub_${n++}`;
    const batches = inOrder(waiting(id, NOW, NOW + 1_000_000), waiting(id, NOW + 1_200_000));
    for (const outcomes of batches) await putOutcomes(TABLE, 1000, outcomes);
    const known = await getDeliveries(TABLE, 't', lowestUlidAt(NOW), [id], NOW, { consistent: true });
    expect(known.get(id)).toMatchObject({ status: 'parked', nextAttemptAt: undefined });
  });
});
