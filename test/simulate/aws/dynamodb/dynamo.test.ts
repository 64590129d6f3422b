import { expect, it } from 'vitest';
import type { TableWrite, Watcher } from '../../../../simulate/world/watch.ts';
import { item, start } from './fixture.ts';

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

it.each([
  ['an update of nothing', { UpdateExpression: 'SET #a = :a ADD ' }],
  ['a name that no expression uses', { ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } }],
])('%s is refused', (_, wrong) => {
  const { call } = start();
  const { status, body } = call('UpdateItem', {
    TableName: 'log-table',
    Key: item('a', '1'),
    UpdateExpression: 'SET #a = :a',
    ExpressionAttributeNames: { '#a': 'a' },
    ExpressionAttributeValues: { ':a': { N: '1' } },
    ...wrong,
  });
  expect(status).toBe(400);
  expect(body).toMatchObject({ __type: expect.stringMatching(/#ValidationException$/) });
});
