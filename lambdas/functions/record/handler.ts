import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchOrSingly, consume, type Received } from '../../delivery/consume.ts';
import { putOutcomes } from '../../delivery/delivery-log-store.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { emitMetrics } from '../../platform/log.ts';
import { tallyOutcomes } from '../../stats/stats.ts';
import { addStats } from '../../stats/stats-store.ts';

const logTable = requireEnv('LOG_TABLE');
const retention = requireEnvNumber('LOG_RETENTION_SECONDS');

/** Writes what became of deliveries to the log, and counts it. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, ['outcomes'], batchOrSingly(record));

async function record(received: Received<'outcomes'>[]): Promise<void> {
  const outcomes = received.flatMap(({ message }) => message.outcomes);
  await putOutcomes(logTable, retention, outcomes);
  await addStats(logTable, tallyOutcomes(outcomes));
  emitMetrics({ Recorded: outcomes.length });
}
