import { z } from 'zod';
import { ACCOUNT, regionOf } from '../core/account.ts';
import { isAllowed } from '../core/iam.ts';
import type { LocalFunction } from '../lambda/function.ts';
import type { KafkaCluster } from '../sources/kafka-event.ts';
import { checkRegion, known, noted, resourceType } from './resource.ts';
import { functionNamed, type World } from './world.ts';

/** Ways to prove who one is, in a mapping, and which clusters take them. */
const CREDENTIALS = {
  SASL_SCRAM_512_AUTH: ['msk', 'own'],
  SASL_SCRAM_256_AUTH: ['own'],
  BASIC_AUTH: ['own'],
  CLIENT_CERTIFICATE_TLS_AUTH: ['msk', 'own'],
} as const;

const access = z.union([
  known({
    Type: z.enum(Object.keys(CREDENTIALS) as (keyof typeof CREDENTIALS)[]),
    URI: z.string().startsWith('arn:aws:secretsmanager:'),
  }),
  known({
    Type: z.literal('SERVER_ROOT_CA_CERTIFICATE'),
    URI: z.string().startsWith('arn:aws:secretsmanager:'),
  }),
  known({ Type: z.literal('VPC_SUBNET'), URI: z.string().startsWith('subnet:subnet-') }),
  known({ Type: z.literal('VPC_SECURITY_GROUP'), URI: z.string().startsWith('security_group:sg-') }),
]);

