import { publishRecords, type SourceDeps } from '../publish-records.ts';
import { type KafkaEvent, type KafkaRecord, recordsOf } from './kafka-event.ts';
import type { KafkaSource } from './kafka-source.ts';
import { mostOf } from './most-of.ts';
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
  let left = 0;
  for (const part of partsOf(records, registry !== undefined)) {
    const read = part.map((record) => readRecord(source, record, readValue));
    left += (await publishRecords(deps, { kind: 'kafka', name: source.name }, read)).length;
  }
  if (left > 0) throw new RecordsLeft(`${left} of ${records.length} records come again`);
}

/** What the values of a part may become, in bytes. Each is in memory a few times at once, and a function has 512 MB. */
const PART_BYTES = 32_000_000;

/** Records in parts that are published one after the other, since what a value becomes is kept until it is published. */
function partsOf(records: readonly KafkaRecord[], isRegistered: boolean): KafkaRecord[][] {
  const parts: KafkaRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const { length } = record.value ?? [];
    const bytes = isRegistered ? mostOf(length) : length;
    if (parts.length === 0 || bytes > room) {
      parts.push([]);
      room = PART_BYTES;
    }
    parts.at(-1)!.push(record);
    room -= bytes;
  }
  return parts;
}
