import { Duration, type Stack, Token } from 'aws-cdk-lib';
import type { CfnEventSourceMappingProps } from 'aws-cdk-lib/aws-lambda';
import type { KafkaSource } from '../../lambdas/sources/kafka/kafka-source.ts';
import type { PosthornFunction } from '../constructs/function.ts';
import { cacheMs } from '../settings/config.ts';
import { sourceId } from '../settings/sources/common.ts';
import type { KafkaSourceSettings } from '../settings/sources/kafka.ts';
import { type SourceSurroundings, sourceFunction } from './surroundings.ts';

/** A batch of 10,000 records that each name a new schema, with a margin. */
const TIMEOUT = Duration.seconds(60);

/** Topics of a Kafka cluster: a function that may do what Lambda needs to read them, and a mapping for each topic. */
export function createKafkaSource(
  stack: Stack,
  settings: KafkaSourceSettings,
  surroundings: SourceSurroundings,
): void {
  const id = sourceId('kafka', settings.name);
  const reader = sourceFunction(stack, id, surroundings, {
    folder: 'kafka',
    timeout: TIMEOUT,
    reservedConcurrency: settings.concurrency,
    variables: {
      SOURCE: JSON.stringify(sourceOf(settings)),
      REGISTRY_SECRET_CACHE_MS: cacheMs(surroundings.settings, 'firstKey'),
    },
  });
  checkPlaces(stack, settings);
  allowCluster(reader, settings, surroundings.environment);
  allowRegistry(reader, settings);
  allowDestination(reader, settings);
  for (const topic of settings.topics)
    reader.consumeTopic(`Topic-${topic}`, mappingOf(settings, topic, surroundings.environment));
}

function sourceOf({ name, tenant, records, registry, idPrefix }: KafkaSourceSettings): KafkaSource {
  return {
    name,
    tenant,
    records,
    idPrefix,
    registry:
      registry?.kind === 'confluent'
        ? { kind: 'confluent', url: registry.url, secretArn: registry.authentication?.secretArn }
        : registry,
  };
}

/** AWS refuses a mapping of another region's cluster, or of another account's; the function and Lambda ask services of their region alone. */
function checkPlaces(stack: Stack, { name, cluster, authentication, registry }: KafkaSourceSettings): void {
  const check = (what: string, arn: string, asks: readonly ('region' | 'account')[]): void => {
    const [, , , region, account] = arn.split(':');
    for (const [kind, got, wanted] of [
      ['region', region, stack.region],
      ['account', account, stack.account],
    ] as const)
      if (asks.includes(kind) && !Token.isUnresolved(wanted) && got !== wanted)
        throw new Error(`sources.kafka ${name}: expected a ${what} in ${wanted}, got one in ${got}`);
  };
  if ('mskArn' in cluster) check('cluster', cluster.mskArn, ['region', 'account']);
  if ('secretArn' in authentication) check('secret', authentication.secretArn, ['region']);
  if (registry?.kind === 'glue') check('registry', registry.registryArn, ['region', 'account']);
  if (registry?.kind === 'confluent' && registry.authentication)
    check('secret', registry.authentication.secretArn, ['region']);
}

/** AWS wants a group for each mapping. */
const groupOf = (
  { name, consumerGroupId }: KafkaSourceSettings,
  topic: string,
  environment: string,
): string => consumerGroupId ?? `posthorn-${environment}-${name}-${topic}`;

/** As SourceAccessConfigurations name them. */
const TYPES = {
  'scram-512': 'SASL_SCRAM_512_AUTH',
  'scram-256': 'SASL_SCRAM_256_AUTH',
  basic: 'BASIC_AUTH',
  mtls: 'CLIENT_CERTIFICATE_TLS_AUTH',
} as const;

