import { publishRecords, type SourceDeps } from '../publish-records.ts';
import { type KafkaEvent, recordsOf } from './kafka-event.ts';
import type { KafkaSource } from './kafka-source.ts';
import { readRecord } from './read-record.ts';
import { plainValue, registeredValue, schemaIdsOf } from './record-value.ts';
import type { Schemas } from './schemas.ts';
import type { Unframe } from './wire-format.ts';

/** A registry that values' schemas are in. */
export interface Registry {
  readonly unframe: Unframe;
  /** @throws when the registry can't be asked */
  schemas(ids: readonly string[]): Promise<Schemas>;
}

/** Records that a fault of ours kept from being published. Lambda repeats the batch when it is thrown. */
class RecordsLeft extends Error {
  override readonly name = 'RecordsLeft';
}

/**
 * Publishes a batch of records. Kafka knows no part of a batch that failed: a partition is read up to an offset. So the whole
 * batch comes again, and since ids follow from offsets, what was published the first time is published once.
 * @throws RecordsLeft, or what the registry failed with
 */
export async function publishTopic(
  deps: SourceDeps,
  source: KafkaSource,
  registry: Registry | undefined,
  event: KafkaEvent,
): Promise<void> {
  const records = recordsOf(event);
  const readValue = registry
    ? registeredValue(registry.unframe, await registry.schemas(schemaIdsOf(records, registry.unframe)))
    : plainValue;
  const left = await publishRecords(
    deps,
    { kind: 'kafka', name: source.name },
    records.map((record) => readRecord(source, record, readValue)),
  );
  if (left.length > 0) throw new RecordsLeft(`${left.length} of ${records.length} records come again`);
}
