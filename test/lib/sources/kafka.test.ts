import { describe, expect, test } from 'vitest';
import { type KafkaSourceSettings, kafkaSourcesSchema } from '../../../lib/settings/sources/kafka.ts';
import { environmentOf, resourcesOf } from '../../helpers/synthesised.ts';

const TENANT = 'ten_00000000000000000000000000';
const ARN = 'arn:aws:kafka:us-east-1:000000000000:cluster/shop/0a1b2c3d-0000-0000-0000-000000000000-5';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka-AbCdEf';
const MSK_SECRET = SECRET.replace('secret:', 'secret:AmazonMSK_');
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000';
const REGISTRY = 'arn:aws:glue:us-east-1:000000000000:registry/shop';
const BUCKET = 'arn:aws:s3:::given-up';

const own: KafkaSourceSettings = {
  name: 'orders',
  tenant: TENANT,
  cluster: { bootstrapServers: ['b1.example.com:9096'] },
  authentication: { kind: 'scram-512', secretArn: SECRET },
  topics: ['orders'],
  startingPosition: 'LATEST',
  records: { form: 'envelope' },
};
const msk: KafkaSourceSettings = { ...own, cluster: { mskArn: ARN }, authentication: { kind: 'iam' } };
const network = { subnets: ['subnet-0a'], securityGroups: ['sg-0a'] };

const problemOf = (...sources: object[]): string | undefined => {
  const parsed = kafkaSourcesSchema.safeParse(sources);
  return parsed.success ? undefined : JSON.stringify(parsed.error.issues);
};

describe('settings of topics', () => {
  test.each<[string, object]>([
    ['of a cluster of one’s own', own],
    ['of MSK, by IAM', msk],
    [
      'in a network, without a secret',
      { ...own, cluster: { ...own.cluster, ...network }, authentication: { kind: 'none' } },
    ],
    ['since a time', { ...own, startingPosition: { since: '2026-11-28T00:00:00Z' } }],
    ['of a serverless cluster', { ...msk, cluster: { mskArn: ARN.replace('-5', '-s1') } }],
    ['with their tenant in a header', { ...own, tenant: { header: 'tenant', of: 'any' } }],
    ['with their tenant in a member', { ...own, tenant: { member: 'tenant', of: [TENANT] } }],
    [
      'whose registry is on this machine',
      { ...own, registry: { kind: 'confluent', url: 'http://127.0.0.1:8081' } },
    ],
  ])('%s are taken (B8)', (_, source) => {
    expect(problemOf(source)).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['no tenant', { ...own, tenant: undefined }, 'id of a tenant'],
    ['no topic', { ...own, topics: [] }, 'topics'],
    ['a topic twice', { ...own, topics: ['orders', 'orders'] }, 'each topic once'],
    ['a topic that no id has room for', { ...own, topics: ['x'.repeat(151)] }, '150'],
    ['ids that are Posthorn’s own', { ...own, topics: ['posthorn.orders'] }, 'another idPrefix'],
    [
      'a secret that MSK does not take',
      { ...msk, authentication: { kind: 'scram-512', secretArn: SECRET, keyArn: KEY } },
      'begins with AmazonMSK_',
    ],
    [
      'a secret of MSK without its key',
      { ...msk, authentication: { kind: 'scram-512', secretArn: MSK_SECRET } },
      'the key of the secret',
    ],
    ['a group for two topics', { ...own, topics: ['aa', 'bb'], consumerGroupId: 'g' }, 'a group for each'],
    [
      'brokers in the open without a secret',
      { ...own, authentication: { kind: 'none' } },
      'reached over the internet',
    ],
    [
      'subnets without a security group',
      { ...own, cluster: { ...own.cluster, subnets: ['subnet-0a'] } },
      'or neither',
    ],
    ['IAM of a cluster of one’s own', { ...own, authentication: { kind: 'iam' } }, 'only MSK has iam'],
    ['SASL/PLAIN of MSK', { ...msk, authentication: { kind: 'basic', secretArn: SECRET } }, 'which MSK has'],
    [
      'SCRAM of 256 bits of MSK',
      { ...msk, authentication: { kind: 'scram-256', secretArn: SECRET } },
      'which MSK has',
    ],
    [
      'a secret of a serverless cluster',
      { ...msk, cluster: { mskArn: ARN.replace('-5', '-s1') }, authentication: own.authentication },
      'all that a serverless cluster takes',
    ],
    ['more than 10,000 records', { ...own, batchSize: 10_001 }, '10000'],
    ['more pollers at least than at most', { ...own, pollers: { min: 2, max: 1 } }, 'at least min'],
    ['no time', { ...own, startingPosition: { since: 'yesterday' } }, 'startingPosition'],
    [
      'a registry without TLS',
      { ...own, registry: { kind: 'confluent', url: 'http://registry.example.com' } },
      'expected an https URL',
    ],
    [
      'a password in a URL',
      { ...own, registry: { kind: 'confluent', url: 'https://u:p@registry.example.com' } },
      'without credentials',
    ],
    ['a type of Posthorn’s own', { ...own, records: { form: 'payload', type: 'posthorn.test' } }, 'records'],
    [
      'a queue for failures',
      { ...own, onFailureBucketArn: 'arn:aws:sqs:us-east-1:123456789012:q' },
      'ARN of a bucket',
    ],
  ])('%s are refused (B8)', (_, source, problem) => {
    expect(problemOf(source)).toContain(problem);
  });

  test('topics of a name in two clusters need a prefix, since ids follow from names (B8)', () => {
    const other = { ...msk, name: 'msk' };
    expect(problemOf(own, other)).toContain('another idPrefix');
    expect(problemOf(own, { ...other, idPrefix: 'msk.' })).toBeUndefined();
  });
});

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
type Any = any;

