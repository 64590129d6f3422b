import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { creationOrder } from '../../../local/resources/deploy.ts';
import type { Json, Resource } from '../../../local/template/template.ts';
import { arnOf, assembly, assemblyOf, lambda, ref, resource, role, start } from '../fixtures.ts';

const queue = (more = {}) => resource('AWS::SQS::Queue', more);
const receive = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const code = { fn: 'export const handler = async () => null;' };

function mapped(
  mapping: object,
  { queueProps = {}, fnProps = {}, actions = receive } = {},
): Record<string, Resource> {
  return {
    Queue: queue(queueProps),
    Role: role(...actions.map((action): Parameters<typeof role>[number] => [action, arnOf('Queue')])),
    Fn: lambda('fn', 'Role', fnProps),
    Map: resource('AWS::Lambda::EventSourceMapping', {
      FunctionName: ref('Fn'),
      EventSourceArn: arnOf('Queue'),
      ...mapping,
    }),
  };
}

/** A bucket as CDK writes it with `autoDeleteObjects`, and the permissions of the function that empties it. */
const emptied = (allowed: Parameters<typeof role>): Record<string, Resource> => ({
  Bucket: resource('AWS::S3::Bucket'),
  Role: role(...allowed),
  Fn: lambda('fn', 'Role'),
  Emptied: resource('Custom::S3AutoDeleteObjects', { ServiceToken: arnOf('Fn'), BucketName: ref('Bucket') }),
});

const INTERFACES = ['Create', 'Delete'].map((verb) => `ec2:${verb}NetworkInterface`);
INTERFACES.push('ec2:DescribeNetworkInterfaces');

/** A function in a network, with a role that allows Lambda these actions, and the function's code none. */
function inNetwork(
  actions: string[],
  more = {},
  zone: Record<string, Json> = { AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] } },
): Record<string, Resource> {
  const PolicyDocument = {
    Statement: [
      { Effect: 'Allow', Action: actions, Resource: '*' },
      {
        Effect: 'Deny',
        Action: actions,
        Resource: '*',
        Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      },
    ],
  };
  return {
    Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
    Subnet: resource('AWS::EC2::Subnet', {
      VpcId: ref('Vpc'),
      CidrBlock: '10.0.0.0/24',
      ...zone,
    }),
    Group: resource('AWS::EC2::SecurityGroup', {
      VpcId: ref('Vpc'),
      GroupDescription: 'none',
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 0, ToPort: 65535 }],
    }),
    Role: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {},
      Policies: [{ PolicyName: 'inline', PolicyDocument }],
    }),
    Fn: lambda('fn', 'Role', {
      VpcConfig: {
        SubnetIds: [ref('Subnet')],
        SecurityGroupIds: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
        ...more,
      },
    }),
  };
}

describe('an unknown part (E1)', () => {
  it.each<[string, Record<string, Resource>, RegExp]>([
    [
      'a type',
      { Thing: resource('AWS::Kinesis::Stream') },
      /stack app, Thing \(AWS::Kinesis::Stream\): unknown resource type; known are AWS::DynamoDB::Table, AWS::SQS::Queue/,
    ],
    [
      'a property',
      { Queue: queue({ FifoQueue: true }) },
      /stack app, Queue \(AWS::SQS::Queue\): unknown property FifoQueue; known are QueueName, DelaySeconds/,
    ],
    [
      'a nested property',
      { Queue: queue({ RedrivePolicy: { deadLetterTargetArn: 'a', maxReceiveCount: 1, more: 1 } }) },
      /property RedrivePolicy: unknown property more; known are deadLetterTargetArn, maxReceiveCount/,
    ],
    [
      'an attribute',
      { Queue: queue(), Role: role(['sqs:*', { 'Fn::GetAtt': ['Queue', 'Color'] }]) },
      /Queue has no attribute Color; known are Arn/,
    ],
    [
      'a managed policy',
      {
        Role: resource('AWS::IAM::Role', {
          AssumeRolePolicyDocument: {},
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        }),
      },
      /AdministratorAccess is not known/,
    ],
    ['a dynamic reference', { Queue: queue({ QueueName: '{{resolve:ssm:name}}' }) }, /dynamic references/],
    [
      'a policy condition',
      {
        Role: resource('AWS::IAM::Role', {
          AssumeRolePolicyDocument: {},
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Statement: {
                  Effect: 'Allow',
                  Action: '*',
                  Resource: '*',
                  Condition: { IpAddress: { 'aws:SourceIp': '1' } },
                },
              },
            },
          ],
        }),
      },
      /condition IpAddress on aws:SourceIp is not known/,
    ],
  ])('%s is an error', async (_, resources, message) => {
    await expect(start(assembly(resources))).rejects.toThrow(message);
  });
});

