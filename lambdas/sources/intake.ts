import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { publishRecords, type SourceDeps, type SourceRecord } from './publish-records.ts';
import type { Source } from './source.ts';

/** A source whose records come as messages of a queue. */
export interface QueuedSource extends Source {
  read(message: SQSRecord): SourceRecord;
}

/** Publishes the messages of a source's queue. Those that a fault of ours kept from that are received again. */
export async function intake(
  deps: SourceDeps,
  source: QueuedSource,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const again = await publishRecords(
    deps,
    source,
    Records.map((message) => source.read(message)),
  );
  return { batchItemFailures: again.map((index) => ({ itemIdentifier: Records[index]!.messageId })) };
}
