import { App, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Effect, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricDeclaration, type MetricName } from '../../lambdas/platform/metric-names.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import { Posthorn } from '../../lib/posthorn.ts';
import type { PosthornProps } from '../../lib/settings/props.ts';
import { environmentOf } from '../helpers/synthesised.ts';

/** An app as somebody has it who never set a feature flag. */
const bareApp = (): App =>
  new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true },
  });

const posthornWith = (props: Partial<PosthornProps> = {}): Posthorn =>
  new Posthorn(bareApp(), 'dev', { size: 'dev', ...props });

const templatesOf = (stacks: readonly Stack[]) =>
  Object.fromEntries(
    stacks.map((stack) => [stack.stackName, Template.fromStack(stack).toJSON() as Contents]),
  );

interface Contents {
  readonly Resources: Record<string, { readonly Type: string }>;
  readonly Outputs?: Record<string, object>;
}

/**
 * What there is by its id. Permissions have the construct's path in theirs, and keep nothing. Versions end in a hash of their code, which
 * is not built here.
 */
const idsOf = (templates: Record<string, Contents>) =>
  Object.entries(templates).map(([stack, { Resources, Outputs = {} }]) => ({
    stack,
    outputs: Object.keys(Outputs),
    resources: Object.entries(Resources)
      .filter(([, { Type }]) => Type !== 'AWS::Lambda::Permission')
      .map(([id, { Type }]) => `${id.replace(/(CurrentVersion[0-9A-F]{8}).*/, '$1')} ${Type}`),
  }));

/** With all stacks that there are. */
const EVERYTHING = {
  account: '123456789012',
  homeRegion: 'eu-central-1',
  dispatchRegions: [{ awsRegion: 'us-east-1', serves: ['us'] }],
  staticEgress: { zones: { 'eu-central-1': ['euc1-az1'], 'us-east-1': ['use1-az1'] } },
  sources: { sqs: [{ name: 'shop-orders', tenant: FIRST_TENANT }] },
  console: { embedOrigins: [], waf: { requestsPerFiveMinutes: 1000 } },
};

describe('an environment in an app without feature flags (E14)', () => {
  const environment = environmentOf('prod', EVERYTHING);
  const cloned = templatesOf(environment.node.children.filter((each) => each instanceof Stack));

  it('has the templates that the clone has', () => {
    const { stacks } = new Posthorn(bareApp(), 'prod', { size: 'prod', ...EVERYTHING });
    expect(stacks.length).toBeGreaterThan(7);
    expect(templatesOf(stacks)).toEqual(cloned);
  });

  it('has the same resources in a stage, by another id', () => {
    const stage = new Stage(bareApp(), 'Production');
    const { stacks } = new Posthorn(stage, 'Webhooks', {
      size: 'prod',
      environmentName: 'prod',
      ...EVERYTHING,
    });
    expect(idsOf(templatesOf(stacks))).toEqual(idsOf(cloned));
  });

  it('leaves the flags of the app’s own stacks alone', () => {
    const { node } = posthornWith();
    const flag = '@aws-cdk/aws-iam:minimizePolicies';
    expect([node.tryGetContext(flag), node.root.node.tryGetContext(flag)]).toEqual([true, undefined]);
  });
});

