import { describe, expect, it } from 'vitest';
import { readQueues } from '../../lambdas/delivery/queues/queue-names.ts';
import { QUEUE_RULES } from '../../lambdas/delivery/queues/queue-rules.ts';
import { settingsOf } from '../../lib/settings/config.ts';
import { MAX_GATEWAYS } from '../../lib/settings/zones.ts';
import { type ResolvedResource, resolvedStacks } from '../helpers/resolved.ts';
import { environmentOf } from '../helpers/synthesised.ts';

/** The longest name of a region in events: 32 characters. */
const longName = (nth: number): string => `region-${nth}-`.padEnd(32, 'x');

/** The longest names that AWS regions have. */
const REGIONS = ['ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-southeast-3'] as const;
const [homeRegion, ...others] = REGIONS;

const zonesOf = (name: string): string[] =>
  Array.from({ length: MAX_GATEWAYS }, (_, n) => `${name}-az${n + 1}`);

const everybody = {
  emails: Array.from({ length: 20 }, (_, n) => `operators-${n}@department.of.example.com`),
  urls: Array.from(
    { length: 10 },
    (_, n) => `https://events.pager-${n}.example.com/${'integration'.padEnd(64, 'x')}`,
  ),
  chat: {
    slack: { workspaceId: 'T0123ABCDEF', channelId: 'C0123ABCDEF' },
    teams: {
      tenantId: '01234567-89ab-cdef-0123-456789abcdef',
      teamId: '01234567-89ab-cdef-0123-456789abcdef',
      channelId: '19%3aab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2',
    },
  },
};

/** The environment of the longest name, with the most that settings allow. */
const environment = environmentOf('staging', {
  homeRegion,
  account: '123456789012',
  notify: { page: everybody, ticket: everybody },
  browserOrigins: Array.from({ length: 50 }, (_, n) => `https://portal-${n}.department.example.com`),
  allowedPorts: Array.from({ length: 20 }, (_, n) => `${10_000 + 1000 * n}-${10_500 + 1000 * n}`),
  releases: settingsOf('prod').releases,
  tenantMail: { from: 'alerts@example.com' },
  awsDestinations: {
    roles: ['posthorn-delivery-orders', 'posthorn-events'].map(
      (name) => `arn:aws:iam::*:role/${name.padEnd(225, 'x')}*`,
    ),
  },
  staticEgress: {
    zones: Object.fromEntries(
      ['apse1', 'apse2', 'apne1', 'apse3'].map((name, i) => [REGIONS[i]!, zonesOf(name)]),
    ),
  },
  api: {
    domain: {
      name: 'hooks.department.of.example.com',
      liveName: 'live.'.padEnd(38, 'x').concat('.example.com'),
      certificateArn: `arn:aws:acm:${homeRegion}:123456789012:certificate/0a1b`,
      hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
    },
    onlyAt: 'domain',
  },
  console: {
    embedOrigins: [],
    oidc: {
      issuer: 'https://login.department.example.com',
      clientId: 'posthorn',
      claim: 'groups',
      roles: { ['operators'.padEnd(86, '-')]: { scopes: ['admin'] } },
    },
  },
  dispatchRegions: others.map((awsRegion, i) => ({
    awsRegion,
    serves: Array.from({ length: 8 }, (_, n) => longName(8 * i + n)),
  })),
});

const stacks = resolvedStacks(environment);
const resources = stacks.flatMap((stack) => stack.resources);
const ofType = (type: string): ResolvedResource[] => resources.filter((resource) => resource.type === type);
const nameOf = ({ stack, id }: ResolvedResource): string => `${stack} ${id}`;
const byName = (all: readonly ResolvedResource[]) =>
  all.map((resource) => [nameOf(resource), resource] as const);
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const functions = ofType('AWS::Lambda::Function');
/** Each has a policy of its own. */
const aliases = ofType('AWS::Lambda::Alias');

