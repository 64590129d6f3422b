import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../local/core/access.ts';
import { compileIdentityPolicy } from '../../../local/core/iam.ts';
import { arnOf, assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

/** A function that makes the SDK call that its event names, and returns the result. */
const code = {
  fn: `
    import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, BatchWriteItemCommand } from '${import.meta.resolve('@aws-sdk/client-dynamodb')}';
    import { S3Client, GetObjectCommand, PutObjectCommand } from '${import.meta.resolve('@aws-sdk/client-s3')}';
    import { SecretsManagerClient, GetSecretValueCommand } from '${import.meta.resolve('@aws-sdk/client-secrets-manager')}';
    import { SQSClient, SendMessageCommand, SendMessageBatchCommand } from '${import.meta.resolve('@aws-sdk/client-sqs')}';
    const { QUEUE, TABLE, BUCKET, SECRET } = process.env;
    const sqs = new SQSClient({ maxAttempts: 1 }), s3 = new S3Client({ maxAttempts: 1 });
    const dynamodb = new DynamoDBClient({ maxAttempts: 1 }), secrets = new SecretsManagerClient({ maxAttempts: 1 });
    const pk = { S: 'a' };
    const calls = {
      send: () => sqs.send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: 'x' })),
      sendBatch: () => sqs.send(new SendMessageBatchCommand({ QueueUrl: QUEUE, Entries: [{ Id: '1', MessageBody: 'x' }] })),
      put: () => dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: { pk } })),
      get: () => dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: { pk } })),
      batch: () => dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: { pk } } }] } })),
      query: () => dynamodb.send(new QueryCommand({ TableName: TABLE, IndexName: 'byPk', KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': pk } })),
      putObject: () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a/b', Body: 'x' })),
      getObject: async () => (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a/b' }))).Body.transformToString(),
      secret: async () => (await secrets.send(new GetSecretValueCommand({ SecretId: SECRET }))).SecretString,
    };
    export const handler = async (event) => {
      try {
        const answer = await calls[event]();
        return { ok: typeof answer === 'string' ? answer : true };
      } catch (error) {
        return { name: error.name, message: error.message, status: error.$metadata?.httpStatusCode };
      }
    };`,
};

type Grant = Parameters<typeof role>[number];

async function startWith(grants: Grant[], { encrypted = false } = {}) {
  const cloud = await start(
    assembly(
      {
        Key: resource('AWS::KMS::Key', { KeyPolicy: {} }),
        Queue: resource('AWS::SQS::Queue', encrypted ? { KmsMasterKeyId: arnOf('Key') } : {}),
        Bucket: resource('AWS::S3::Bucket'),
        Secret: resource('AWS::SecretsManager::Secret', { GenerateSecretString: { PasswordLength: 40 } }),
        Table: resource('AWS::DynamoDB::Table', {
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byPk',
              KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          ...(encrypted && {
            SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: arnOf('Key') },
          }),
        }),
        Role: role(...grants),
        Fn: lambda('fn', 'Role', {
          Timeout: 10,
          Environment: {
            Variables: {
              QUEUE: ref('Queue'),
              TABLE: ref('Table'),
              BUCKET: ref('Bucket'),
              SECRET: ref('Secret'),
            },
          },
        }),
      },
      code,
    ),
    { secrets: { Secret: 'chosen' } },
  );
  const call = (name: string) => cloud.functions.get('Fn')!.invoke(name);
  return { cloud, call };
}

const objects = { 'Fn::Join': ['', [arnOf('Bucket'), '/a/*']] };
const index = { 'Fn::Join': ['', [arnOf('Table'), '/index/*']] };

const EVERYTHING: Grant[] = [
  ['sqs:SendMessage', arnOf('Queue')],
  ['dynamodb:*Item', arnOf('Table')],
  ['dynamodb:Query', index],
  ['s3:*Object', objects],
  ['secretsmanager:GetSecretValue', ref('Secret')],
];

describe('a granted call (E1)', () => {
  it('succeeds, in every service', async () => {
    const { cloud, call } = await startWith(EVERYTHING);
    for (const name of ['send', 'sendBatch', 'put', 'get', 'batch', 'query', 'putObject']) {
      expect([name, await call(name)]).toEqual([name, { ok: true }]);
    }
    expect(await call('getObject')).toEqual({ ok: 'x' });
    expect(await call('secret')).toEqual({ ok: 'chosen' });
    expect(cloud.denials).toEqual([]);
  });
});

