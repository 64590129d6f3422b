import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, type MetricName } from '../../lambdas/platform/metric-names.ts';
import type { PosthornFunction } from './function.ts';

export interface AlertsProps {
  readonly key: IKey;
  /** Addresses that get a mail for each alert, once they have confirmed the mail that AWS sends first. */
  readonly emails: readonly string[];
}

/** How often something of ours was counted within five minutes, in the region where it is. */
export const counted = (environment: string, metricName: MetricName): IMetric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { Environment: environment },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });

/** Notifies the operator: an encrypted topic, over TLS only, to which alarms and functions publish. */
export class Alerts extends Construct {
  readonly topic: Topic;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { key, emails }: AlertsProps) {
    super(scope, id);
    this.key = key;
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Posthorn alerts',
      masterKey: key,
      enforceSSL: true,
    });
    this.allowAlarms();
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** Creates an alarm on a metric whose values should all be zero. */
  watch(
    scope: Construct,
    id: string,
    { description, metric }: { readonly description: string; readonly metric: IMetric },
  ): void {
    const alarm = new Alarm(scope, id, {
      alarmDescription: description,
      metric,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }

  /** Lets a function publish. SNS encrypts with the caller's permissions. */
  allowPublish(publisher: PosthornFunction): void {
    publisher.allow(['sns:Publish'], this.topic.topicArn);
    publisher.allow(['kms:GenerateDataKey', 'kms:Decrypt'], this.key.keyArn);
  }

  /**
   * Alarms publish as CloudWatch, which the policies of topic and key must both allow: a topic policy takes the place
   * of the default one, and the key that AWS manages for SNS lets no alarm use it
   * (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
   */
  private allowAlarms(): void {
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
    this.key.grant(cloudWatch, 'kms:GenerateDataKey*', 'kms:Decrypt');
  }
}
