/** What a deployed environment has that must outlive each upgrade, and what would take it away. */
import type { Json, JsonObject, Template } from '../../../local/template/template.ts';

/**
 * Resources that hold data, or that others know by name or address. With each, the properties whose change makes CloudFormation
 * replace it, by the resource's page in
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const STATEFUL: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'ImportSourceSpecification'],
  'AWS::S3::Bucket': ['BucketName', 'BucketNamespace', 'BucketNamePrefix', 'ObjectLockEnabled'],
  // CloudFormation refuses the update.
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  // The second makes a new value, so that the first API key would be another one.
  'AWS::SecretsManager::Secret': ['Name', 'GenerateSecretString'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::Stage': ['ApiId', 'StageName'],
  'AWS::CloudFront::Distribution': [],
  'AWS::EC2::EIP': ['Address', 'Domain', 'IpamPoolId', 'NetworkBorderGroup', 'TransferAddress'],
  'AWS::EC2::NatGateway': ['AllocationId', 'ConnectivityType', 'PrivateIpAddress', 'SubnetId'],
  'AWS::EC2::Subnet': ['AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'VpcId'],
  'AWS::EC2::VPC': ['CidrBlock', 'InstanceTenancy'],
  'AWS::Events::EventBus': ['Name'],
  // Runbooks, releases and operators' own tools name them.
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::CompositeAlarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
};

interface ReleasedResource {
  readonly type: string;
  /** Properties whose change would replace it. */
  readonly fixed?: JsonObject;
  /** Whether it stays when it is taken out of its stack. */
  readonly isRetained?: true;
  /** Of a table. */
  readonly indexes?: readonly string[];
}

export interface ReleasedStack {
  /** Names of outputs that other stacks may import. */
  readonly exports: readonly string[];
  /** By logical id. */
  readonly resources: Readonly<Record<string, ReleasedResource>>;
}

/** Stacks by name. */
export type ReleasedEnvironment = Readonly<Record<string, ReleasedStack>>;

type Properties = Readonly<Record<string, Json>>;

/** What of a stack must outlive an upgrade. */
export function releasedStack({ Outputs = {}, Resources }: Template): ReleasedStack {
  const names = Object.values(Outputs).flatMap(({ Export }) => (Export ? [String(Export.Name)] : []));
  const stateful = Object.entries(Resources).filter(([, { Type }]) => Type in STATEFUL);
  return {
    exports: names.map((name) => name.split(':').at(-1)!).sort(),
    resources: Object.fromEntries(
      stateful.map(([id, resource]) => [id, releasedResource(resource as typeof resource & WithPolicy)]),
    ),
  };
}

interface WithPolicy {
  readonly DeletionPolicy?: string;
}

function releasedResource({
  Type: type,
  Properties = {},
  DeletionPolicy,
}: Template['Resources'][string] & WithPolicy): ReleasedResource {
  const given: Properties = Properties;
  const fixed = Object.fromEntries(
    STATEFUL[type]!.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
  return {
    type,
    ...(Object.keys(fixed).length > 0 && { fixed }),
    ...(DeletionPolicy?.startsWith('Retain') && { isRetained: true as const }),
    ...(type === 'AWS::DynamoDB::Table' && { indexes: indexesOf(given) }),
  };
}

const indexesOf = ({ GlobalSecondaryIndexes }: Properties): string[] =>
  ((GlobalSecondaryIndexes ?? []) as { IndexName: string }[]).map(({ IndexName }) => IndexName);

/** What an upgrade would break, one sentence each. */
export function breaksOf(before: ReleasedEnvironment, now: ReleasedEnvironment): string[] {
  return Object.entries(before).flatMap(([name, stack]) => {
    const after = now[name];
    if (!after) return [`${name}: the stack is gone`];
    return [
      ...stack.exports
        .filter((each) => !after.exports.includes(each))
        .map(
          (each) => `${name}: ${each} is no longer exported, which fails while a deployed stack imports it`,
        ),
      ...Object.entries(stack.resources).flatMap(([id, resource]) =>
        breaksOfResource(resource, after.resources[id]).map((problem) => `${name}: ${id} ${problem}`),
      ),
    ];
  });
}

function breaksOfResource(before: ReleasedResource, now: ReleasedResource | undefined): string[] {
  if (!now) return [`(${before.type}) is deleted, or has another logical id`];
  if (now.type !== before.type) return [`is a ${now.type}, and was a ${before.type}`];
  const names = new Set([...Object.keys(before.fixed ?? {}), ...Object.keys(now.fixed ?? {})]);
  const changed = [...names].filter(
    (name) => JSON.stringify(before.fixed?.[name]) !== JSON.stringify(now.fixed?.[name]),
  );
  return [
    ...changed.map((name) => `is replaced, since ${name} has changed`),
    ...(before.isRetained && !now.isRetained ? ['is no longer retained'] : []),
    ...tooManyIndexes(before.indexes ?? [], now.indexes ?? []),
  ];
}

/** AWS::DynamoDB::Table, GlobalSecondaryIndexes: an update that adds or removes two of a table fails. */
function tooManyIndexes(before: readonly string[], now: readonly string[]): string[] {
  const changes = [
    ...before.filter((each) => !now.includes(each)),
    ...now.filter((each) => !before.includes(each)),
  ];
  return changes.length > 1 ? [`changes two indexes at once: ${changes.join(', ')}`] : [];
}
