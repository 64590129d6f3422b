import { Duration, type Stack } from 'aws-cdk-lib';
import { PosthornFunction } from '../constructs/function.ts';
import type { Settings } from '../settings/config.ts';
import type { StorageStack } from './storage-stack.ts';

export interface EraseProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
}

/**
 * An erasure may start some minutes late. A run without work is one query: 9,000 runs a month cost less than a cent.
 */
const EVERY = Duration.minutes(5);
/** Ends before the next run begins. */
const TIMEOUT = Duration.minutes(4);

/** Erases deleted tenants step by step, and removes listeners that are over. */
export class EraseFunction extends PosthornFunction {
  constructor(stack: Stack, id: string, { environment, settings, storage }: EraseProps) {
    const { configTable, logTable, stateTable, payloads, key } = storage;
    super(stack, id, {
      folder: 'erase',
      timeout: TIMEOUT,
      memoryMb: 512,
      settings,
      environment: {
        CONFIG_TABLE: configTable.tableName,
        LOG_TABLE: logTable.tableName,
        STATE_TABLE: stateTable.tableName,
        PAYLOAD_BUCKET: payloads.bucketName,
        MAX_LOG_RETENTION_HOURS: String(settings.maxLogRetentionHours),
        POSTHORN_ENV: environment,
      },
    });
    const tables = [configTable.tableArn, logTable.tableArn, stateTable.tableArn];
    this.allow(['dynamodb:Query', 'dynamodb:BatchWriteItem'], ...tables);
    this.allow(['dynamodb:UpdateItem', 'dynamodb:DeleteItem'], stateTable.tableArn);
    // Listeners that are over: the version of their tenant, and where their deliveries are found in the log.
    this.allowItems(['dynamodb:UpdateItem'], configTable.tableArn, ['tenant#*']);
    this.allowItems(['dynamodb:PutItem'], logTable.tableArn, ['former#*']);
    this.allow(['kms:Decrypt'], key.keyArn);
    this.allow(['s3:ListBucket'], payloads.bucketArn);
    this.allow(['s3:DeleteObject'], payloads.arnForObjects('payloads/*'));
    this.acknowledgeWildcard(
      storage.payloadsWildcard,
      'payloads/* is where payloads are, under keys made on arrival',
    );
    this.runEvery(EVERY);
  }
}
