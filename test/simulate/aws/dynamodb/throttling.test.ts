import { describe, expect, it } from 'vitest';
import { item, start, type World } from './fixture.ts';

describe('throttling', () => {
  const put = (pk: string, i: number, more: object = {}) => ({
    TableName: 'log-table',
    Item: item(pk, `${i}`, more),
  });

  /** Puts so many items a second for some seconds. @returns those that were throttled in each second */
  async function load(world: World, inputOf: (i: number) => object, rate: number, seconds: number) {
    const throttled: number[] = [];
    for (let i = 0; i < rate * seconds; i++) {
      const second = Math.floor(i / rate);
      const { status } = world.call('PutItem', inputOf(i));
      throttled[second] = (throttled[second] ?? 0) + Number(status !== 200);
      // Time stands still for some of them.
      if (i % 20 === 19) await world.kernel.run(world.kernel.now() + 20_000 / rate);
    }
    return throttled;
  }

  it.each([
    ['one partition key', 900, (i: number) => put('hot', i), 0],
    ['one partition key that is too hot', 1500, (i: number) => put('hot', i), 500],
    ['many keys', 3000, (i: number) => put(`key-${i % 500}`, i), 0],
    [
      'one partition key of an index',
      1500,
      (i: number) => put(`key-${i % 500}`, i, { deadOf: { S: 'a' }, deadAt: { S: `${i}` } }),
      500,
    ],
  ])('of %s at %i a second', async (_, rate, inputOf, expected) => {
    const world = start();
    const throttled = await load(world, inputOf, rate, 4);
    expect(throttled.at(-1)).toBeGreaterThanOrEqual(expected * 0.95);
    expect(throttled.at(-1)).toBeLessThanOrEqual(expected * 1.05);
  });

  it.each([
    [
      'whose condition fails',
      'PutItem',
      { Item: item('hot', '1'), ConditionExpression: 'attribute_exists(pk)' },
    ],
    ['that deletes nothing', 'DeleteItem', { Key: item('hot', '1') }],
  ])('counts a write %s', (_, operation, input) => {
    const { call, meter } = start();
    let served = 0;
    const isServed = (): boolean =>
      !JSON.stringify(call(operation, { TableName: 'log-table', ...input })).includes('ThrottlingException');
    while (served < 2000 && isServed()) served++;
    expect(served).toBe(1000);
    expect(meter.snapshot()).toMatchObject([{ operation, units: 1000, requests: 1001 }]);
  });

  it('says where, and which keys are the hottest', async () => {
    const world = start();
    const dead = { deadOf: { S: 'tenant' }, deadAt: { S: 'now' } };
    await load(world, (i) => (i % 3 ? put(`key-${i % 500}`, i, dead) : put('hot', i)), 2000, 10);
    const { throttles, first, hottest, partitions } = world.dynamo.stats();
    expect(first).toMatchObject({ table: 'log', index: 'dead', kind: 'write', key: 'tenant' });
    expect(throttles[0]).toMatchObject({ index: 'dead', reason: 'IndexWriteKeyRangeThroughputExceeded' });
    expect(throttles[0]!.count).toBeGreaterThan(2200);
    expect(hottest[0]).toMatchObject({ table: 'log', index: 'dead', kind: 'write', key: 'tenant' });
    expect(hottest[0]!.unitsPerSecond).toBeGreaterThan(900);
    expect(hottest[1]).toMatchObject({ table: 'log', index: undefined, key: 'hot' });
    expect(partitions).toContainEqual({ table: 'log', index: 'dead', count: 4 });
  });

  /** Takes all that a partition key's partition has in this second. */
  function exhaust(world: World, pk: string): void {
    while (world.call('PutItem', put(pk, 0, { text: { S: 'x'.repeat(100_000) } })).status === 200);
    while (world.call('GetItem', { TableName: 'log-table', Key: item(pk, '0') }).status === 200);
  }

  const write = (pk: string) => ({ PutRequest: { Item: item(pk, '1') } });
  const batch = (...requests: object[]) => ({ RequestItems: { 'log-table': requests } });

  it('leaves part of a batch unprocessed, and refuses one of which nothing can be done', async () => {
    const world = start();
    exhaust(world, 'hot');
    expect(world.call('BatchWriteItem', batch(write('hot'), write('cool')))).toEqual({
      status: 200,
      body: { UnprocessedItems: { 'log-table': [write('hot')] } },
    });
    expect(world.call('BatchWriteItem', batch(write('hot'))).body).toMatchObject({
      throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded' }],
    });
    const Keys = [item('hot', '0'), item('cool', '1')];
    const read = { RequestItems: { 'log-table': { Keys, ConsistentRead: true } } };
    expect(world.call('BatchGetItem', read).body).toEqual({
      Responses: { 'log-table': [item('cool', '1')] },
      UnprocessedKeys: { 'log-table': { Keys: [item('hot', '0')], ConsistentRead: true } },
    });
    await world.kernel.run(world.kernel.now() + 5000);
    expect(world.call('BatchWriteItem', batch(write('hot'))).body).toEqual({ UnprocessedItems: {} });
  });

  it('changes nothing where an index stops an update, and lets the operator pass', async () => {
    const world = start();
    world.call('PutItem', put('a', 1));
    const dead = { deadOf: { S: 'x' }, deadAt: { S: 'y' } };
    for (let i = 0; world.call('PutItem', put(`key-${i % 500}`, i, dead)).status === 200; i++);
    const update = {
      TableName: 'log-table',
      Key: item('a', '1'),
      UpdateExpression: 'SET deadOf = :x, deadAt = :y',
      ExpressionAttributeValues: { ':x': { S: 'x' }, ':y': { S: 'y' } },
    };
    expect(world.call('UpdateItem', update).body).toMatchObject({
      throttlingReasons: [
        {
          reason: 'IndexWriteKeyRangeThroughputExceeded',
          resource: expect.stringMatching(/log-table\/index\/dead$/),
        },
      ],
    });
    expect(world.dynamo.operator('GetItem', { TableName: 'log-table', Key: item('a', '1') })).toEqual({
      Item: item('a', '1'),
    });
    world.dynamo.operator('UpdateItem', update);
  });
});