describe('what AWS refuses (E1)', () => {
  const over = { BatchSize: 11 };
  it.each<[string, Record<string, Resource>, RegExp]>([
    ['a big batch without a window', mapped(over), /MaximumBatchingWindowInSeconds must be at least 1/],
    [
      'a visibility timeout under the function’s',
      mapped({}, { fnProps: { Timeout: 31 } }),
      /visibility timeout: 30 seconds is less than function timeout: 31/,
    ],
    [
      'a concurrency of 1',
      mapped({ ScalingConfig: { MaximumConcurrency: 1 } }),
      /ScalingConfig.MaximumConcurrency/,
    ],
    ['a role that may not receive', mapped({}, { actions: receive.slice(1) }), /lacks sqs:ReceiveMessage/],
    [
      'a role that may not delete',
      mapped({}, { actions: ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'] }),
      /lacks sqs:DeleteMessage/,
    ],
    ['a delay over 15 minutes', { Queue: queue({ DelaySeconds: 901 }) }, /DelaySeconds/],
    ['a timeout over 15 minutes', { Role: role(), Fn: lambda('fn', 'Role', { Timeout: 901 }) }, /Timeout/],
    ['too little memory', { Role: role(), Fn: lambda('fn', 'Role', { MemorySize: 64 }) }, /MemorySize/],
    [
      'a big environment',
      { Role: role(), Fn: lambda('fn', 'Role', { Environment: { Variables: { A: '"'.repeat(2045) } } }) },
      /4098 bytes, at most 4096/,
    ],
    [
      'a reserved variable',
      { Role: role(), Fn: lambda('fn', 'Role', { Environment: { Variables: { AWS_REGION: 'x' } } }) },
      /AWS_REGION is reserved/,
    ],
    [
      'a network for a function whose role may make no interface',
      inNetwork(['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces']),
      /Fn .*the execution role app-Role does not have permissions to call ec2:DeleteNetworkInterface/,
    ],
    [
      'a function in a network without a subnet',
      inNetwork(INTERFACES, { SubnetIds: [] }),
      /VpcConfig\.SubnetIds/,
    ],
    [
      'a bucket that is to be emptied by a function that may not',
      emptied([['s3:ListBucketVersions', arnOf('Bucket')]]),
      /Emptied .*the function's role app-Role lacks s3:GetBucketTagging on arn:aws:s3:::app-bucket/,
    ],
    [
      'a bucket that is to be emptied by nothing',
      { Emptied: resource('Custom::S3AutoDeleteObjects', { ServiceToken: 'arn:x', BucketName: 'a' }) },
      /no function arn:x/,
    ],
    [
      'a zone by name and by id',
      inNetwork(INTERFACES, {}, { AvailabilityZone: 'us-east-1a', AvailabilityZoneId: 'use1-az1' }),
      /Subnet .*AvailabilityZone and AvailabilityZoneId: EC2 takes one of them/,
    ],
    [
      'a zone of another region',
      inNetwork(INTERFACES, {}, { AvailabilityZone: 'eu-west-1a' }),
      /AvailabilityZone: expected one of us-east-1, got eu-west-1a/,
    ],
    [
      'the name of a zone where its id belongs',
      inNetwork(INTERFACES, {}, { AvailabilityZoneId: 'us-east-1a' }),
      /AvailabilityZoneId: expected the id of an availability zone/,
    ],
    [
      'a gateway without an address of its own',
      { Nat: resource('AWS::EC2::NatGateway', { AllocationId: '203.0.113.1', SubnetId: 'subnet-1' }) },
      /AllocationId/,
    ],
    [
      'a path with a slash at its end',
      {
        Api: resource('AWS::ApiGatewayV2::Api', { Name: 'api', ProtocolType: 'HTTP' }),
        Route: resource('AWS::ApiGatewayV2::Route', {
          ApiId: { Ref: 'Api' },
          RouteKey: 'GET /v1/things/',
          Target: 'integrations/none',
        }),
      },
      /RouteKey.*without a slash at its end/,
    ],
    [
      'a dead-letter queue that does not exist',
      { Queue: queue({ RedrivePolicy: { deadLetterTargetArn: 'arn:x', maxReceiveCount: 3 } }) },
      /no queue arn:x/,
    ],
  ])('%s', async (_, resources, message) => {
    await expect(start(assembly(resources, code))).rejects.toThrow(message);
  });

  it('takes a bucket with a function that may empty it, by a grant in either policy', async () => {
    const all = { 'Fn::Join': ['', [arnOf('Bucket'), '/*']] };
    const grant = {
      Effect: 'Allow',
      Principal: { AWS: arnOf('Role') },
      Action: ['s3:GetBucket*', 's3:List*'],
      Resource: arnOf('Bucket'),
    };
    const Policy = resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Bucket'),
      PolicyDocument: { Statement: [grant] },
    });
    const { Emptied, ...others } = emptied([['s3:DeleteObject*', all]]);
    await start(assembly({ ...others, Policy, Emptied: { ...Emptied!, DependsOn: 'Policy' } }, code));
  });

  it('takes a big batch with a window', async () => {
    await start(assembly(mapped({ ...over, MaximumBatchingWindowInSeconds: 1 }), code));
  });
});

