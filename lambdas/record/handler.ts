import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { consume, type Received, togetherOrAlone } from '../adapters/consume.ts';
import { putOutcomes } from '../adapters/delivery-log.ts';
import { requireEnv, requireEnvNumber } from '../adapters/env.ts';
import { emitMetrics } from '../adapters/log.ts';
import { addStats } from '../adapters/stats-store.ts';
import { tallyOutcomes } from '../domain/stats.ts';

const logTable = requireEnv('LOG_TABLE');
const retention = requireEnvNumber('LOG_RETENTION_SECONDS');

/** Writes what became of deliveries to the log, and counts it. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, ['outcomes'], togetherOrAlone(record));

async function record(received: Received<'outcomes'>[]): Promise<void> {
  const outcomes = received.flatMap(({ message }) => message.outcomes);
  await putOutcomes(logTable, retention, outcomes);
  await addStats(logTable, tallyOutcomes(outcomes));
  emitMetrics({ Recorded: outcomes.length });
}
