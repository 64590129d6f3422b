import { describe, expect, it } from 'vitest';
import { createMeter } from '../../local/core/meter.ts';
import { createDynamo } from '../../simulate/aws/dynamodb/dynamo.ts';
import type { TableSettings } from '../../simulate/aws/dynamodb/tables.ts';
import { createKernel } from '../../simulate/kernel/kernel.ts';
import type { TableWrite, Watcher } from '../../simulate/world/watch.ts';

const names = (...all: readonly string[]) =>
  all.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }) as const);
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

const TABLES: readonly TableSettings[] = [
  {
    name: 'config-table',
    role: 'config',
    properties: { AttributeDefinitions: names('pk', 'sk'), KeySchema: keys('pk', 'sk') },
  },
  {
    name: 'log-table',
    role: 'log',
    properties: {
      AttributeDefinitions: names('pk', 'sk', 'deadOf', 'deadAt'),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'dead', KeySchema: keys('deadOf', 'deadAt'), Projection: { ProjectionType: 'ALL' } },
      ],
    },
  },
];

function start(watchers: readonly Watcher[] = [], seed = 'a') {
  const kernel = createKernel(seed);
  const meter = createMeter();
  const random = kernel.random.fork('dynamodb');
  const dynamo = createDynamo({ kernel, random, tables: TABLES, meter, watchers });
  const call = (operation: string, input: object) =>
    dynamo.serve({ caller: 'record', operation, input, bytes: 100, trace: undefined });
  return { kernel, meter, dynamo, call };
}

const item = (pk: string, sk: string, more: object = {}) => ({ pk: { S: pk }, sk: { S: sk }, ...more });

it('reads what was written, and what expressions say', () => {
  const { call } = start();
  call('PutItem', { TableName: 'log-table', Item: item('a', '1', { count: { N: '1' } }) });
  call('UpdateItem', {
    TableName: 'log-table',
    Key: item('a', '1'),
    UpdateExpression: 'ADD #count :one',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  const { body } = call('Query', {
    TableName: 'log-table',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'a' } },
  });
  expect(body).toMatchObject({ Items: [item('a', '1', { count: { N: '2' } })] });
});

it('tells watchers who wrote what, at each write', () => {
  const writes: TableWrite[] = [];
  const watchers: Watcher[] = [];
  const { call, dynamo } = start(watchers);
  call('PutItem', { TableName: 'log-table', Item: item('a', '0') });
  watchers.push({ wrote: (write) => writes.push(write) });
  call('PutItem', { TableName: 'log-table', Item: item('a', '1') });
  call('PutItem', {
    TableName: 'log-table',
    Item: item('a', '1'),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  call('BatchWriteItem', {
    RequestItems: {
      'log-table': [
        { DeleteRequest: { Key: item('a', '1') } },
        { DeleteRequest: { Key: item('none', '1') } },
      ],
      'config-table': [{ PutRequest: { Item: item('b', '1') } }],
    },
  });
  dynamo.operator('DeleteItem', { TableName: 'config-table', Key: item('b', '1') });
  expect(writes).toEqual([
    { table: 'log', caller: 'record', before: undefined, after: item('a', '1') },
    { table: 'log', caller: 'record', before: item('a', '1'), after: undefined },
    { table: 'config', caller: 'record', before: undefined, after: item('b', '1') },
    { table: 'config', caller: 'operator', before: item('b', '1'), after: undefined },
  ]);
  expect([...dynamo.items('log')]).toEqual([item('a', '0')]);
});

it('bills functions, with entries of indexes, and not the operator', () => {
  const { call, dynamo, meter } = start();
  const dead = item('a', '1', { deadOf: { S: 'x' }, deadAt: { S: 'y' } });
  dynamo.operator('PutItem', { TableName: 'log-table', Item: dead });
  call('PutItem', { TableName: 'log-table', Item: dead });
  call('GetItem', { TableName: 'log-table', Key: item('a', '1') });
  const entry = { caller: 'record', service: 'dynamodb', requests: 1 };
  expect(meter.snapshot()).toEqual([
    { ...entry, operation: 'PutItem', units: 2 },
    { ...entry, operation: 'GetItem', units: 0.5 },
  ]);
});

it.each([
  [
    'a text that is too long',
    { TableName: 'log-table', Item: item('a'.repeat(3000), '1') },
    'ValidationException',
  ],
])('refuses %s', (_, input, code) => {
  const { status, body } = start().call('PutItem', input);
  expect([status, body]).toEqual([400, expect.objectContaining({ __type: expect.stringContaining(code) })]);
});

it('names a request that it does not understand', () => {
  const { call } = start();
  expect(() => call('DescribeTable', { TableName: 'log-table' })).toThrow(
    'expected a request that the engine understands: DescribeTable {"TableName":"log-table"}',
  );
});

it('takes as long for the same seed, and longer for more items', () => {
  const total = (seed: string, count: number): number => {
    const { dynamo } = start([], seed);
    const writes = Array.from({ length: count }, (_, i) => ({ PutRequest: { Item: item('a', `${i}`) } }));
    const input = { RequestItems: { 'log-table': writes } };
    let sum = 0;
    for (let i = 0; i < 100; i++)
      sum += dynamo.latencyMs({
        caller: 'a',
        operation: 'BatchWriteItem',
        input,
        bytes: 1,
        trace: undefined,
      });
    return sum;
  };
  expect(total('a', 1)).toBe(total('a', 1));
  expect(total('a', 1)).not.toBe(total('b', 1));
  expect(total('a', 25)).toBeGreaterThan(1.5 * total('a', 1));
});

describe('throttling', () => {
  const put = (pk: string, i: number, more: object = {}) => ({
    TableName: 'log-table',
    Item: item(pk, `${i}`, more),
  });

  /** Puts so many items a second for some seconds. @returns those that were throttled in each second */
  async function load(
    world: ReturnType<typeof start>,
    inputOf: (i: number) => object,
    rate: number,
    seconds: number,
  ) {
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
  function exhaust(world: ReturnType<typeof start>, pk: string): void {
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

it('gives the same history for the same seed', async () => {
  const history = async (seed: string): Promise<string> => {
    const told: unknown[] = [];
    const { dynamo, kernel } = start([{ wrote: (write) => told.push(write) }], seed);
    const random = kernel.random.fork('test');
    for (let i = 0; i < 3000; i++) {
      const keys = [...new Set(Array.from({ length: 5 }, () => `key-${random.int(0, 3)}`))];
      const [operation, input] = random.chance(0.5)
        ? [
            'BatchWriteItem',
            { RequestItems: { 'log-table': keys.map((pk) => ({ PutRequest: { Item: item(pk, `${i}`) } })) } },
          ]
        : [
            'BatchGetItem',
            { RequestItems: { 'log-table': { Keys: keys.map((pk) => item(pk, `${i - 1}`)) } } },
          ];
      const call = { caller: 'a', operation, input, bytes: 1, trace: undefined } as const;
      told.push(dynamo.latencyMs(call), dynamo.serve(call));
    }
    return JSON.stringify([told, dynamo.stats()]);
  };
  const first = await history('a');
  expect(await history('a')).toBe(first);
  expect(await history('b')).not.toBe(first);
});