const group = known({ ConsumerGroupId: z.string().regex(/^[\w/*:+=.@-]{1,200}$/) });

/**
 * A mapping of Kafka. Without provisioned pollers AWS takes no partial answers and no limit of retries.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
const shape = {
  FunctionName: z.string(),
  EventSourceArn: z.string().startsWith('arn:aws:kafka:').optional(),
  SelfManagedEventSource: known({
    Endpoints: known({
      KafkaBootstrapServers: z
        .array(z.string().regex(/^[\w.-]+:\d{1,5}$/))
        .min(1)
        .max(10),
    }),
  }).optional(),
  Topics: z
    .array(
      z
        .string()
        .regex(/^[^.][\w.-]+$/)
        .max(249),
    )
    .length(1, 'a mapping takes one topic'),
  AmazonManagedKafkaEventSourceConfig: group.optional(),
  SelfManagedKafkaEventSourceConfig: group.optional(),
  StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON'], 'only LATEST and TRIM_HORIZON are polled here'),
  BatchSize: z.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  SourceAccessConfigurations: z.array(access).min(1).max(22).optional(),
  ProvisionedPollerConfig: noted('one poller reads all partitions').optional(),
  DestinationConfig: known({
    OnFailure: known({ Destination: z.string().startsWith('arn:aws:s3:::', 'only buckets are implemented') }),
  }).optional(),
  Enabled: z.boolean().default(true),
  MetricsConfig: noted('there is no CloudWatch here').optional(),
  Tags: noted('labels for bills').optional(),
};
type Properties = z.output<z.ZodObject<typeof shape>>;

/** Where none is set, Lambda gathers records for half a second. */
const DEFAULT_WINDOW_MS = 500;

export const isKafkaMapping = (properties: unknown): boolean => {
  const { EventSourceArn, SelfManagedEventSource } = properties as Record<string, unknown>;
  return SelfManagedEventSource !== undefined || String(EventSourceArn).startsWith('arn:aws:kafka:');
};

export const kafkaMapping = resourceType(shape, (properties, { identity, world }) => {
  const target = functionNamed(world, identity.region, properties.FunctionName);
  const { EventSourceArn: mskArn, MaximumBatchingWindowInSeconds: window } = properties;
  const config = groupOf(properties);
  if (mskArn !== undefined) checkRegion(identity, mskArn, 'EventSourceArn');
  checkAccess(properties);
  checkGrants(world, target, properties);
  const [topic] = properties.Topics as [string];
  if (properties.Enabled) {
    world.kafkaMappings.push({
      name: identity.constructName,
      cluster: clusterOf(properties),
      topic,
      // Lambda makes up one that nobody else has.
      groupId: config?.ConsumerGroupId ?? identity.defaultName,
      startsAt: properties.StartingPosition,
      target,
      batchSize: properties.BatchSize,
      windowMs: window === undefined ? DEFAULT_WINDOW_MS : window * 1000,
    });
  }
  return { ref: identity.defaultName, attributes: { Id: identity.defaultName } };
});

const clusterOf = ({ EventSourceArn, SelfManagedEventSource }: Properties): KafkaCluster => ({
  mskArn: EventSourceArn,
  bootstrapServers: SelfManagedEventSource?.Endpoints.KafkaBootstrapServers ?? [
    // What MSK answers for a cluster, more or less.
    `b-1.local.kafka.${regionOf(EventSourceArn!)}.amazonaws.com:9098`,
  ],
});

function groupOf(properties: Properties): z.output<typeof group> | undefined {
  const { EventSourceArn, SelfManagedEventSource } = properties;
  const { AmazonManagedKafkaEventSourceConfig: ofMsk, SelfManagedKafkaEventSourceConfig: ofOwn } = properties;
  if ((EventSourceArn === undefined) === (SelfManagedEventSource === undefined))
    throw new Error('expected either EventSourceArn or SelfManagedEventSource');
  if (EventSourceArn === undefined ? ofMsk : ofOwn)
    throw new Error('expected the configuration of the kind of cluster that is named');
  return ofMsk ?? ofOwn;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html */
function checkAccess({ EventSourceArn, SourceAccessConfigurations = [] }: Properties): void {
  const kind = EventSourceArn === undefined ? 'own' : 'msk';
  const types = SourceAccessConfigurations.map(({ Type }) => Type);
  const credentials = types.filter((type): type is keyof typeof CREDENTIALS => type in CREDENTIALS);
  if (credentials.length > 1) throw new Error('SourceAccessConfigurations: expected one way to authenticate');
  const [way] = credentials;
  if (way && !(CREDENTIALS[way] as readonly string[]).includes(kind))
    throw new Error(`SourceAccessConfigurations: MSK does not take ${way}`);
  const [hasSubnets, hasGroups] = ['VPC_SUBNET', 'VPC_SECURITY_GROUP'].map((type) =>
    types.includes(type as never),
  );
  if (hasSubnets !== hasGroups)
    throw new Error('SourceAccessConfigurations: expected subnets and security groups');
  if (kind === 'msk' && hasSubnets) throw new Error('SourceAccessConfigurations: MSK knows its own network');
  if (kind === 'own' && !way && !hasSubnets)
    throw new Error(
      'SourceAccessConfigurations: expected a secret, since the brokers are reached over the internet',
    );
}

const NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcs',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
];

/** Lambda makes these calls itself: a denial to the function's code does not concern them. */
function checkNetwork({ role, arn }: LocalFunction): void {
  const allowed = role.statements.filter(({ effect }) => effect === 'Allow');
  const resource = `arn:aws:ec2:${regionOf(arn)}:${ACCOUNT}:network-interface/*`;
  const lacking = NETWORK.find((action) => !isAllowed(allowed, action, resource));
  if (lacking) throw new Error(`the function's role ${role.name} lacks ${lacking} on ${resource}`);
}

/**
 * What Lambda asks for in the function's name.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-permissions.html
 */
function checkGrants(world: World, target: LocalFunction, properties: Properties): void {
  const { EventSourceArn: mskArn, SourceAccessConfigurations = [], Topics, DestinationConfig } = properties;
  const needed: [action: string, resource: string][] = [];
  const has = (type: string): boolean => SourceAccessConfigurations.some(({ Type }) => Type === type);
  for (const { URI } of SourceAccessConfigurations)
    if (URI.startsWith('arn:')) needed.push(['secretsmanager:GetSecretValue', URI]);
  if (mskArn !== undefined)
    needed.push(['kafka:DescribeClusterV2', mskArn], ['kafka:GetBootstrapBrokers', mskArn]);
  if (mskArn !== undefined && has('SASL_SCRAM_512_AUTH')) needed.push(['kafka:ListScramSecrets', mskArn]);
  if (mskArn !== undefined || has('VPC_SUBNET')) checkNetwork(target);
  if (mskArn !== undefined && !SourceAccessConfigurations.some(({ Type }) => Type in CREDENTIALS)) {
    const groupId = groupOf(properties)?.ConsumerGroupId ?? 'any';
    const within = (kind: string, name: string): string =>
      `${mskArn.replace(':cluster/', `:${kind}/`)}/${name}`;
    needed.push(['kafka-cluster:Connect', mskArn]);
    for (const action of ['DescribeTopic', 'ReadData'])
      needed.push([`kafka-cluster:${action}`, within('topic', Topics[0]!)]);
    for (const action of ['DescribeGroup', 'AlterGroup'])
      needed.push([`kafka-cluster:${action}`, within('group', groupId)]);
  }
  const bucket = DestinationConfig?.OnFailure.Destination;
  if (bucket !== undefined) needed.push(['s3:PutObject', `${bucket}/any`], ['s3:ListBucket', bucket]);
  const denial = world.access.refuse(
    target.accessKey,
    needed.map(([action, resource]) => ({ action, resource })),
  );
  if (denial)
    throw new Error(`the function's role ${target.role.name} lacks ${denial.action} on ${denial.resource}`);
}
