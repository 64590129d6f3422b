import { expect, it } from 'vitest';
import { dynamoChecks } from '../../../../local/services/dynamodb/permissions.ts';

const PREFIX = 'arn:aws:dynamodb:us-east-1:000000000000:table/';
const mine = { pk: { S: 'mine' } };
const other = { pk: { S: 'other' } };

/** A request with fields of another operation reaches the same table and item as without them. */
it.each<[string, object, object[]]>([
  [
    'PutItem',
    { TableName: 'secret', Item: other, Key: mine, RequestItems: { open: [] }, TransactItems: [] },
    [{ action: 'dynamodb:PutItem', resource: `${PREFIX}secret`, leadingKeys: ['other'] }],
  ],
  [
    'UpdateItem',
    { TableName: 'secret', Key: other, Item: mine, RequestItems: {} },
    [{ action: 'dynamodb:UpdateItem', resource: `${PREFIX}secret`, leadingKeys: ['other'] }],
  ],
  [
    'GetItem',
    { TableName: 'secret', Key: other, IndexName: 'open' },
    [{ action: 'dynamodb:GetItem', resource: `${PREFIX}secret`, leadingKeys: ['other'] }],
  ],
  [
    'Query',
    { TableName: 'secret', RequestItems: {}, TransactItems: [] },
    [{ action: 'dynamodb:Query', resource: `${PREFIX}secret` }],
  ],
  [
    'Query',
    { TableName: 'secret', IndexName: 'byName' },
    [{ action: 'dynamodb:Query', resource: `${PREFIX}secret/index/byName` }],
  ],
  [
    'DeleteTable',
    { TableName: 'secret', IndexName: 'byName' },
    [{ action: 'dynamodb:DeleteTable', resource: `${PREFIX}secret` }],
  ],
  [
    'BatchWriteItem',
    { TableName: 'open', TransactItems: [], RequestItems: { secret: [{ PutRequest: { Item: mine } }] } },
    [{ action: 'dynamodb:BatchWriteItem', resource: `${PREFIX}secret`, leadingKeys: ['mine'] }],
  ],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        secret: [{ DeleteRequest: { Key: other } }, { PutRequest: { Item: mine, Key: other } }, {}, null],
        open: {},
      },
    },
    [
      {
        action: 'dynamodb:BatchWriteItem',
        resource: `${PREFIX}secret`,
        leadingKeys: ['other', 'mine', '', ''],
      },
      { action: 'dynamodb:BatchWriteItem', resource: `${PREFIX}open`, leadingKeys: [''] },
    ],
  ],
  [
    'BatchGetItem',
    { RequestItems: { secret: { Keys: [mine, other] } } },
    [{ action: 'dynamodb:BatchGetItem', resource: `${PREFIX}secret`, leadingKeys: ['mine', 'other'] }],
  ],
])('asks for what %s reaches, whatever else it holds: %j', (operation, request, expected) => {
  expect(dynamoChecks(operation, request, PREFIX)).toEqual(expected);
});

it.each<[string, object]>([
  ['GetItem', { TableName: [], Key: 5 }],
  ['PutItem', { TableName: {}, Item: { pk: null } }],
  ['BatchGetItem', { RequestItems: { a: null, b: { Keys: 5 }, c: { Keys: [null] } } }],
  ['BatchWriteItem', { RequestItems: 5 }],
  ['TransactWriteItems', { TransactItems: [{ Put: null }] }],
])('asks for something, and does not fail, for %s of %j', (operation, request) => {
  expect(dynamoChecks(operation, request, PREFIX)).toBeInstanceOf(Array);
});
