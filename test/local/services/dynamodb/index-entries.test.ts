import { expect, it } from 'vitest';
import { entriesWritten } from '../../../../local/services/dynamodb/billing.ts';
import { Table } from '../../../../local/services/dynamodb/table.ts';

const keys = (hash: string, range?: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : []),
];
const log = new Table({
  TableName: 'log',
  TableStatus: 'ACTIVE',
  KeySchema: keys('pk'),
  AttributeDefinitions: ['pk', 'deadOf', 'deadAt'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: [
    { IndexName: 'dead', KeySchema: keys('deadOf', 'deadAt'), Projection: { ProjectionType: 'ALL' } },
  ],
});
const tables = new Map([['log', log]]);
const dead = { pk: { S: 'a' }, deadOf: { S: 'b' }, deadAt: { S: 'c' } };
const alive = { pk: { S: 'a' } };

it.each([
  ['an item that is in the index', { TableName: 'log', Item: dead }, 1],
  ['one that is not', { TableName: 'log', Item: alive }, 0],
  ['one of a table without an index', { TableName: 'other', Item: dead }, 0],
  [
    'those of a batch',
    { RequestItems: { log: [dead, alive, dead].map((Item) => ({ PutRequest: { Item } })) } },
    2,
  ],
  ['keys that are read', { RequestItems: { log: { Keys: [alive] } } }, 0],
])('counts what is written to indexes for %s', (_, request, expected) => {
  expect(entriesWritten(request, tables)).toBe(expected);
});
