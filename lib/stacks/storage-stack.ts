import { type CfnElement, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { DEAD_INDEX, UNDELIVERED_INDEX } from '../../lambdas/events/log-keys.ts';
import { TROUBLED_INDEX } from '../../lambdas/targets/troubled-index.ts';
import { accessLogs, acknowledgePolicy } from '../constructs/access-logs.ts';
import { Alerts } from '../constructs/alerts.ts';
import { tidyEmptier } from '../constructs/emptier.ts';
import type { Settings } from '../settings/config.ts';

/**
 * What outlives every deployment: tables, payloads, the key that encrypts secrets, the topics that notify operators.
 */
export class StorageStack extends Stack {
  /** Encrypts what holds secrets: the config table, the first API key, and alerts in flight. */
  readonly key: IKey;
  readonly configTable: ITable;
  readonly logTable: ITable;
  readonly stateTable: ITable;
  readonly payloads: Bucket;
  readonly apiKey: Secret;
  /** What the distribution proves itself with, where the API takes requests of no other. */
  readonly edgeSecret: Secret | undefined;
  /** For tickets: what can wait for the morning. Functions publish to it as well. */
  readonly alerts: Alerts;
  /** For what somebody has to get up for. */
  readonly pages: Alerts;

  constructor(scope: Construct, id: string, settings: Settings, props: StackProps) {
    super(scope, id, props);
    const removalPolicy = settings.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.key =
      settings.encryptionKeyArn === undefined
        ? this.createKey(removalPolicy)
        : Key.fromKeyArn(this, 'GivenKey', settings.encryptionKeyArn);
    const table = {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      deletionProtection: settings.protectData,
      removalPolicy,
    };
    const configTable = new Table(this, 'Config', {
      ...table,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    const logTable = new Table(this, 'Log', table);
    // Sparse: deliveries that have arrived have no such keys. Each projects the attributes that lists filter by. A table takes
    // one more index in a deployment (CloudFormation, AWS::DynamoDB::Table, GlobalSecondaryIndexes).
    logTable.addGlobalSecondaryIndex({
      indexName: DEAD_INDEX.name,
      partitionKey: { name: DEAD_INDEX.pk, type: AttributeType.STRING },
      sortKey: { name: DEAD_INDEX.sk, type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['target', 'reason', 'ttl'],
    });
    logTable.addGlobalSecondaryIndex({
      indexName: UNDELIVERED_INDEX.name,
      partitionKey: { name: UNDELIVERED_INDEX.pk, type: AttributeType.STRING },
      sortKey: { name: UNDELIVERED_INDEX.sk, type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['type', 'target', 'status', 'reason', 'code', 'ttl'],
    });
    const stateTable = new Table(this, 'State', table);
    // Sparse: only targets in trouble have these keys, and it is written when these change.
    stateTable.addGlobalSecondaryIndex({
      indexName: TROUBLED_INDEX.name,
      partitionKey: { name: TROUBLED_INDEX.pk, type: AttributeType.STRING },
      sortKey: { name: TROUBLED_INDEX.sk, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    for (const short of [logTable, stateTable]) {
      Validations.of(short).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason:
          'entries expire within days and nothing is configured here; a backup would outlive what it saves',
      });
    }
    const { config, log, state } = settings.restoredTables ?? {};
    this.configTable = this.inPlaceOf(configTable, config);
    this.logTable = this.inPlaceOf(logTable, log);
    this.stateTable = this.inPlaceOf(stateTable, state);
    this.payloads = this.createBucket(settings, removalPolicy);
    this.apiKey = this.createApiKey(removalPolicy);
    this.edgeSecret = settings.api?.onlyAt === 'cloudFront' ? this.createEdgeSecret() : undefined;
    this.alerts = new Alerts(this, 'Alerts', { key: this.key, severity: 'ticket', ...settings });
    this.pages = new Alerts(this, 'Pages', { key: this.key, severity: 'page', ...settings });
    if (settings.monitoring.monthlyBudgetDollars !== undefined) this.alerts.allowBudgets();
  }

  /** The table that was restored, if one is named. The other stays as it is, since it is the way back. */
  private inPlaceOf(table: Table, restored: string | undefined): ITable {
    // The CDK's own types do not tell a member that is left out from one that is undefined.
    if (restored === undefined) return table as ITable;
    return Table.fromTableName(this, `Restored${table.node.id}`, restored);
  }

  /** What cdk-nag calls it that a role may use everything under `payloads/`. */
  get payloadsWildcard(): string {
    const bucket = this.getLogicalId(this.payloads.node.defaultChild as CfnElement);
    return `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/payloads/*]`;
  }

  private createKey(removalPolicy: RemovalPolicy): Key {
    return new Key(this, 'Key', {
      description: 'Posthorn: signing secrets, API keys and alerts',
      enableKeyRotation: true,
      removalPolicy,
    });
  }

  private createBucket(settings: Settings, removalPolicy: RemovalPolicy): Bucket {
    const bucket = new Bucket(this, 'Payloads', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy,
      ...accessLogs(this, settings),
      // A bucket that is not empty can't be deleted, nor can its stack.
      autoDeleteObjects: !settings.protectData,
      lifecycleRules: [
        // A day more than any tenant's log, so that every event in the log has its payload.
        { expiration: Duration.days(Math.ceil(settings.maxLogRetentionHours / 24) + 1) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    if (!settings.protectData) tidyEmptier(this, settings.functionLogDays);
    acknowledgePolicy(bucket);
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'objects live for days and are read by two functions, which log every failed read',
    });
    return bucket;
  }

  /** Here, so that a distribution in use can send it before the API asks for it. */
  private createEdgeSecret(): Secret {
    const secret = new Secret(this, 'EdgeSecret', {
      description: 'Posthorn: shows the API that a request came through CloudFront',
      generateSecretString: { passwordLength: 40, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'a distribution has it, which CloudFormation alone updates. docs/deploy.md says how it is replaced',
    });
    return secret;
  }

  private createApiKey(removalPolicy: RemovalPolicy): Secret {
    const secret = new Secret(this, 'ApiKey', {
      description: 'Posthorn: the API key made at deployment',
      encryptionKey: this.key,
      generateSecretString: { passwordLength: 40, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'applications hold this key; replacing it on a schedule would lock them out. It is replaced by hand',
    });
    return secret;
  }
}
