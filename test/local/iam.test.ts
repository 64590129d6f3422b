// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates' own syntax
import { describe, expect, it } from 'vitest';
import { compileIdentityPolicy, compileResourcePolicy, isAllowed } from '../../local/iam.ts';

const queue = 'arn:aws:sqs:us-east-1:000000000000:events';
const compile = (...Statement: object[]) =>
  compileIdentityPolicy({ Version: '2012-10-17', Statement }, 'test');
const allow = (Action: unknown, Resource: unknown = '*') => ({ Effect: 'Allow', Action, Resource });
const deny = (Action: unknown, Resource: unknown = '*') => ({ Effect: 'Deny', Action, Resource });

describe('isAllowed', () => {
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
      'a condition that does not',
      [{ ...allow('*'), Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      false,
    ],
  ])('%s', (_, statements, expected) => {
    expect(isAllowed(compile(...statements), 'sqs:SendMessage', queue)).toBe(expected);
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
    expect(compileResourcePolicy({ Statement }, 'test')).toEqual([]);
  });

  it('keeps a denial', () => {
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'sqs:Purge*', Resource: queue }];
    expect(compileResourcePolicy({ Statement }, 'test')).toHaveLength(1);
  });

  it('refuses a grant to a role', () => {
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:role/x' }, Action: 'sqs:*', Resource: queue },
    ];
    expect(() => compileResourcePolicy({ Statement }, 'test')).toThrow(/not implemented/);
  });
});
