import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { arnOf, assemblyOf, lambda, ref, resource, role, start } from './fixtures.ts';

const NEAR = 'eu-west-1';
const FAR = 'ap-south-1';
const REGIONS = { near: NEAR, far: FAR };

/** Calls the service and region that its event names, and returns the result. */
const code = {
  fn: `
    import { DynamoDBClient, GetItemCommand } from '${import.meta.resolve('@aws-sdk/client-dynamodb')}';
    import { S3Client, PutObjectCommand } from '${import.meta.resolve('@aws-sdk/client-s3')}';
    import { SQSClient, SendMessageCommand } from '${import.meta.resolve('@aws-sdk/client-sqs')}';
    const { QUEUE, TABLE, BUCKET, AWS_REGION } = process.env;
    const calls = {
      send: (options) => new SQSClient({ ...options, useQueueUrlAsEndpoint: false }).send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: 'x' })),
      get: (options) => new DynamoDBClient(options).send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' } } })),
      put: (options) => new S3Client(options).send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'x' })),
    };
    export const handler = ([call, region]) =>
      calls[call]({ maxAttempts: 1, ...(region && { region }) }).then(() => AWS_REGION, ({ name }) => name);`,
};

const output = (OutputName: string) => ({
  'Fn::GetStackOutput': { StackName: 'near', OutputName, Region: NEAR },
});

const near = {
  Resources: {
    Queue: resource('AWS::SQS::Queue', { QueueName: 'same' }),
    Bucket: resource('AWS::S3::Bucket'),
    Table: resource('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  },
  Outputs: {
    Queue: { Value: arnOf('Queue'), Export: { Name: 'queue' } },
    Url: { Value: ref('Queue') },
    Table: { Value: ref('Table') },
    TableArn: { Value: arnOf('Table') },
    Bucket: { Value: ref('Bucket') },
  },
};

const far = {
  Resources: {
    Queue: resource('AWS::SQS::Queue', { QueueName: 'same' }),
    Role: role(
      ['sqs:SendMessage', output('Queue')],
      ['dynamodb:GetItem', output('TableArn')],
      ['s3:*', { 'Fn::Join': ['', ['arn:aws:s3:::', output('Bucket'), '/*']] }],
    ),
    Fn: lambda('fn', 'Role', {
      Timeout: 10,
      Environment: { Variables: { QUEUE: output('Url'), TABLE: output('Table'), BUCKET: output('Bucket') } },
    }),
  },
};

const deploy = (resources: object, more = {}) =>
  start(assemblyOf({ near, far: { Resources: resources, ...more } }, code, REGIONS));

describe('stacks of two regions', () => {
  it('reach each other’s resources only in the resources’ region', {
    timeout: 20_000,
  }, async () => {
    const cloud = await start(assemblyOf({ near, far }, code, REGIONS));
    const call = (name: string, region?: string) => cloud.functions.get('Fn')!.invoke([name, region]);
    for (const name of ['send', 'get', 'put']) expect(await call(name, NEAR)).toBe(FAR);
    expect(await call('send')).toMatch(/AccessDenied/);
    expect(await call('get')).toMatch(/AccessDenied/);
    expect(await call('put')).toBe('PermanentRedirect');
    expect(cloud.denials.map(({ resource: arn }) => arn.split(':')[3])).toEqual([FAR, FAR]);
    expect(cloud.queues()).toMatchObject({
      [`${NEAR}/same`]: { visible: 1 },
      [`${FAR}/same`]: { visible: 0 },
    });
  });

  it('are distinguished by their regions', async () => {
    const cloud = await deploy(far.Resources);
    expect(() => cloud.resource('Queue')).toThrow('resource Queue: expected one, found 2');
    const { arn, physicalId, region } = cloud.resource(`${FAR}/Queue`);
    expect({ arn, region }).toEqual({ arn: `arn:aws:sqs:${FAR}:000000000000:same`, region: FAR });
    const sqs = new SQSClient(cloud.awsClientConfig(FAR));
    const attributes = new GetQueueAttributesCommand({ QueueUrl: physicalId, AttributeNames: ['QueueArn'] });
    expect((await sqs.send(attributes)).Attributes).toEqual({ QueueArn: arn });
    expect(cloud.functions.get('Fn')!.arn).toBe(`arn:aws:lambda:${FAR}:000000000000:function:far-Fn`);
  });

  it.each<[string, object, object, RegExp]>([
    [
      'an import',
      { Queue: resource('AWS::SQS::Queue', { QueueName: { 'Fn::ImportValue': 'queue' } }) },
      {},
      /no stack in ap-south-1 exports queue/,
    ],
    [
      'an output without its region',
      {},
      { Outputs: { Copy: { Value: { 'Fn::GetStackOutput': { StackName: 'near', OutputName: 'Url' } } } } },
      /stack near in ap-south-1 has no output Url/,
    ],
    [
      'a dead-letter queue',
      {
        Queue: resource('AWS::SQS::Queue', {
          RedrivePolicy: { deadLetterTargetArn: output('Queue'), maxReceiveCount: 1 },
        }),
      },
      {},
      /RedrivePolicy: expected one of ap-south-1, got arn:aws:sqs:eu-west-1:/,
    ],
    [
      'a function’s queue',
      {
        Role: role(['sqs:*', output('Queue')]),
        Fn: lambda('fn', 'Role'),
        Map: resource('AWS::Lambda::EventSourceMapping', {
          FunctionName: ref('Fn'),
          EventSourceArn: output('Queue'),
        }),
      },
      {},
      /EventSourceArn: expected one of ap-south-1, got arn:aws:sqs:eu-west-1:/,
    ],
  ])('refuse %s across regions', async (_, resources, more, message) => {
    await expect(deploy(resources, more)).rejects.toThrow(message);
  });
});
