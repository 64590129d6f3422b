import { Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  METRICS,
  type MetricDeclaration,
  type MetricName,
} from '../lambdas/platform/metric-names.ts';
import { PosthornEnvironment } from './environment.ts';
import { type PosthornProps, settingsOfProps } from './settings/props.ts';
import { sourceId } from './settings/sources/common.ts';

export type { WebhookEvent, WebhookHandler } from '../lambdas/receiver/webhook-event.ts';
export type { WebhookHandlerProps, WebhookReceiverProps } from './receiver/receiver-props.ts';
export { WebhookReceiver } from './receiver/webhook-receiver.ts';

/** The queues that events and deliveries pass through, of the home region. */
export interface PosthornQueues {
  /** Events that were accepted. */
  readonly events: IQueue;
  /** Deliveries with the priority `critical` to endpoints that answer. */
  readonly critical: IQueue;
  /** Deliveries to endpoints that answer. */
  readonly standard: IQueue;
  /** Retries, and deliveries to endpoints that are slow, failing or not known yet. */
  readonly slow: IQueue;
  /** Deliveries with the priority `low`, and those that are sent several at once. */
  readonly bulk: IQueue;
  /** Outcomes on their way to the log. */
  readonly outcomes: IQueue;
  /** Jobs that send deliveries again. */
  readonly replays: IQueue;
  /** What is shown to those who watch live. */
  readonly live: IQueue;
  /** Messages that a function failed on again and again. */
  readonly deadLetters: IQueue;
  /** Messages that could not be read. They wait for a person. */
  readonly quarantine: IQueue;
}

/** Its tables. Their items are Posthorn's own and change with releases: read them by the API. */
export interface PosthornTables {
  /** Tenants, targets, filters, subscriptions, keys. */
  readonly config: ITable;
  /** Events, deliveries, attempts, and the audit trail. */
  readonly log: ITable;
  /** Endpoint health, hold queues, and what is parked. */
  readonly state: ITable;
}

/** The topics, of the home region, by which operators are notified. */
export interface PosthornTopics {
  /** What somebody has to get up for. */
  readonly page: ITopic;
  /** What can wait for the morning. */
  readonly ticket: ITopic;
}

/** A metric that Posthorn's functions emit. docs/runbook.md says what each counts. */
export type PosthornMetric = MetricName;

/** How a metric is read. */
export interface PosthornMetricOptions extends MetricOptions {
  /** The lane (`critical`, `standard`, `slow`, `bulk`), of metrics that are counted by lane. */
  readonly lane?: string;
  /** Why, of metrics that are counted by reason. */
  readonly reason?: string;
  /** The kind of source (`logs`, `sqs`, `eventbridge`, `kafka`), of metrics that are counted by source. */
  readonly source?: string;
}

/**
 * Webhook delivery in your own AWS account: an environment of Posthorn, with one stack for each lifetime. The stacks belong to the app
 * or the stage that the construct is in, and are named `posthorn-<name>-storage`, `-pipeline`, `-api` and so on, wherever it is.
 *
 * Attributes can be used in stacks of the same app: CDK then makes exports of the stack that they are from.
 */
export class Posthorn extends PosthornEnvironment {
  /** The name that stacks, queues, alarms and metrics have in theirs. */
  readonly environmentName: string;
  /** Where the HTTP API is reached, without a slash at its end. */
  readonly apiUrl: string;
  /** Where those who watch live connect by WebSocket. */
  readonly liveUrl: string;
  /** Where the console is reached; undefined where there is none. */
  readonly consoleUrl: string | undefined;
  /** The API key that is made with the first deployment. It may do everything: publish, read, change, and make other keys. */
  readonly apiKeySecret: ISecret;
  /** The queues of the home region. */
  readonly queues: PosthornQueues;
  /** The queues of `sources.sqs`, by the names of the sources. `grantSendMessages` lets a producer publish by them, and do nothing else. */
  readonly sourceQueues: Readonly<Record<string, IQueue>>;
  /** The tables, of the home region. */
  readonly tables: PosthornTables;
  /** The topics of the home region. */
  readonly topics: PosthornTopics;
  /** Holds payloads over 8 KiB, below `payloads/`. */
  readonly payloadBucket: IBucket;
  /** Encrypts secrets, keys and notifications. */
  readonly encryptionKey: IKey;
  /** The IPv4 addresses that deliveries come from, by AWS region; empty without the setting `staticEgress`. */
  readonly egressAddresses: Readonly<Record<string, readonly string[]>>;
  /** All stacks, such as for `addDependency`, in the order in which they are deployed. */
  readonly stacks: readonly Stack[];

