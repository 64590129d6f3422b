import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { WebhookReceiver } from '../../../lib/receiver/webhook-receiver.ts';

type Props = ConstructorParameters<typeof WebhookReceiver>[2];

const entry = 'examples/serverless-receiver/handler.ts';

function stackOf(props: (stack: Stack) => Partial<Props> = () => ({})) {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Shop');
  const receiver = new WebhookReceiver(stack, 'Receiver', { handler: { entry }, ...props(stack) });
  let made: Template | undefined;
  const template = (): Template => {
    made ??= Template.fromStack(stack);
    return made;
  };
  return { stack, receiver, template };
}

const findingsOf = (stack: Stack): string[] =>
  new AwsSolutionsChecks(stack)
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${constructPath} ${ruleName}`),
    );

// The first template of a process loads much of CDK.
describe('a receiver', { timeout: 120_000 }, () => {
  it('tries an event five times, six times the handler’s timeout apart', () => {
    const { template } = stackOf();
    template().hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    template().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 10 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('takes settings', () => {
    const { template } = stackOf(() => ({
      handler: {
        entry,
        export: 'onEvent',
        environment: { SHOP: 'x' },
        timeout: Duration.minutes(1),
        memoryMb: 512,
      },
      deduplication: Duration.days(3),
      maxTries: 8,
      retryAfter: Duration.minutes(2),
      batchSize: 1,
      maxConcurrency: 2,
      throttle: { ratePerSecond: 7, burst: 9 },
      reservedConcurrency: 3,
      logDays: 7,
    }));
    template().hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 512,
      Timeout: 60,
      Environment: {
        Variables: Match.objectLike({ SHOP: 'x', WEBHOOK_HANDLER: 'onEvent', KEEP_SECONDS: '259200' }),
      },
    });
    template().hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 120,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 8 }),
    });
    template().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    template().hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 },
    });
    template().resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 3 }, 1);
    template().allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('takes a secret and a key that are there already', () => {
    const { template } = stackOf((stack) => ({
      secret: Secret.fromSecretNameV2(stack, 'Given', 'posthorn/orders'),
      encryptionKey: new Key(stack, 'Key'),
    }));
    template().resourceCountIs('AWS::SecretsManager::Secret', 0);
    template().allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    const grants = JSON.stringify(template().findResources('AWS::IAM::Policy'));
    expect(grants).toContain('kms:GenerateDataKey');
    expect(grants).toContain(':secret:posthorn/orders-??????');
  });

  it('has alarms where they are wanted', () => {
    const { stack, receiver, template } = stackOf();
    receiver.addAlarms(new SnsAction(new Topic(stack, 'Topic')));
    template().resourceCountIs('AWS::CloudWatch::Alarm', 2);
    template().allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
  });

  it('has metrics to read', () => {
    const { receiver } = stackOf();
    const names = [
      receiver.metricDeadLetters(),
      receiver.metricOldestEvent(),
      receiver.metricRefused(),
      receiver.metricFailed(),
    ].map(({ metricName }) => metricName);
    expect(names).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'ApproximateAgeOfOldestMessage',
      '4xx',
      '5xx',
    ]);
  });

  it('breaks no rule of AwsSolutions (K5)', () => {
    expect(findingsOf(stackOf().stack)).toEqual([]);
    expect(
      findingsOf(
        stackOf((stack) => ({ encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }) })).stack,
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<Props>, string]>([
    ['an entry that is not there', { handler: { entry: 'nowhere.ts' } }, 'handler.entry: expected a file'],
    ['too many tries', { maxTries: 1001 }, 'maxTries: expected 1 to 1000, got 1001'],
    ['a batch that is too large', { batchSize: 11 }, 'batchSize: expected 1 to 10, got 11'],
    ['too little concurrency', { maxConcurrency: 1 }, 'maxConcurrency: expected 2 to 1000, got 1'],
    [
      'a wait below the timeout',
      { retryAfter: Duration.seconds(29) },
      'retryAfter: expected 30 to 43200 seconds',
    ],
    [
      'a memory that is too short',
      { deduplication: Duration.minutes(59) },
      'deduplication: expected 3600 to',
    ],
    [
      'a timeout that Lambda refuses',
      { handler: { entry, timeout: Duration.minutes(16) } },
      'handler.timeout: expected 1 to 900 seconds',
    ],
    [
      'a variable of its own',
      { handler: { entry, environment: { WEBHOOK_TABLE: 'x' } } },
      'expected no variable WEBHOOK_TABLE',
    ],
  ])('refuses %s', (_, props, problem) => expect(() => stackOf(() => props)).toThrow(problem));
});