describe('its attributes', () => {
  it('can be read in another stack of the app, and name what the environment has', () => {
    const posthorn = posthornWith({ ...EVERYTHING, console: { domain: DOMAIN } });
    const reader = new Stack(posthorn.node.root, 'Shop', {
      env: { account: '123456789012', region: 'eu-central-1' },
    });
    const values = {
      apiUrl: posthorn.apiUrl,
      liveUrl: posthorn.liveUrl,
      apiKeySecret: posthorn.apiKeySecret.secretArn,
      payloadBucket: posthorn.payloadBucket.bucketArn,
      encryptionKey: posthorn.encryptionKey.keyArn,
      egress: posthorn.egressAddresses['eu-central-1']![0]!,
      orders: posthorn.sourceQueues['shop-orders']!.queueArn,
      ...Object.fromEntries(Object.entries(posthorn.queues).map(([name, queue]) => [name, queue.queueArn])),
      ...Object.fromEntries(Object.entries(posthorn.tables).map(([name, table]) => [name, table.tableArn])),
      ...Object.fromEntries(Object.entries(posthorn.topics).map(([name, topic]) => [name, topic.topicArn])),
    };
    for (const [id, value] of Object.entries(values)) new CfnOutput(reader, id, { value });
    const { Outputs } = Template.fromStack(reader).toJSON();
    const imports = Object.fromEntries(
      Object.entries<{ Value: object }>(Outputs).map(([id, { Value }]) => [
        id,
        /posthorn-dev-[a-z]+:ExportsOutput(FnGetAtt|Ref)[A-Za-z]+?(?=[0-9A-F]{8})/.exec(
          JSON.stringify(Value),
        )?.[0],
      ]),
    );
    expect(imports).toEqual({
      apiUrl: expect.stringMatching(/-api:.*RefApi$/),
      liveUrl: expect.stringMatching(/-api:.*AttLiveApi$/),
      apiKeySecret: expect.stringMatching(/-storage:.*RefApiKey$/),
      payloadBucket: expect.stringMatching(/-storage:.*AttPayloads$/),
      encryptionKey: expect.stringMatching(/-storage:.*AttKey$/),
      egress: expect.stringMatching(/-pipeline:.*AttEgressAddress/),
      orders: expect.stringMatching(/-sources:.*AttSqsShopOrdersQueue$/),
      ...fromStack('pipeline', {
        events: 'Events',
        critical: 'CriticalLane',
        standard: 'StandardLane',
        slow: 'SlowLane',
        bulk: 'BulkLane',
        outcomes: 'Outcomes',
        replays: 'Replays',
        live: 'Live',
        deadLetters: 'DeadLetters',
        quarantine: 'Quarantine',
      }),
      ...fromStack('storage', { config: 'Config', log: 'Log', state: 'State' }),
      page: expect.stringMatching(/-storage:.*RefPages/),
      ticket: expect.stringMatching(/-storage:.*RefAlerts/),
    });
    expect(posthorn.consoleUrl).toBe('https://hooks.example.com');
    expect(Object.keys(posthorn.egressAddresses)).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('have no console where there is none', () => {
    const posthorn = posthornWith({ console: false });
    expect(posthorn.consoleUrl).toBeUndefined();
    expect(posthorn.stacks.map(({ stackName }) => stackName)).not.toContain('posthorn-dev-console');
  });
});

const DOMAIN = {
  name: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef',
};

const fromStack = (stack: string, ids: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(ids).map(([name, id]) => [
      name,
      expect.stringMatching(new RegExp(`-${stack}:.*Att${id}$`)),
    ]),
  );

it('grants whoever publishes the reading of the key, and nothing else', () => {
  const posthorn = posthornWith();
  const reader = new Stack(posthorn.node.root, 'Shop');
  const role = new Role(reader, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const REGION = { Ref: 'AWS::Region' };
  const before = Template.fromStack(posthornWith().stacks[0]!).toJSON().Resources;
  posthorn.grantPublish(role).assertSuccess();
  const apiKey = { 'Fn::ImportValue': expect.stringContaining('RefApiKey') };
  const [policy] = Object.values(Template.fromStack(reader).findResources('AWS::IAM::Policy'));
  expect(policy!.Properties.PolicyDocument.Statement).toEqual([
    expect.objectContaining({
      Effect: Effect.ALLOW,
      Action: 'secretsmanager:GetSecretValue',
      Resource: apiKey,
    }),
    expect.objectContaining({
      Effect: Effect.ALLOW,
      Action: 'kms:Decrypt',
      Resource: { 'Fn::ImportValue': expect.stringContaining('AttKey') },
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', REGION, '.', { Ref: 'AWS::URLSuffix' }]] },
          'kms:EncryptionContext:SecretARN': apiKey,
        },
      },
    }),
  ]);
  expect(Template.fromStack(posthorn.stacks[0]!).toJSON().Resources).toEqual(before);
});

describe('its metrics', () => {
  const posthorn = posthornWith();
  const options = { Lane: { lane: 'slow' }, Reason: { reason: 'exhausted' }, Source: { source: 'sqs' } };

  it.each(Object.entries<MetricDeclaration>(METRICS))(
    'have %s as functions emit it',
    (name, { by, unit }) => {
      const metric = posthorn.metric(name as MetricName, by && options[by]);
      expect(metric).toMatchObject({
        namespace: 'Posthorn',
        metricName: name,
        statistic: unit === 'Count' ? 'Sum' : 'Average',
        dimensions: { Environment: 'dev', ...(by && { [by]: Object.values(options[by])[0] }) },
      });
    },
  );

  it.each([
    ['Delivered', {}, 'expected the option lane alone with the metric Delivered'],
    ['Delivered', { lane: 'slow', source: 'sqs' }, 'expected the option lane alone'],
    ['Events', { lane: 'slow' }, 'expected neither lane, reason nor source with the metric Events'],
  ] as const)('refuse %s with %j', (name, given, message) => {
    expect(() => posthorn.metric(name, given)).toThrow(message);
  });
});
