import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { putOutcomes } from '../../delivery/delivery-log-store.ts';
import { batchOrSingly, consume } from '../../delivery/queues/consume.ts';
import { quarantineIn } from '../../delivery/queues/quarantine.ts';
import { type RecordDeps, recordOutcomes } from '../../delivery/record-outcomes.ts';
import { createWatchers, TELL_WITHIN_MS } from '../../live/tell.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { sendOnce } from '../../platform/sqs.ts';
import { measureOutcomes } from '../../stats/measure-outcomes.ts';
import { countingMemory, countOutcomes } from '../../stats/stats-store.ts';

const logTable = requireEnv('LOG_TABLE');
const retentionSeconds = requireEnvNumber('LOG_RETENTION_SECONDS');
const counted = countingMemory();
const liveQueue = requireEnv('LIVE_QUEUE_URL');
const quarantine = quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'));

const deps: RecordDeps = {
  putOutcomes: (outcomes, areRepeated) => putOutcomes(logTable, retentionSeconds, outcomes, areRepeated),
  countOutcomes: (outcomes) => countOutcomes(logTable, counted, outcomes),
  measure: measureOutcomes,
  watchers: createWatchers(
    { sendOnce: (messages) => sendOnce(liveQueue, messages, TELL_WITHIN_MS) },
    Date.now,
  ),
};

const work = batchOrSingly<'outcomes'>((received, areRepeated) =>
  recordOutcomes(
    deps,
    received.flatMap(({ message }) => message.outcomes),
    areRepeated,
  ),
);

/** Writes the outcomes of deliveries to the log and counts them. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, ['outcomes'], work, quarantine);
