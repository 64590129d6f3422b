// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates' own syntax
import { describe, expect, it } from 'vitest';
import { compileIdentityPolicy, compileResourcePolicy, isAllowed } from '../../../local/core/iam.ts';

const queue = 'arn:aws:sqs:us-east-1:000000000000:events';
const compile = (...Statement: object[]) =>
  compileIdentityPolicy({ Version: '2012-10-17', Statement }, 'test');
const allow = (Action: unknown, Resource: unknown = '*') => ({ Effect: 'Allow', Action, Resource });
const deny = (Action: unknown, Resource: unknown = '*') => ({ Effect: 'Deny', Action, Resource });

describe('isAllowed (E1)', () => {
  it.each<[string, object[], boolean]>([
    ['nothing said', [], false],
    ['the action', [allow('sqs:SendMessage')], true],
    ['the action in other case', [allow('SQS:sendmessage')], true],
    ['another action', [allow('sqs:ReceiveMessage')], false],
    ['a list of actions', [allow(['sqs:ReceiveMessage', 'sqs:SendMessage'])], true],
    ['a wildcard action', [allow('sqs:Send*')], true],
    ['any action', [allow('*')], true],
    ['a question mark', [allow('sqs:SendMessag?')], true],
    ['a dot is a dot', [allow('sqs.SendMessage')], false],
    ['the resource', [allow('sqs:*', queue)], true],
    ['the resource in other case', [allow('sqs:*', queue.toUpperCase())], false],
    ['another resource', [allow('sqs:*', `${queue}-other`)], false],
    ['a prefix of the resource', [allow('sqs:*', queue.slice(0, -1))], false],
    ['a wildcard resource', [allow('sqs:*', 'arn:aws:sqs:*:*:ev*')], true],
    ['a denial beside it', [allow('*'), deny('sqs:SendMessage')], false],
    ['a denial before it', [deny('sqs:*', queue), allow('*')], false],
    ['a denial of another resource', [allow('*'), deny('*', `${queue}-other`)], true],
    ['NotAction', [{ Effect: 'Allow', NotAction: 'sqs:ReceiveMessage', Resource: '*' }], true],
    ['NotAction that covers it', [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }], false],
    ['NotResource that covers it', [{ Effect: 'Allow', Action: '*', NotResource: queue }], false],
    [
      'a condition that holds',
      [{ ...allow('*'), Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
      true,
    ],
    [
      'a denial of what code of a function does',
      [allow('*'), { ...deny('*'), Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } } }],
      false,
    ],
    [
      'a denial of what no code of a function does',
      [allow('*'), { ...deny('*'), Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } } }],
      true,
    ],
    [
      'a condition that does not',
      [{ ...allow('*'), Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      false,
    ],
  ])('%s', (_, statements, expected) => {
    expect(isAllowed(compile(...statements), 'sqs:SendMessage', queue)).toBe(expected);
  });
});

describe('a condition on partition keys', () => {
  const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/config';
  const only = (operator: string, keys: string | string[], action: unknown = 'dynamodb:GetItem') => ({
    ...allow(action, table),
    Condition: { [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': keys } },
  });

  it.each<[string, object[], string[], boolean]>([
    ['the key', [only('StringEquals', 'a')], ['a'], true],
    ['another key', [only('StringEquals', 'a')], ['b'], false],
    ['a key in other case', [only('StringEquals', 'a')], ['A'], false],
    ['one of several', [only('StringEquals', ['a', 'b'])], ['b'], true],
    ['a star that is none', [only('StringEquals', 'a*')], ['ab'], false],
    ['a star', [only('StringLike', ['x', 'a*'])], ['ab'], true],
    ['a star elsewhere', [only('StringLike', 'a*')], ['ba'], false],
    ['keys that all match', [only('StringLike', 'a*')], ['a', 'ab'], true],
    ['a key that does not among those that do', [only('StringLike', 'a*')], ['a', 'b'], false],
    ['no key at all in the request', [only('StringLike', 'a*')], [''], false],
    ['a wider grant beside it', [only('StringEquals', 'a'), allow('dynamodb:*')], ['b'], true],
  ])('%s', (_, statements, keys, expected) => {
    expect(isAllowed(compile(...statements), 'dynamodb:GetItem', table, keys)).toBe(expected);
  });

  it.each(['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem'])(
    'applies to the several keys of %s',
    (action) => {
      const statements = compile(only('StringLike', 'a*', action));
      expect(isAllowed(statements, action, table, ['a', 'ab'])).toBe(true);
      expect(isAllowed(statements, action, table, ['a', 'b'])).toBe(false);
    },
  );

  it.each<[string, object]>([
    ['of several items', only('StringEquals', 'a', ['dynamodb:GetItem', 'dynamodb:Query'])],
    ['of any action', only('StringEquals', 'a', '*')],
    ['of a denial', { ...only('StringEquals', 'a'), Effect: 'Deny' }],
    [
      'of another key',
      { ...allow('dynamodb:GetItem'), Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } } },
    ],
    [
      'for any value',
      {
        ...allow('dynamodb:GetItem'),
        Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'a' } },
      },
    ],
  ])('%s is not understood', (_, statement) => {
    expect(() => compile(statement)).toThrow(/is not known/);
  });
});

describe('what is not understood', () => {
  it.each<[string, object, RegExp]>([
    [
      'a condition',
      { ...allow('*'), Condition: { StringLike: { 'dynamodb:LeadingKeys': 'a' } } },
      /LeadingKeys is not known/,
    ],
    ['an element', { ...allow('*'), Extra: 1 }, /Extra/],
    ['a policy variable', allow('s3:*', 'arn:aws:s3:::b/${aws:username}'), /policy variable/],
    ['no action', { Effect: 'Allow', Resource: '*' }, /expected exactly one/],
  ])('refuses %s', (_, statement, message) => {
    expect(() => compile(statement)).toThrow(message);
  });
});

describe('compileResourcePolicy', () => {
  it('leaves out grants to services and denials of plain HTTP', () => {
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { ArnEquals: { 'aws:SourceArn': 'x' } },
      },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: queue,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ];
    expect(compileResourcePolicy({ Statement }, 'test')).toEqual({ denials: [], grants: [] });
  });

  it('keeps a denial', () => {
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'sqs:Purge*', Resource: queue }];
    expect(compileResourcePolicy({ Statement }, 'test')).toMatchObject({ denials: [{}], grants: [] });
  });

  it('keeps a grant to roles, for each of them', () => {
    const AWS = ['arn:aws:iam::1:role/x', 'arn:aws:iam::1:role/y'];
    const Statement = [{ Effect: 'Allow', Principal: { AWS }, Action: 'sqs:*', Resource: queue }];
    const { denials, grants } = compileResourcePolicy({ Statement }, 'test');
    expect(denials).toEqual([]);
    expect(grants.map(([role]) => role)).toEqual(AWS);
    expect(isAllowed([grants[0]![1]], 'sqs:SendMessage', queue)).toBe(true);
  });

  it.each(['*', { AWS: '*' }, { AWS: 'arn:aws:iam::1:root' }, { Federated: 'x' }, undefined])(
    'refuses a grant to %j',
    (Principal) => {
      const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:*', Resource: queue }];
      expect(() => compileResourcePolicy({ Statement }, 'test')).toThrow(/not implemented/);
    },
  );
});
