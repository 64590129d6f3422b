import { beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../../../local/core/access.ts';
import { serviceCall } from '../../../../local/services/call.ts';
import { createDatabase } from '../../../../local/services/dynamodb/dynamodb.ts';
import { createFaults } from '../../../../local/services/faults.ts';
import { tableOf } from './requests.ts';

const access = createAccess(() => {});
const database = createDatabase(access, createFaults());
const authorization = `AWS4-HMAC-SHA256 Credential=${access.operatorKey}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=none, Signature=none`;

/** A field that the quick way does not know sends a request to dynalite. */
const SLOWLY = { ReturnItemCollectionMetrics: 'NONE' };

async function call(operation: string, body: object): Promise<{ status: number; message: string }> {
  const headers = {
    authorization,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': 'now',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  const answer = await database.answer(
    serviceCall({ method: 'POST', path: '/', headers, body: JSON.stringify(body) }),
  );
  return { status: answer.status, message: String(answer.body) };
}

const TableName = 'table';
const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const put = (more: object) => ['PutItem', { TableName, Item: { ...key, ...more } }] as const;
const update = (text: string) =>
  [
    'UpdateItem',
    {
      TableName,
      Key: key,
      UpdateExpression: 'SET gpk = :v',
      ExpressionAttributeValues: { ':v': { S: text } },
    },
  ] as const;
const query = (condition: string, more: object = {}) =>
  [
    'Query',
    {
      TableName,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ':v': { S: '' }, ...more },
    },
  ] as const;
const puts = (count: number, table: string) => ({
  [table]: Array.from({ length: count }, (_, i) => ({
    PutRequest: { Item: { pk: { S: 'many' }, sk: { S: String(i) } } },
  })),
});
const nested = (levels: number): object =>
  levels === 0 ? { S: 'x' } : levels % 2 ? { M: { a: nested(levels - 1) } } : { L: [nested(levels - 1)] };

beforeAll(async () => {
  const shape = {
    types: { pk: 'S', sk: 'S', gpk: 'S', gsk: 'S' },
    hasRange: true,
    projection: 'ALL',
  } as const;
  for (const name of [TableName, 'second'])
    await database.call('CreateTable', { ...tableOf(shape), TableName: name });
  const states = async () => {
    const both = [TableName, 'second'].map((name) =>
      database.call<{ Table: { TableStatus: string } }>('DescribeTable', { TableName: name }),
    );
    return (await Promise.all(both)).map(({ Table }) => Table.TableStatus);
  };
  while ((await states()).some((state) => state !== 'ACTIVE')) await new Promise(setImmediate);
});

describe.each([
  ['quickly', {}],
  ['by dynalite', SLOWLY],
])('DynamoDB in memory, %s', (_, way) => {
  it.each<[string, readonly [string, object], RegExp]>([
    ['an item of more bytes than 400 KB', put({ a: { S: '€'.repeat(140_000) } }), /Item size/],
    ['a sort key of more than 1,024 bytes', put({ sk: { S: '€'.repeat(342) } }), /1024 bytes/],
    ['a partition key of more than 2,048 bytes', put({ pk: { S: '€'.repeat(683) } }), /2048 bytes/],
    ['an empty key of an index', put({ gpk: { S: '' } }), /empty string value. Key: gpk IndexName: index/],
    ['a long key of an index', put({ gpk: { S: 'a'.repeat(2049) } }), /2048 bytes IndexName: index/],
    ['an update to an empty key of an index', update(''), /empty string value/],
    ['an update to a long key of an index', update('€'.repeat(683)), /2048 bytes/],
    ['33 levels', put({ a: nested(33) }), /Nesting Levels/],
    [
      '26 writes',
      ['BatchWriteItem', { RequestItems: { ...puts(13, TableName), ...puts(13, 'second') } }],
      /Too many/,
    ],
    ['a query of an empty partition key', query('pk = :v'), /empty string value/],
    ['a query of an empty prefix', query('pk = :a AND begins_with(sk, :v)', { ':a': { S: 'a' } }), /Key: sk/],
    [
      'a condition of more than 4 KB',
      ['PutItem', { TableName, Item: key, ConditionExpression: `attribute_exists(${'a'.repeat(4096)})` }],
      /Expression size/,
    ],
  ])('refuses %s', async (_, [operation, request], message) => {
    const answer = await call(operation, { ...request, ...way });
    expect(answer).toEqual({ status: 400, message: expect.stringMatching(message) });
    expect(answer.message).toContain('ValidationException');
  });

  it.each<[string, readonly [string, object]]>([
    ['an item of 400 KB', put({ a: { S: '€'.repeat(136_000) } })],
    [
      'keys of as many bytes as they may have',
      put({ pk: { S: 'é'.repeat(1024) }, sk: { S: 'é'.repeat(512) } }),
    ],
    ['32 levels', put({ a: nested(32) })],
    ['an empty text that is no key', put({ a: { S: '' } })],
    ['25 writes', ['BatchWriteItem', { RequestItems: { ...puts(13, TableName), ...puts(12, 'second') } }]],
  ])('takes %s', async (_, [operation, request]) => {
    expect(await call(operation, { ...request, ...way })).toMatchObject({ status: 200 });
  });
});