describe('the largest environment that the settings allow', () => {
  it('has four AWS regions', () => {
    expect(new Set(resources.map(({ region }) => region))).toEqual(new Set(REGIONS));
    expect(functions.length).toBeGreaterThan(25);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  it.each(stacks.map((stack) => [stack.name, stack] as const))(
    '%s is within CloudFormation’s limits',
    (_, stack) => {
      const { template, body } = stack;
      const outputs = Object.entries(template.Outputs ?? {});
      expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
      expect(outputs.length).toBeLessThanOrEqual(200);
      expect(Object.keys(template.Parameters ?? {}).length).toBeLessThanOrEqual(200);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_000_000);
      expect(Buffer.byteLength(template.Description ?? '')).toBeLessThanOrEqual(1024);
      expect(stack.name.length).toBeLessThanOrEqual(128);
      for (const [id] of [...Object.entries(template.Resources), ...outputs])
        expect(id.length).toBeLessThanOrEqual(255);
      for (const [, { Export }] of outputs)
        expect(String(Export?.Name ?? '').length).toBeLessThanOrEqual(255);
    },
  );

  // https://github.com/aws/aws-cdk/issues/38010
  it.each(
    stacks.filter(({ name }) => name.includes('monitoring')).map((stack) => [stack.name, stack] as const),
  )(
    '%s reads one output of each other stack, since CloudFormation looks up each that a template names (K5)',
    (_, { body }) => {
      const read = [...body.matchAll(/"Fn::GetStackOutput": \{\s*"StackName": "([^"]+)"/g)].map(
        ([, name]) => name,
      );
      expect(read.length).toBeGreaterThan(1);
      expect(read).toEqual([...new Set(read)]);
      expect(body).not.toContain('Fn::ImportValue');
    },
  );

  // https://docs.aws.amazon.com/general/latest/gr/ssm.html
  it.each(byName(ofType('AWS::SSM::Parameter')))('%s keeps at most 4 KB of names', (_, { properties }) => {
    expect(properties.Value.length).toBeLessThanOrEqual(4096);
    // A list that is cut where it should not be would have empty names.
    expect(properties.Value.split('|')).not.toContain('');
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  it.each(byName(functions))('%s has variables of at most 4 KB, as JSON', (_, { properties }) => {
    expect(bytesOf(properties.Environment?.Variables ?? {})).toBeLessThanOrEqual(4096);
  });

  it.each(byName([...functions, ...aliases]))(
    '%s has as many permissions as its policy of 20 KB holds',
    (_, { ref, arn }) => {
      const statements = ofType('AWS::Lambda::Permission')
        .filter(({ properties }) => [ref, arn].includes(properties.FunctionName))
        .map(({ id, properties }) => ({
          Sid: `${id}-0A1B2C3D4E5F`.padEnd(64, 'x'),
          Effect: 'Allow',
          Principal: { Service: properties.Principal },
          Action: properties.Action,
          Resource: arn,
          Condition: { ArnLike: { 'AWS:SourceArn': properties.SourceArn } },
        }));
      expect(bytesOf({ Version: '2012-10-17', Id: 'default', Statement: statements })).toBeLessThanOrEqual(
        20 * 1024,
      );
    },
  );

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  it.each(byName(ofType('AWS::IAM::Role')))('%s has policies of at most 10,240 characters', (_, role) => {
    const inline = (role.properties.Policies ?? []).map(
      (policy: { PolicyDocument: object }) => policy.PolicyDocument,
    );
    const attached = ofType('AWS::IAM::Policy')
      .filter(({ stack, properties }) => stack === role.stack && properties.Roles.includes(role.ref))
      .map(({ properties }) => properties.PolicyDocument);
    const size = [...inline, ...attached].reduce((sum, document) => sum + JSON.stringify(document).length, 0);
    expect(size).toBeLessThanOrEqual(10_240);
    expect(JSON.stringify(role.properties.AssumeRolePolicyDocument).length).toBeLessThanOrEqual(2048);
    expect((role.properties.ManagedPolicyArns ?? []).length).toBeLessThanOrEqual(10);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  it('has an API of at most 300 routes and integrations, and ten authorizers', () => {
    expect(ofType('AWS::ApiGatewayV2::Route').length).toBeLessThanOrEqual(300);
    expect(ofType('AWS::ApiGatewayV2::Integration').length).toBeLessThanOrEqual(300);
    expect(ofType('AWS::ApiGatewayV2::Authorizer').length).toBeLessThanOrEqual(10);
    expect(
      ofType('AWS::ApiGatewayV2::Api')
        .map(({ properties }) => properties.ProtocolType)
        .sort(),
    ).toEqual(['HTTP', 'WEBSOCKET']);
    const stage = ofType('AWS::ApiGatewayV2::Stage').find(({ properties }) => properties.AccessLogSettings);
    expect(Buffer.byteLength(stage!.properties.AccessLogSettings.Format)).toBeLessThanOrEqual(3 * 1024);
  });

  it.each<[string, string, (properties: ResolvedResource['properties']) => unknown, number]>([
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    ['a queue’s policy', 'AWS::SQS::QueuePolicy', ({ PolicyDocument }) => PolicyDocument, 8192],
    // https://docs.aws.amazon.com/general/latest/gr/sns.html
    ['a topic’s policy', 'AWS::SNS::TopicPolicy', ({ PolicyDocument }) => PolicyDocument, 30_720],
    // https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
    ['a key’s policy', 'AWS::KMS::Key', ({ KeyPolicy }) => KeyPolicy, 32_768],
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    ['a bucket’s policy', 'AWS::S3::BucketPolicy', ({ PolicyDocument }) => PolicyDocument, 20_480],
    ['an alarm’s description', 'AWS::CloudWatch::Alarm', ({ AlarmDescription }) => AlarmDescription, 1024],
    ['a topic’s name for people', 'AWS::SNS::Topic', ({ DisplayName }) => DisplayName, 100],
    [
      'a security group’s description',
      'AWS::EC2::SecurityGroup',
      ({ GroupDescription }) => GroupDescription,
      255,
    ],
    ['a function’s description', 'AWS::Lambda::Function', ({ Description = '' }) => Description, 256],
    ['a log group’s name', 'AWS::Logs::LogGroup', ({ LogGroupName = '' }) => LogGroupName, 512],
  ])('%s is short enough', (_, type, textOf, most) => {
    const all = ofType(type);
    expect(all.length).toBeGreaterThan(0);
    for (const { properties } of all) {
      const text = textOf(properties);
      expect(typeof text === 'string' ? Buffer.byteLength(text) : bytesOf(text)).toBeLessThanOrEqual(most);
    }
  });

  it.each<[string, string, number]>([
    // https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    ['networks', 'AWS::EC2::VPC', 5],
    ['fixed addresses', 'AWS::EC2::EIP', 5],
    ['NAT gateways', 'AWS::EC2::NatGateway', 15],
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    ['rules', 'AWS::Events::Rule', 300],
  ])('has no more %s in a region than a new account allows', (_, type, most) => {
    const inRegion = Map.groupBy(ofType(type), ({ region }) => region);
    for (const all of inRegion.values()) expect(all.length).toBeLessThanOrEqual(most);
  });

  it('keeps its access log where API Gateway needs no policy for it', () => {
    const named = ofType('AWS::Logs::LogGroup').filter(({ properties }) => properties.LogGroupName);
    expect(named.map(({ properties }) => properties.LogGroupName)).toEqual([
      expect.stringMatching(/^\/aws\/vendedlogs\//),
    ]);
    expect(ofType('AWS::Logs::ResourcePolicy')).toEqual([]);
  });

  const allQueues = ofType('AWS::SQS::Queue');
  const urlsIn = (id: string, variable: string): string[] =>
    readQueues(
      functions.find((one) => one.id.startsWith(id))!.properties.Environment.Variables[variable],
    ).flatMap(({ queues }) => Object.values(queues));

  it('names each queue by its real name, in each AWS region', () => {
    const urls = allQueues.map(({ ref }) => ref).filter((url) => !/Quarantine|Live/.test(url));
    expect(urlsIn('Recover', 'LANES').sort()).toEqual(urls.sort());
  });

  it('shows an operator each queue, or the queue of which it is the dead-letter queue (A17)', () => {
    const shown = new Set(urlsIn('ManageFunction', 'QUEUES'));
    const above = ({ arn }: ResolvedResource): ResolvedResource[] =>
      allQueues.filter(({ properties }) => properties.RedrivePolicy?.deadLetterTargetArn === arn);
    const isShown = (queue: ResolvedResource): boolean => shown.has(queue.ref) || above(queue).some(isShown);
    expect(allQueues.filter((queue) => !isShown(queue)).map(nameOf)).toEqual([]);
    expect(allQueues.length).toBe(10 + 3 * 6);
  });

  it('has a rule for each queue that says when to look at it (A17)', () => {
    const manage = functions.find(({ id }) => id.startsWith('ManageFunction'))!;
    const [home] = readQueues(manage.properties.Environment.Variables.QUEUES);
    expect(Object.keys(QUEUE_RULES).sort()).toEqual(Object.keys(home!.queues).sort());
  });
});
