import { Duration, Names, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Alarm, IAlarmAction, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PosthornFunction } from '../constructs/function.ts';
import { pinFlags } from '../flags.ts';
import { ACCESS_LOG_FIELDS } from '../settings/access-log.ts';
import { HANDLE_FOLDER, handlerCode } from './handler-code.ts';
import { alarmsOf } from './receiver-alarms.ts';
import type { WebhookReceiverProps } from './receiver-props.ts';
import { checkReceiver, type ReceiverSettings, withDefaults } from './receiver-settings.ts';

/** Posthorn waits 15 seconds by default. Verifying and sending take some milliseconds. */
const RECEIVE_TIMEOUT = Duration.seconds(10);

/**
 * An endpoint for webhooks: API Gateway, a function that verifies, a queue, and a function that handles each event once.
 *
 * A request is answered with 202 when its events are in the queue, with 401 when its signature is wrong. An event that was
 * handled is not handled again for 48 hours. An event whose handler fails comes again, and goes to the dead-letter queue after
 * `maxTries`. See docs/serverless-receiver.md.
 */
export class WebhookReceiver extends Construct {
  /** The URL for the target. */
  readonly url: string;
  readonly api: HttpApi;
  /** What the sender signs with. */
  readonly secret: ISecret;
  /** Events that wait for the handler. */
  readonly queue: Queue;
  /** Events that failed too often; they stay for 14 days. */
  readonly deadLetterQueue: Queue;
  /** Which events have been handled, and which are being handled. */
  readonly table: Table;
  /** Verifies requests. */
  readonly receiveFunction: LambdaFunction;
  /** Runs the handler: grant it what the handler needs. */
  readonly handlerFunction: LambdaFunction;
  /** How long an event waits at most that is still tried: all of its tries, and the time for the last one. */
  readonly longestWait: Duration;

  constructor(scope: Construct, id: string, props: WebhookReceiverProps) {
    super(scope, id);
    pinFlags(this);
    const settings = withDefaults(props);
    checkReceiver(settings);
    this.longestWait = Duration.seconds(settings.retryAfter.toSeconds() * (settings.maxTries + 1));
    this.secret = props.secret ?? (this.createSecret() as ISecret);
    this.deadLetterQueue = this.createQueue('DeadLetters', settings, { retentionPeriod: Duration.days(14) });
    this.queue = this.createQueue('Queue', settings, {
      visibilityTimeout: settings.retryAfter,
      // A message keeps its age in the dead-letter queue, whose retention is the longer one.
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: settings.maxTries },
    });
    this.table = this.createTable();
    const receive = this.createReceive(settings);
    this.receiveFunction = receive.function;
    this.handlerFunction = this.createHandle(settings).function;
    this.api = this.createApi(settings);
    this.url = `${this.api.apiEndpoint}/`;
  }

  /** Events in the dead-letter queue. */
  metricDeadLetters(options?: MetricOptions): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      ...options,
    });
  }

  /** The age of the oldest event that waits, in seconds. */
  metricOldestEvent(options?: MetricOptions): Metric {
    return this.queue.metricApproximateAgeOfOldestMessage(options);
  }

  /** Requests that were refused: wrong signatures, mostly. */
  metricRefused(options?: MetricOptions): Metric {
    return this.api.metricClientError(options);
  }

  /** Requests that failed on this side; their sender makes them again. */
  metricFailed(options?: MetricOptions): Metric {
    return this.api.metricServerError(options);
  }

  /**
   * Makes two alarms, $0.10 a month each: an event is in the dead-letter queue; the oldest event waits for longer than
   * `longestWait`.
   * @param actions what they do, such as `new SnsAction(topic)`
   */
  addAlarms(...actions: IAlarmAction[]): { readonly deadLetters: Alarm; readonly delayed: Alarm } {
    return alarmsOf(this, actions);
  }

  private createSecret(): Secret {
    const secret = new Secret(this, 'Secret', {
      description: 'Signs webhooks',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'the sender has the same secret, which only its own API can change',
    });
    return secret;
  }

  private createQueue(
    id: string,
    { encryptionKey }: ReceiverSettings,
    props: ConstructorParameters<typeof Queue>[2],
  ): Queue {
    return new Queue(this, id, {
      enforceSSL: true,
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      ...props,
    });
  }

  private createTable(): Table {
    const table = new Table(this, 'Events', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'it holds ids for two days: a restored one would know less than the running one',
    });
    return table;
  }

  private createReceive(settings: ReceiverSettings): PosthornFunction {
    const { logDays, encryptionKey, reservedConcurrency } = settings;
    const receive = new PosthornFunction(this, 'Receive', {
      folder: 'webhook-receive',
      timeout: RECEIVE_TIMEOUT,
      // A body of 6 MB is there as text, as bytes and compressed.
      memoryMb: 256,
      reservedConcurrency,
      settings: { functionLogDays: logDays, tracing: 'off' },
      environment: { QUEUE_URL: this.queue.queueUrl, SECRET_ARN: this.secret.secretArn },
    });
    receive.allow(['sqs:SendMessage'], this.queue.queueArn);
    if (encryptionKey) receive.allow(['kms:GenerateDataKey', 'kms:Decrypt'], encryptionKey.keyArn);
    this.secret.grantRead(receive.function);
    return receive;
  }

  private createHandle(settings: ReceiverSettings): PosthornFunction {
    const { handler, logDays, encryptionKey, deduplication, batchSize, maxConcurrency } = settings;
    const handle = new PosthornFunction(this, 'Handle', {
      folder: HANDLE_FOLDER,
      code: handlerCode(handler.entry),
      timeout: handler.timeout,
      memoryMb: handler.memoryMb,
      settings: { functionLogDays: logDays, tracing: 'off' },
      environment: {
        ...handler.environment,
        WEBHOOK_TABLE: this.table.tableName,
        WEBHOOK_HANDLER: handler.export,
        KEEP_SECONDS: String(deduplication.toSeconds()),
      },
    });
    handle.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], this.table.tableArn);
    if (encryptionKey) handle.allow(['kms:Decrypt'], encryptionKey.keyArn);
    handle.consume('Events', this.queue, { batchSize, maxConcurrency });
    return handle;
  }

  private createApi({ throttle, logDays }: ReceiverSettings): HttpApi {
    const api = new HttpApi(this, 'Api', { createDefaultStage: false });
    const log = new LogGroup(this, 'AccessLog', {
      // Groups of other names each add to a policy of the account that may have 5,120 characters.
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
      logGroupName: `/aws/vendedlogs/webhook-receiver/${Names.uniqueResourceName(this, { maxLength: 100 })}`,
      retention: logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    const routes = api.addRoutes({
      path: '/',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Receive', this.receiveFunction),
      authorizer: new HttpNoneAuthorizer(),
    });
    for (const route of routes)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'a webhook is known by its signature, which the function verifies: authorizers do not get the body',
      });
    return api;
  }
}
