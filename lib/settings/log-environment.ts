import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Settings } from './config.ts';

/** For functions that write to the log: its table, and how long entries live. */
export const logEnvironment = (
  logTable: Pick<ITable, 'tableName'>,
  { logRetentionHours }: Pick<Settings, 'logRetentionHours'>,
): Record<string, string> => ({
  LOG_TABLE: logTable.tableName,
  LOG_RETENTION_SECONDS: String(logRetentionHours * 3600),
});
