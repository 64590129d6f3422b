import { createAccess } from '../local/core/access.ts';
import type { Statement } from '../local/core/iam.ts';
import { createMeter } from '../local/core/meter.ts';
import { type ServiceAnswer, serviceCall } from '../local/services/call.ts';
import { createDatabase } from '../local/services/dynamodb/dynamodb.ts';
import { createFaults } from '../local/services/faults.ts';
import { measureQueues, type QueueFigures } from './ground-queues.ts';
import { round } from './rig/statistics.ts';

/** What one call costs the thread of the local cloud's emulators: processor time, without the way to it. */
export interface GroundFigures {
  readonly calls: readonly { readonly call: string; readonly micros: number; readonly perSecond: number }[];
  /** Bytes of heap for each byte of JSON of the items that are stored. */
  readonly bytesPerByte: number;
  readonly queues: readonly QueueFigures[];
}

const CALLS = { full: 20_000, quick: 2_000 };
const STORED = { full: 50_000, quick: 10_000 };
/** Bodies that are made before their calls are measured. */
const ROUND = 500;
const COUNTERS = 20;
const PARTITIONS = 100;

export async function measureGround(size: 'full' | 'quick'): Promise<GroundFigures> {
  const access = createAccess(() => {});
  const database = createDatabase(access, createFaults(), createMeter());
  const role = { name: 'bench', arn: 'arn:aws:iam::000000000000:role/bench', statements: ALL };
  const key = access.issueKey('bench', role);
  const sendText = (operation: string, body: string): Promise<ServiceAnswer> =>
    database.answer(serviceCall({ method: 'POST', path: '/', headers: headersOf(key, operation), body }));
  const send = (operation: string, body: object) => sendText(operation, JSON.stringify(body));
  /** @returns microseconds of the processor for all of them */
  async function sendAll(operation: string, bodies: readonly string[]): Promise<number> {
    const start = process.cpuUsage();
    for (const body of bodies) {
      const { status, body: answer } = await sendText(operation, body);
      if (status !== 200) throw new Error(`${operation}: expected 200, got ${status} ${answer}`);
    }
    const { user, system } = process.cpuUsage(start);
    return user + system;
  }
  await database.call('CreateTable', TABLE);
  while ((await send('GetItem', { TableName: TABLE.TableName, Key: keyOf(0) })).status !== 200)
    await new Promise(setImmediate);

  const before = heap();
  for (let i = 0; i < STORED[size]; i++)
    await send('PutItem', { TableName: TABLE.TableName, Item: itemOf(i) });
  const stored = heap() - before;

  const calls: GroundFigures['calls'][number][] = [];
  for (const [call, { operation, body }] of Object.entries(REQUESTS)) {
    const texts = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, i) => JSON.stringify(body(from + i)));
    await sendAll(operation, texts(0, ROUND));
    let micros = 0;
    for (let done = 0; done < CALLS[size]; done += ROUND)
      micros += (await sendAll(operation, texts(done, ROUND))) / CALLS[size];
    calls.push({ call, micros: round(micros), perSecond: Math.round(1e6 / micros) });
  }
  const bytes = JSON.stringify(itemOf(0)).length * STORED[size];
  return { calls, bytesPerByte: round(stored / bytes), queues: await measureQueues(size) };
}

export function printGround({ calls, bytesPerByte, queues }: GroundFigures): void {
  console.log('DynamoDB in the local cloud, processor time');
  console.table(calls);
  console.log(`${bytesPerByte} bytes of heap for each byte of JSON stored`);
  console.log(
    'SQS, ten messages of 1 kB a call, in an empty queue and in one with messages waiting and delayed',
  );
  console.table(queues);
}

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const ALL: Statement[] = [{ effect: 'Allow', action: () => true, resource: () => true }];

const schema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];
const TABLE = {
  TableName: 'table',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: schema('pk', 'sk'),
  AttributeDefinitions: ['pk', 'sk', 'deadOf', 'deadAt'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: [
    { IndexName: 'dead', KeySchema: schema('deadOf', 'deadAt'), Projection: { ProjectionType: 'ALL' } },
  ],
};

const { TableName } = TABLE;
const keyOf = (i: number) => ({
  pk: { S: `tenant#acme#2026-11-27#${i % PARTITIONS}` },
  sk: { S: `01JD${String(Math.floor(i / PARTITIONS)).padStart(22, '0')}` },
});
/** About 1 kB of JSON. */
const itemOf = (i: number) => ({
  ...keyOf(i),
  kind: { S: 'delivery' },
  version: { N: '1' },
  ttl: { N: '1790000000' },
  status: { S: 'delivered' },
  attempts: { L: [{ M: { at: { S: '2026-11-27T21:00:00.000Z' }, status: { N: '200' }, ms: { N: '12' } } }] },
  payload: { S: 'x'.repeat(600) },
  subscriptions: { SS: ['sub_1', 'sub_2'] },
});

const counters = Array.from({ length: COUNTERS }, (_, i) => i);

const REQUESTS: Readonly<Record<string, { operation: string; body(i: number): object }>> = {
  'GetItem of 1 kB': {
    operation: 'GetItem',
    body: (i) => ({ TableName, Key: keyOf(i % 1000), ConsistentRead: true }),
  },
  'PutItem of 1 kB': { operation: 'PutItem', body: (i) => ({ TableName, Item: itemOf(i) }) },
  'PutItem with a condition': {
    operation: 'PutItem',
    body: (i) => ({
      TableName,
      Item: itemOf(i % 1000),
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': { N: `${1_790_000_001 + i}` } },
    }),
  },
  'UpdateItem with 20 ADDs': {
    operation: 'UpdateItem',
    body: (i) => ({
      TableName,
      Key: { pk: { S: 'counters' }, sk: { S: `${i % 100}` } },
      UpdateExpression: `SET #ttl = :ttl ADD ${counters.map((n) => `#${n} :${n}`).join(', ')}`,
      ExpressionAttributeNames: {
        '#ttl': 'ttl',
        ...named((n) => [`#${n}`, `${'fAaTt'[n % 5]}${(i + n) % 60}`]),
      },
      ExpressionAttributeValues: { ':ttl': { N: '1790000000' }, ...named((n) => [`:${n}`, { N: `${n}` }]) },
    }),
  },
  'DeleteItem of nothing': {
    operation: 'DeleteItem',
    body: (i) => ({ TableName, Key: { pk: { S: 'none' }, sk: { S: `${i}` } } }),
  },
  'Query of 20 items': {
    operation: 'Query',
    body: (i) => ({
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': keyOf(i).pk, ':from': { S: '01JD' }, ':to': { S: '01JE' } },
      Limit: 20,
      ScanIndexForward: i % 2 === 0,
    }),
  },
  'BatchGetItem of 25': {
    operation: 'BatchGetItem',
    body: (i) => ({ RequestItems: { [TableName]: { Keys: batch((n) => keyOf((i + n) % 1000)) } } }),
  },
  'BatchWriteItem of 25': {
    operation: 'BatchWriteItem',
    body: (i) => ({
      RequestItems: { [TableName]: batch((n) => ({ PutRequest: { Item: itemOf(i * 25 + n) } })) },
    }),
  },
};

const BATCH = 25;
const batch = <T>(each: (n: number) => T): T[] => Array.from({ length: BATCH }, (_, n) => each(n));
const named = <T>(entry: (n: number) => readonly [string, T]) => Object.fromEntries(counters.map(entry));

const headersOf = (key: string, operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': '20261127T210000Z',
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261127/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
});
