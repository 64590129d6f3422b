import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Severity } from '../monitoring/alarm-table.ts';
import type { Settings } from '../settings/config.ts';
import type { PosthornFunction } from './function.ts';

export interface AlertsProps extends Pick<Settings, 'notify'> {
  readonly key: IKey;
  readonly severity: Severity;
}

/** As a mail's sender is called. */
const DISPLAY_NAMES: Readonly<Record<Severity, string>> = {
  ticket: 'Posthorn alerts',
  page: 'Posthorn pages',
};

/** Notifies the operator: an encrypted topic, over TLS only, to which alarms, budgets and functions publish. */
export class Alerts extends Construct {
  readonly topic: Topic;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { key, severity, notify }: AlertsProps) {
    super(scope, id);
    this.key = key;
    this.topic = new Topic(this, 'Topic', {
      displayName: DISPLAY_NAMES[severity],
      masterKey: key,
      enforceSSL: true,
    });
    this.allowPublishing('cloudwatch.amazonaws.com');
    const { emails, urls } = notify[severity];
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
    for (const url of urls) this.topic.addSubscription(new UrlSubscription(url));
  }

  /** Lets a function publish. SNS encrypts with the caller's permissions. */
  allowPublish(publisher: PosthornFunction): void {
    publisher.allow(['sns:Publish'], this.topic.topicArn);
    publisher.allow(['kms:GenerateDataKey', 'kms:Decrypt'], this.key.keyArn);
  }

  /** https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html */
  allowBudgets(): void {
    this.allowPublishing('budgets.amazonaws.com');
  }

  /**
   * Services publish as themselves, which the policies of topic and key must both allow: a topic policy takes the place of the
   * default one, and the key that AWS manages for SNS lets no alarm use it
   * (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
   */
  private allowPublishing(service: string): void {
    const principal = new ServicePrincipal(service, {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [principal],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
    this.key.grant(principal, 'kms:GenerateDataKey*', 'kms:Decrypt');
  }
}
