import { expect, test } from 'vitest';
import { assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

const code = { fn: 'export const handler = async () => {};' };
const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:kafka-AbCdEf';
const CLUSTER = 'arn:aws:kafka:us-east-1:000000000000:cluster/shop/0a1b2c3d-0000-0000-0000-000000000000-5';
const within = (kind: string, name: string): string => `${CLUSTER.replace(':cluster/', `:${kind}/`)}/${name}`;
const SCRAM = { Type: 'SASL_SCRAM_512_AUTH', URI: SECRET };
const NETWORK = [
  { Type: 'VPC_SUBNET', URI: 'subnet:subnet-1' },
  { Type: 'VPC_SECURITY_GROUP', URI: 'security_group:sg-1' },
];

const INTERFACES: [string, string][] = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeVpcs',
  'DeleteNetworkInterface',
  'DescribeSubnets',
  'DescribeSecurityGroups',
].map((action) => [`ec2:${action}`, '*']);

const OWN = {
  SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['b1.example.com:9096'] } },
  SourceAccessConfigurations: [SCRAM],
};
const OWN_GRANTS: [string, string][] = [['secretsmanager:GetSecretValue', SECRET]];
const MSK = { EventSourceArn: CLUSTER, AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'g' } };
const MSK_GRANTS: [string, string][] = [
  ['kafka:DescribeClusterV2', CLUSTER],
  ['kafka:GetBootstrapBrokers', CLUSTER],
  ...INTERFACES,
  ['kafka-cluster:Connect', CLUSTER],
  ['kafka-cluster:DescribeTopic', within('topic', 'orders')],
  ['kafka-cluster:ReadData', within('topic', 'orders')],
  ['kafka-cluster:DescribeGroup', within('group', 'g')],
  ['kafka-cluster:AlterGroup', within('group', 'g')],
];

async function deployed(mapping: object, grants: [string, string][]): Promise<string> {
  const template = assembly(
    {
      Role: role(...grants),
      Fn: lambda('fn', 'Role'),
      Map: resource('AWS::Lambda::EventSourceMapping', {
        FunctionName: ref('Fn'),
        Topics: ['orders'],
        StartingPosition: 'LATEST',
        ...mapping,
      }),
    },
    code,
  );
  try {
    const cloud = await start(template);
    return cloud.lines.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  ['of one’s own', OWN, OWN_GRANTS],
  ['of MSK, by IAM', MSK, MSK_GRANTS],
])(
  'a mapping of a cluster %s is deployed, and a line says that nothing is read (B8)',
  async (_, mapping, grants) => {
    expect(await deployed(mapping, grants)).toBe(
      'note: Map: topic orders of Kafka is left out, since no broker is given (--kafka). All else works.',
    );
  },
);

test.each<[string, object, RegExp]>([
  ['two topics', { ...OWN, Topics: ['a', 'b'] }, /a mapping takes one topic/],
  ['no starting position', { ...OWN, StartingPosition: undefined }, /only LATEST and TRIM_HORIZON/],
  ['both kinds of cluster', { ...OWN, ...MSK }, /either EventSourceArn or SelfManagedEventSource/],
  [
    'the configuration of the other kind',
    { ...OWN, AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'g' } },
    /the kind of cluster that is named/,
  ],
  [
    'partial answers, without provisioned pollers',
    { ...OWN, FunctionResponseTypes: ['ReportBatchItemFailures'] },
    /unknown property FunctionResponseTypes/,
  ],
  [
    'a limit of concurrency, as SQS has it',
    { ...OWN, ScalingConfig: { MaximumConcurrency: 2 } },
    /unknown property ScalingConfig/,
  ],
  [
    'brokers in the open without a secret',
    { ...OWN, SourceAccessConfigurations: undefined },
    /expected a secret/,
  ],
  [
    'two secrets',
    { ...OWN, SourceAccessConfigurations: [SCRAM, { ...SCRAM, Type: 'BASIC_AUTH' }] },
    /one way to authenticate/,
  ],
  [
    'subnets without a security group',
    { ...OWN, SourceAccessConfigurations: NETWORK.slice(0, 1) },
    /subnets and security groups/,
  ],
  [
    'SASL/PLAIN at MSK',
    { ...MSK, SourceAccessConfigurations: [{ ...SCRAM, Type: 'BASIC_AUTH' }] },
    /MSK does not take BASIC_AUTH/,
  ],
  ['a network beside MSK’s', { ...MSK, SourceAccessConfigurations: NETWORK }, /knows its own network/],
  [
    'a cluster of another region',
    { ...MSK, EventSourceArn: CLUSTER.replace('us-east-1', 'eu-west-1') },
    /expected one of us-east-1/,
  ],
  [
    'a queue for failures',
    { ...OWN, DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:q' } } },
    /only buckets/,
  ],
])('%s is refused (B8)', async (_, mapping, problem) => {
  expect(await deployed(mapping, [...OWN_GRANTS, ...MSK_GRANTS])).toMatch(problem);
});

test.each([
  ...OWN_GRANTS.map((grant) => [...grant, OWN, OWN_GRANTS] as const),
  ...MSK_GRANTS.map((grant) => [...grant, MSK, MSK_GRANTS] as const),
  ['ec2:DescribeVpcs', '*', { ...OWN, SourceAccessConfigurations: NETWORK }, INTERFACES] as const,
])('a role that lacks %s on %s is refused (B8)', async (action, on, mapping, grants) => {
  const others = grants.filter(([each, resource]) => each !== action || resource !== on);
  expect(others).toHaveLength(grants.length - 1);
  expect(await deployed(mapping, [...others])).toContain(
    `lacks ${action} on ${on === '*' ? 'arn:aws:ec2' : on}`,
  );
});