describe('a call without a grant (E1)', () => {
  it('is refused as AWS refuses it, and logged', async () => {
    const { cloud, call } = await startWith([
      ['dynamodb:Query', arnOf('Table')],
      ['s3:PutObject', { 'Fn::Join': ['', [arnOf('Bucket'), '/other/*']] }],
    ]);
    const user = 'User: arn:aws:sts::000000000000:assumed-role/app-Role/Fn is not authorized to perform:';
    const queueArn = cloud.resource('Queue').arn;
    expect(await call('send')).toEqual({
      name: 'AccessDenied',
      status: 403,
      message: `${user} sqs:SendMessage on resource: ${queueArn}`,
    });
    const expected: [string, string, string][] = [
      ['sendBatch', 'AccessDenied', 'sqs:SendMessage'],
      ['put', 'AccessDeniedException', 'dynamodb:PutItem'],
      ['batch', 'AccessDeniedException', 'dynamodb:BatchWriteItem'],
      ['query', 'AccessDeniedException', 'dynamodb:Query'],
      ['putObject', 'AccessDenied', 's3:PutObject'],
      ['secret', 'AccessDeniedException', 'secretsmanager:GetSecretValue'],
    ];
    for (const [name, error, action] of expected) {
      expect(await call(name)).toMatchObject({
        name: error,
        message: expect.stringContaining(`${user} ${action} on`),
      });
    }
    expect(cloud.denials).toHaveLength(7);
    expect(cloud.lines).toContainEqual({
      kind: 'cloud',
      text: `AccessDenied  function=Fn action=sqs:SendMessage resource=${queueArn}`,
    });
  });

  it('needs s3:ListBucket to learn that an object is missing', async () => {
    const withoutList = await startWith([['s3:GetObject', objects]]);
    expect(await withoutList.call('getObject')).toMatchObject({ name: 'AccessDenied', status: 403 });
    const withList = await startWith([
      ['s3:GetObject', objects],
      ['s3:ListBucket', arnOf('Bucket')],
    ]);
    expect(await withList.call('getObject')).toMatchObject({ name: 'NoSuchKey', status: 404 });
  });
});

describe('a customer-managed key', () => {
  it('must be granted as well, for reads and writes', async () => {
    const { cloud, call } = await startWith(EVERYTHING, { encrypted: true });
    const keyArn = cloud.resource('Key').arn;
    for (const name of ['get', 'put', 'query']) {
      expect(await call(name)).toMatchObject({
        message: expect.stringContaining(`kms:Decrypt on resource: ${keyArn}`),
      });
    }
    expect(await call('send')).toMatchObject({ message: expect.stringContaining('kms:GenerateDataKey') });
  });

  it('is enough when granted', async () => {
    const { call } = await startWith(
      [...EVERYTHING, ['kms:Decrypt', arnOf('Key')], ['kms:GenerateDataKey*', arnOf('Key')]],
      {
        encrypted: true,
      },
    );
    for (const name of ['get', 'put', 'query', 'send']) expect(await call(name)).toEqual({ ok: true });
  });
});

it('refuses an unknown access key', async () => {
  const { cloud } = await startWith([]);
  const { DynamoDBClient, ListTablesCommand } = await import('@aws-sdk/client-dynamodb');
  const credentials = { accessKeyId: 'STRANGER', secretAccessKey: 'x' };
  const client = new DynamoDBClient({ ...cloud.awsClientConfig(), credentials, maxAttempts: 1 });
  await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  client.destroy();
});

describe('a decision that is remembered', () => {
  const statement = (more: object = {}) => ({ Action: 'dynamodb:GetItem', Resource: 'arn:table', ...more });
  const policy = (...Statement: object[]) => ({
    Version: '2012-10-17',
    Statement: Statement.map((each) => ({ Effect: 'Allow', ...each })),
  });
  const startWith = (...statements: object[]) => {
    const access = createAccess(() => {});
    const role = {
      name: 'r',
      arn: 'arn:role',
      statements: compileIdentityPolicy(policy(...statements), 'r'),
    };
    const key = access.issueKey('Fn', role);
    const may = (...leadingKeys: string[]) =>
      access.allows(key, { action: 'dynamodb:GetItem', resource: 'arn:table', leadingKeys });
    return { access, key, role, may };
  };

  it('changes with a statement that the role gets', () => {
    const { role, may } = startWith();
    expect(may()).toBe(false);
    role.statements.push(...compileIdentityPolicy(policy(statement()), 'r'));
    expect(may()).toBe(true);
  });

  it('changes with the policy of the resource', () => {
    const { access, may } = startWith(statement());
    expect(may()).toBe(true);
    access.addResourcePolicy('arn:table', policy({ ...statement(), Effect: 'Deny', Principal: '*' }), 't');
    expect(may()).toBe(false);
  });

  it('is the denial of a bucket’s policy, whatever is in the key', () => {
    const everything = { Action: 's3:*', Resource: '*' };
    const { access, key } = startWith(everything);
    access.addResourcePolicy('arn:b', policy({ ...everything, Effect: 'Deny', Principal: '*' }), 'b');
    for (const resource of ['arn:b/a', 'arn:b/a/b', 'arn:b/a\nb', 'arn:b/\n'])
      expect(access.allows(key, { action: 's3:GetObject', resource }), resource).toBe(false);
  });

  it('is made anew for other items where a statement names their keys', () => {
    const keys = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['a*'] } };
    const { may } = startWith(statement({ Condition: keys }));
    expect([may('ab'), may('b'), may('ab', 'b'), may('a')]).toEqual([true, false, false, true]);
  });
});
