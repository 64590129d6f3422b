import type { CloudWatchLogsEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { requireEnv } from '../../platform/env.ts';
import { warn } from '../../platform/log.ts';
import type { LogsRules } from '../../sources/logs/logs-source.ts';
import { takeAgain } from '../../sources/logs/take-again.ts';
import { type TakeLogsDeps, takeLogs } from '../../sources/logs/take-logs.ts';
import { publishRecords } from '../../sources/publish-records.ts';
import { sourceDeps } from '../source-deps.ts';

const publishing = sourceDeps();
const source: LogsRules = JSON.parse(requireEnv('SOURCE'));

/** A line about each such batch would be the next batch. */
const told = new Set<string>();

const deps: TakeLogsDeps = {
  environment: requireEnv('POSTHORN_ENV'),
  source,
  publish: (records) => publishRecords(publishing, { kind: 'logs', name: source.name }, records),
  ownLines(logGroup) {
    if (told.has(logGroup)) return;
    told.add(logGroup);
    warn('own lines left out', { from: logGroup });
  },
};

/**
 * Takes lines from CloudWatch Logs, and again those that have failed.
 * @throws where lines have to come again: Lambda invokes the function once more with all of them
 */
export async function handler(event: CloudWatchLogsEvent | SQSEvent): Promise<SQSBatchResponse | undefined> {
  if ('Records' in event) return takeAgain(deps, event);
  const again = await takeLogs(deps, event);
  if (again > 0) throw new Error(`${again} lines have to come again`);
  return undefined;
}