describe('a network (D2, E1)', () => {
  it('takes a function, and has addresses to show', async () => {
    const addresses = Object.fromEntries(
      ['One', 'Two'].map((id) => [id, resource('AWS::EC2::EIP', { Domain: 'vpc' })]),
    );
    const template = {
      Resources: { ...inNetwork(INTERFACES), ...addresses },
      Outputs: {
        Both: { Value: { 'Fn::Join': [',', [ref('One'), { 'Fn::GetAtt': ['Two', 'PublicIp'] }]] } },
      },
    };
    const cloud = await start(assemblyOf({ app: template }, code));
    expect(await cloud.functions.get('Fn')?.invoke({})).toBe(null);
    expect(cloud.outputs.app).toEqual({ Both: '203.0.113.1,203.0.113.2' });
  });
});

describe('creationOrder', () => {
  it('puts a resource after the ones that it refers to or depends on', () => {
    const Resources = {
      C: resource('T', { b: arnOf('B') }),
      B: resource('T', {}, { DependsOn: ['A'] }),
      A: resource('T', { region: ref('AWS::Region') }),
    };
    expect(creationOrder({ Resources })).toEqual(['A', 'B', 'C']);
  });

  it('refuses a circle', () => {
    const Resources = { A: resource('T', { b: ref('B') }), B: resource('T', { a: ref('A') }) };
    expect(() => creationOrder({ Resources })).toThrow('circular reference: A → B → A');
  });
});

describe('stacks', () => {
  it('of another account are refused, since the account is in their ARNs', async () => {
    const directory = assembly({ Queue: queue() });
    const manifest = join(directory, 'manifest.json');
    const of = (account: string) =>
      readFileSync(manifest, 'utf8').replace(/aws:\/\/[^/]+/, `aws://${account}`);
    writeFileSync(manifest, of('123456789012'));
    await expect(start(directory)).rejects.toThrow(
      'stack app belongs to account 123456789012; the local cloud is account 000000000000',
    );
    writeFileSync(manifest, of('000000000000'));
    expect((await start(directory)).resources).toHaveLength(1);
  });

  it('pass values by export and import, in the order of their dependencies', async () => {
    const storage = {
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>' } },
      Rules: { CheckBootstrapVersion: {} },
      Resources: { Queue: queue() },
      Outputs: { Out: { Value: arnOf('Queue'), Export: { Name: 'storage:Queue' } } },
    };
    const pipeline = {
      Resources: {
        Role: role(['sqs:SendMessage', { 'Fn::ImportValue': 'storage:Queue' }]),
        Fn: lambda('fn', 'Role', {
          Environment: { Variables: { QUEUE: { 'Fn::ImportValue': 'storage:Queue' } } },
        }),
      },
    };
    const echo = { fn: 'export const handler = async () => process.env.QUEUE;' };
    const cloud = await start(assemblyOf({ storage, pipeline }, echo));
    const { arn } = cloud.resource('Queue');
    expect(await cloud.functions.get('Fn')?.invoke({})).toBe(arn);
    expect(cloud.outputs.storage).toEqual({ Out: arn });
  });

  it('can be edited before they are deployed', async () => {
    const cloud = await start(assembly({ Queue: queue() }), {
      edit: (_, template) => {
        template.Resources.Queue!.Properties = { QueueName: 'renamed' };
      },
    });
    expect(cloud.queues()).toEqual({ renamed: { visible: 0, inFlight: 0, delayed: 0 } });
  });
});

describe('a table', () => {
  it('has its keys and indexes', async () => {
    const cloud = await start(
      assembly({
        Table: resource('AWS::DynamoDB::Table', {
          TableName: 'log',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk', 'gpk'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'dead',
              KeySchema: [{ AttributeName: 'gpk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        }),
      }),
    );
    const client = new DynamoDBClient(cloud.awsClientConfig());
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'log' }));
    expect(Table?.TableArn).toBe(cloud.resource('Table').arn);
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'dead', IndexStatus: 'ACTIVE' });
    client.destroy();
  });
});