function mappingOf(
  settings: KafkaSourceSettings,
  topic: string,
  environment: string,
): Omit<CfnEventSourceMappingProps, 'functionName'> {
  const { cluster, startingPosition, batchSize, windowSeconds, pollers, onFailureBucketArn } = settings;
  const group = { consumerGroupId: groupOf(settings, topic, environment) };
  const access = accessOf(settings);
  return {
    ...('mskArn' in cluster
      ? { eventSourceArn: cluster.mskArn, amazonManagedKafkaEventSourceConfig: group }
      : {
          selfManagedEventSource: { endpoints: { kafkaBootstrapServers: cluster.bootstrapServers } },
          selfManagedKafkaEventSourceConfig: group,
        }),
    topics: [topic],
    ...(typeof startingPosition === 'string'
      ? { startingPosition }
      : {
          startingPosition: 'AT_TIMESTAMP',
          startingPositionTimestamp: Date.parse(startingPosition.since) / 1000,
        }),
    ...(batchSize !== undefined && { batchSize }),
    ...(windowSeconds !== undefined && { maximumBatchingWindowInSeconds: windowSeconds }),
    ...(access.length > 0 && { sourceAccessConfigurations: access }),
    ...(pollers && { provisionedPollerConfig: { minimumPollers: pollers.min, maximumPollers: pollers.max } }),
    ...(onFailureBucketArn && { destinationConfig: { onFailure: { destination: onFailureBucketArn } } }),
  };
}

function accessOf({ cluster, authentication }: KafkaSourceSettings): { type: string; uri: string }[] {
  const { subnets = [], securityGroups = [] } = 'mskArn' in cluster ? {} : cluster;
  return [
    ...('secretArn' in authentication
      ? [{ type: TYPES[authentication.kind], uri: authentication.secretArn }]
      : []),
    ...subnets.map((each) => ({ type: 'VPC_SUBNET', uri: `subnet:${each}` })),
    ...securityGroups.map((each) => ({ type: 'VPC_SECURITY_GROUP', uri: `security_group:${each}` })),
  ];
}

/**
 * What Lambda asks for in the function's name before it reads a topic.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-permissions.html
 */
function allowCluster(reader: PosthornFunction, settings: KafkaSourceSettings, environment: string): void {
  const { cluster, authentication } = settings;
  if ('secretArn' in authentication) allowSecret(reader, authentication);
  const isMsk = 'mskArn' in cluster;
  if (isMsk || cluster.subnets) reader.allowPollersNetwork();
  if (!isMsk) return;
  reader.allow(['kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'], cluster.mskArn);
  if (authentication.kind === 'scram-512') reader.allow(['kafka:ListScramSecrets'], cluster.mskArn);
  if (authentication.kind === 'iam') allowReading(reader, settings, cluster.mskArn, environment);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/msk-cluster-auth.html#msk-iam-auth */
function allowReading(
  reader: PosthornFunction,
  settings: KafkaSourceSettings,
  clusterArn: string,
  environment: string,
): void {
  const within = (kind: string, name: string): string =>
    `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}`;
  const { topics } = settings;
  reader.allow(['kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'], clusterArn);
  reader.allow(
    ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
    ...topics.map((topic) => within('topic', topic)),
  );
  reader.allow(
    ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
    ...topics.map((topic) => within('group', groupOf(settings, topic, environment))),
  );
}

function allowRegistry(reader: PosthornFunction, { registry }: KafkaSourceSettings): void {
  if (registry?.kind === 'confluent' && registry.authentication) allowSecret(reader, registry.authentication);
  if (registry?.kind !== 'glue') return;
  // https://docs.aws.amazon.com/glue/latest/dg/schema-registry-gs.html#schema-registry-gs1b
  reader.allow(['glue:GetSchemaVersion'], '*');
  reader.acknowledgeWildcard(
    'AwsSolutions-IAM5[Resource::*]',
    'the id of a version names no registry, so Glue allows it for all or for none; the function takes those of its registry alone',
  );
}

function allowSecret(
  reader: PosthornFunction,
  { secretArn, keyArn }: { readonly secretArn: string; readonly keyArn?: string | undefined },
): void {
  reader.allow(['secretsmanager:GetSecretValue'], secretArn);
  if (keyArn !== undefined) reader.allow(['kms:Decrypt'], keyArn);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html */
function allowDestination(reader: PosthornFunction, { onFailureBucketArn }: KafkaSourceSettings): void {
  if (onFailureBucketArn === undefined) return;
  reader.allow(['s3:ListBucket'], onFailureBucketArn);
  reader.allow(['s3:PutObject'], `${onFailureBucketArn}/*`);
  reader.acknowledgeWildcard(
    `AwsSolutions-IAM5[Resource::${onFailureBucketArn}/*]`,
    'Lambda chooses the keys of the batches that it gives up',
  );
}