function resources(source: KafkaSourceSettings) {
  const all = resourcesOf(environmentOf('local', { sources: { kafka: [source] } }).sources!);
  const mappings = all
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map((each) => each.properties);
  const role = all.find(({ type, id }) => type === 'AWS::IAM::Policy' && id.startsWith('Kafka'))!;
  const allowed = (role.properties.PolicyDocument.Statement as Any[]).flatMap(
    ({ Effect, Action, Resource }) =>
      Effect === 'Allow'
        ? [Action]
            .flat()
            .flatMap((action: string) => [Resource].flat().map((resource: Any) => [action, resource]))
        : [],
  );
  const fn = all.find(({ type }) => type === 'AWS::Lambda::Function')!;
  return { mappings, fn: fn.properties, allowed };
}

/** What it may do beside what each source may. */
const grantsOf = (source: KafkaSourceSettings): Any[] =>
  resources(source).allowed.filter(
    ([action, resource]) => !/^(sqs|dynamodb|logs):/.test(action) && typeof resource === 'string',
  );

describe('the template of topics', () => {
  test('has a mapping for each, with a group of its own (B8)', () => {
    const { mappings, fn } = resources({
      ...own,
      topics: ['orders', 'returns'],
      batchSize: 500,
      windowSeconds: 2,
      concurrency: 3,
    });
    const mapping = {
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['b1.example.com:9096'] } },
      SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: SECRET }],
      StartingPosition: 'LATEST',
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 2,
      FunctionName: expect.anything(),
      Tags: expect.anything(),
    };
    expect(mappings).toEqual([
      {
        ...mapping,
        Topics: ['orders'],
        SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'posthorn-local-orders-orders' },
      },
      {
        ...mapping,
        Topics: ['returns'],
        SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'posthorn-local-orders-returns' },
      },
    ]);
    expect(fn.ReservedConcurrentExecutions).toBe(3);
  });

  test('says since when, by which pollers, in which network, and where to give up to (B8)', () => {
    const { mappings } = resources({
      ...own,
      cluster: { bootstrapServers: ['b1.example.com:9096'], ...network },
      authentication: { kind: 'mtls', secretArn: SECRET },
      consumerGroupId: 'shop',
      startingPosition: { since: '2026-11-28T00:00:00Z' },
      pollers: { min: 1, max: 4 },
      onFailureBucketArn: BUCKET,
    });
    expect(mappings[0]).toMatchObject({
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'shop' },
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: 1_795_824_000,
      ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 4 },
      DestinationConfig: { OnFailure: { Destination: BUCKET } },
      SourceAccessConfigurations: [
        { Type: 'CLIENT_CERTIFICATE_TLS_AUTH', URI: SECRET },
        { Type: 'VPC_SUBNET', URI: 'subnet:subnet-0a' },
        { Type: 'VPC_SECURITY_GROUP', URI: 'security_group:sg-0a' },
      ],
    });
  });

  test('names MSK by its ARN (B8)', () => {
    expect(resources(msk).mappings[0]).toMatchObject({
      EventSourceArn: ARN,
      AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'posthorn-local-orders-orders' },
    });
    expect(resources(msk).mappings[0]).not.toHaveProperty('SourceAccessConfigurations');
  });

  const within = (kind: string, name: string): string => `${ARN.replace(':cluster/', `:${kind}/`)}/${name}`;
  const read: [string, string][] = [
    ['kafka:DescribeClusterV2', ARN],
    ['kafka:GetBootstrapBrokers', ARN],
  ];

  test.each<[string, KafkaSourceSettings, [string, string][]]>([
    ['a secret', own, [['secretsmanager:GetSecretValue', SECRET]]],
    [
      'a secret with a key of its owner’s',
      { ...own, authentication: { kind: 'basic', secretArn: SECRET, keyArn: KEY } },
      [
        ['secretsmanager:GetSecretValue', SECRET],
        ['kms:Decrypt', KEY],
      ],
    ],
    [
      'MSK by IAM',
      msk,
      [
        ...read,
        ['kafka-cluster:Connect', ARN],
        ['kafka-cluster:DescribeClusterDynamicConfiguration', ARN],
        ['kafka-cluster:DescribeTopic', within('topic', 'orders')],
        ['kafka-cluster:ReadData', within('topic', 'orders')],
        ['kafka-cluster:DescribeGroup', within('group', 'posthorn-local-orders-orders')],
        ['kafka-cluster:AlterGroup', within('group', 'posthorn-local-orders-orders')],
      ],
    ],
    [
      'MSK by a secret',
      { ...msk, authentication: { kind: 'scram-512', secretArn: MSK_SECRET, keyArn: KEY } },
      [
        ['secretsmanager:GetSecretValue', MSK_SECRET],
        ['kms:Decrypt', KEY],
        ...read,
        ['kafka:ListScramSecrets', ARN],
      ],
    ],
    [
      'a registry of Confluent’s',
      {
        ...own,
        registry: {
          kind: 'confluent',
          url: 'https://r.example.com',
          authentication: { secretArn: KEY.replace('kms', 'secretsmanager').replace('key/', 'secret:') },
        },
      },
      [
        ['secretsmanager:GetSecretValue', SECRET],
        ['secretsmanager:GetSecretValue', KEY.replace('kms', 'secretsmanager').replace('key/', 'secret:')],
      ],
    ],
    [
      'a registry of Glue’s',
      { ...own, registry: { kind: 'glue', registryArn: REGISTRY } },
      [
        ['secretsmanager:GetSecretValue', SECRET],
        ['glue:GetSchemaVersion', '*'],
      ],
    ],
    [
      'a bucket for what is given up',
      { ...own, onFailureBucketArn: BUCKET },
      [
        ['secretsmanager:GetSecretValue', SECRET],
        ['s3:ListBucket', BUCKET],
        ['s3:PutObject', `${BUCKET}/*`],
      ],
    ],
  ])('lets the function of %s do that and no more (B8)', (_, source, grants) => {
    const found = grantsOf(source).filter(([action]) => !action.startsWith('ec2:'));
    expect(found.sort()).toEqual(grants.sort());
  });

  test('lets Lambda enter networks for MSK and where subnets are named, and nobody else (B8)', () => {
    const reaches = (source: KafkaSourceSettings): boolean =>
      resources(source).allowed.some(([action]) => action === 'ec2:DescribeSecurityGroups');
    expect(reaches(own)).toBe(false);
    expect(reaches(msk)).toBe(true);
    expect(reaches({ ...own, cluster: { bootstrapServers: ['b:9096'], ...network } })).toBe(true);
  });

  const elsewhere = (arn: string): string => arn.replace('us-east-1', 'eu-west-1');
  const secretElsewhere = elsewhere(SECRET);

  test.each<[string, KafkaSourceSettings, string]>([
    ['cluster', { ...msk, cluster: { mskArn: elsewhere(ARN) } }, 'cluster in us-east-1'],
    [
      'secret',
      { ...own, authentication: { kind: 'basic', secretArn: secretElsewhere } },
      'secret in us-east-1',
    ],
    [
      'registry',
      { ...own, registry: { kind: 'glue', registryArn: elsewhere(REGISTRY) } },
      'registry in us-east-1',
    ],
    [
      'registry’s secret',
      {
        ...own,
        registry: {
          kind: 'confluent',
          url: 'https://r.example.com',
          authentication: { secretArn: secretElsewhere },
        },
      },
      'secret in us-east-1',
    ],
    [
      'cluster of another account',
      { ...msk, cluster: { mskArn: ARN.replace('000000000000', '1'.repeat(12)) } },
      'cluster in 000000000000',
    ],
  ])('refuses a %s of another region, which AWS would not find (B8)', (_, source, problem) => {
    expect(() => environmentOf('local', { homeRegion: 'us-east-1', sources: { kafka: [source] } })).toThrow(
      problem,
    );
  });
});
