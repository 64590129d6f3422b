import { describe, expect, it } from 'vitest';
import type { TableWrite } from '../../../../simulate/world/watch.ts';
import { item, start, type World } from './fixture.ts';

describe('reads that may be stale', () => {
  const Key = item('a', '1');
  const reads = {
    GetItem: { TableName: 'log-table', Key },
    BatchGetItem: { RequestItems: { 'log-table': { Keys: [Key] } } },
    Query: {
      TableName: 'log-table',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
    },
    'Query of an index': {
      TableName: 'log-table',
      IndexName: 'dead',
      KeyConditionExpression: 'deadOf = :of',
      ExpressionAttributeValues: { ':of': { S: 'x' } },
    },
  };
  type Read = keyof typeof reads;

  /** The counter that is read, undefined for no item. */
  function counted({ call }: World, read: Read, isConsistent = false): number | undefined {
    const ConsistentRead = isConsistent;
    const { 'log-table': batch } = reads.BatchGetItem.RequestItems;
    const input =
      read === 'BatchGetItem'
        ? { RequestItems: { 'log-table': { ...batch, ConsistentRead } } }
        : { ...reads[read], ...(isConsistent && { ConsistentRead }) };
    type Found = { n: { N: string } };
    const { Item, Items, Responses } = call(read.split(' ')[0]!, input).body as {
      Item?: Found;
      Items?: Found[];
      Responses?: Record<string, Found[]>;
    };
    const found = Item ?? (Items ?? Responses?.['log-table'])?.[0];
    return found && Number(found.n.N);
  }

  const write = ({ call }: World, n: number) =>
    call('PutItem', {
      TableName: 'log-table',
      Item: { ...Key, n: { N: `${n}` }, deadOf: { S: 'x' }, deadAt: { S: `${n}` } },
    });

  it.each<[Read, number]>([
    ['GetItem', 50],
    ['BatchGetItem', 50],
    ['Query', 50],
    ['Query of an index', 1000],
  ])('of %s see what was there up to %i ms ago', async (read, lagMs) => {
    const watched: TableWrite[] = [];
    const world = start([{ wrote: (told) => watched.push(told) }], 'a', { staleReads: 0.5 });
    const behind = new Set<number>();
    for (let n = 1; n <= 400; n++) {
      write(world, n);
      const found = counted(world, read) ?? 0;
      behind.add(n - found);
      if (read !== 'Query of an index') expect(counted(world, read, true)).toBe(n);
      await world.kernel.run(world.kernel.now() + 10);
    }
    expect(behind).toContain(0);
    expect(Math.max(...behind)).toBeGreaterThan(1);
    expect(Math.max(...behind)).toBeLessThanOrEqual(lagMs / 10);
    expect(watched).toHaveLength(400);
    expect([...world.dynamo.items('log')]).toMatchObject([{ n: { N: '400' } }]);
  });

  it('are none unless they are asked for', () => {
    const world = start();
    for (let n = 0; n < 100; n++) {
      write(world, n);
      expect(Object.keys(reads).map((read) => counted(world, read as Read))).toEqual([n, n, n, n]);
    }
  });
});