  /**
   * @param scope an app or a stage
   * @param id the name of the environment, unless `environmentName` is given
   * @throws Error that says what is wrong with the props
   */
  constructor(scope: Construct, id: string, props: PosthornProps) {
    const name = props.environmentName ?? id;
    super(scope, id, settingsOfProps(name, props), name);
    const { storage, pipeline, api } = this;
    this.environmentName = name;
    this.apiUrl = api.url;
    this.liveUrl = api.live.url;
    this.consoleUrl =
      props.console !== false && props.console?.pages === false ? undefined : this.console?.url;
    // CDK's classes and interfaces differ in whether `undefined` may be explicit.
    this.apiKeySecret = storage.apiKey as ISecret;
    this.queues = pipeline.queues;
    this.sourceQueues = this.queuesOfSources(props);
    this.tables = {
      config: storage.configTable as ITable,
      log: storage.logTable as ITable,
      state: storage.stateTable as ITable,
    };
    this.topics = { page: storage.pages.topic, ticket: storage.alerts.topic };
    this.payloadBucket = storage.payloads as IBucket;
    this.encryptionKey = storage.key;
    this.egressAddresses = this.addressesByRegion();
    this.stacks = this.node.children.filter((each) => each instanceof Stack);
  }

  /**
   * Lets a function, a task or a user publish: allows it to read the API key's secret, and to decrypt it. The key is the one of
   * `apiKeySecret`, so whoever has the grant may do all that the API can. To let somebody publish and nothing else, make a key with the
   * scope `publish` and keep it in a secret of your own, or name a source in `sources.sqs` and grant sending to its queue.
   */
  grantPublish(grantee: IGrantable): Grant {
    const { secretArn } = this.apiKeySecret;
    const { region, urlSuffix } = Stack.of(this.apiKeySecret);
    const read = Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [secretArn],
    });
    // CDK's own grant would name the grantee in the policy of the key, so that the stacks needed each other. Secrets Manager names the
    // secret when it decrypts: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    const decrypt = Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [this.encryptionKey.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': `secretsmanager.${region}.${urlSuffix}`,
          'kms:EncryptionContext:SecretARN': secretArn,
        },
      },
    });
    return read.combine(decrypt);
  }

  /**
   * A metric of this environment: by default the sum of five minutes, of a duration the average.
   * @param name such as `Delivered`; a metric by lane, reason or source needs that option as well
   * @throws Error that names the option that is missing, or too much
   */
  metric(name: PosthornMetric, options: PosthornMetricOptions = {}): Metric {
    const { lane, reason, source, ...rest } = options;
    const { unit, by }: MetricDeclaration = METRICS[name];
    const given = { Lane: lane, Reason: reason, Source: source };
    const dimensions = Object.entries(given).filter(([, value]) => value !== undefined);
    if (dimensions.map(([dimension]) => dimension).join() !== (by ?? ''))
      throw new Error(
        `expected ${by ? `the option ${by.toLowerCase()} alone` : 'neither lane, reason nor source'} with the metric ${name}`,
      );
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { Environment: this.environmentName, ...Object.fromEntries(dimensions) },
      statistic: unit === 'Milliseconds' ? 'Average' : 'Sum',
      ...rest,
    });
  }

  private queuesOfSources({ sources }: PosthornProps): Readonly<Record<string, IQueue>> {
    const queues = (sources?.sqs ?? []).map(({ name }) => [
      name,
      this.sources?.queues.get(`${sourceId('sqs', name)}Queue`),
    ]);
    return Object.fromEntries(queues);
  }

  private addressesByRegion(): Readonly<Record<string, readonly string[]>> {
    const stacks = [this.pipeline, ...this.regions.map(({ dispatch }) => dispatch)];
    const egresses = stacks.flatMap(({ egress }) => egress ?? []);
    return Object.fromEntries(egresses.map(({ region, addresses }) => [region, addresses]));
  }
}
