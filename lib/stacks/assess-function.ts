import { Duration, type Stack } from 'aws-cdk-lib';
import { PosthornFunction } from '../constructs/function.ts';
import type { Settings } from '../settings/config.ts';
import { mailRegion, type TenantMail } from '../settings/tenant-mail.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface AssessProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
}

/**
 * Counters are kept by five minutes, and what is judged spans a quarter of an hour and more: a run each minute would find
 * little sooner, at five times the price.
 */
const EVERY = Duration.minutes(5);
/** Ends before the next run begins. */
const TIMEOUT = Duration.minutes(4);

/** Judges what has been counted: which targets and rules somebody should look at. */
export class AssessFunction extends PosthornFunction {
  constructor(id: string, { environment, settings, storage, pipeline }: AssessProps) {
    const { configTable, logTable, stateTable, key, alerts } = storage;
    const { events } = pipeline.queues;
    const { targetFailing } = settings.monitoring;
    const { tenantMail } = settings;
    super(pipeline, id, {
      folder: 'assess',
      timeout: TIMEOUT,
      memoryMb: 512,
      settings,
      environment: {
        CONFIG_TABLE: configTable.tableName,
        LOG_TABLE: logTable.tableName,
        STATE_TABLE: stateTable.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        ALERTS_TOPIC_ARN: alerts.topic.topicArn,
        FAILING_PERCENT: String(targetFailing.percent),
        FAILING_ATTEMPTS: String(targetFailing.attempts),
        ...(tenantMail && { TENANT_MAIL_FROM: tenantMail.from }),
        ...(tenantMail && mailRegion(tenantMail) && { TENANT_MAIL_REGION: mailRegion(tenantMail)! }),
        POSTHORN_ENV: environment,
      },
    });
    this.allow(['dynamodb:BatchGetItem'], configTable.tableArn);
    this.allow(['dynamodb:Query'], logTable.tableArn);
    // Which targets fail, and how they do.
    this.allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], stateTable.tableArn);
    this.allowItems(['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'], stateTable.tableArn, [
      'failing-targets',
    ]);
    this.allow(['kms:Decrypt'], key.keyArn);
    this.allow(['sqs:SendMessage'], events.queueArn);
    alerts.allowPublish(this);
    // What was judged of alert rules, and how many mails a tenant has had: see rule-state-store.ts and
    // mail-allowance-store.ts.
    this.allowItems(['dynamodb:UpdateItem', 'dynamodb:DeleteItem'], stateTable.tableArn, ['alert-rules#*']);
    this.allowItems(['dynamodb:UpdateItem'], stateTable.tableArn, ['mail#*']);
    this.allowItems(['dynamodb:GetItem'], configTable.tableArn, ['tenants']);
    if (tenantMail) this.allowMail(pipeline, tenantMail);
    this.runEvery(EVERY);
  }

  /** An address that is verified itself is its own identity; else its domain is. */
  private allowMail(stack: Stack, { from, identityArn }: TenantMail): void {
    const arnOf = (resourceName: string): string =>
      stack.formatArn({ service: 'ses', resource: 'identity', resourceName });
    const domain = from.slice(from.lastIndexOf('@') + 1);
    const identities = identityArn ? [identityArn] : [arnOf(from), arnOf(domain)];
    this.allowWhere(['ses:SendEmail'], identities, { StringEquals: { 'ses:FromAddress': from } });
  }
}
