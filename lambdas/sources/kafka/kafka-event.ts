import type { MSKEvent, SelfManagedKafkaEvent } from 'aws-lambda';

/**
 * What Lambda hands over of Kafka: the same for MSK and clusters of one's own.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html, https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
 */
export type KafkaEvent = Pick<MSKEvent | SelfManagedKafkaEvent, 'records'>;

export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
  /** Undefined or null: the record has none, which in a compacted topic deletes its key. */
  readonly value: Uint8Array | undefined;
  /** The last of each name, as text. Names are in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** As it came. */
  readonly raw: object;
}

/** The records of an event: partition by partition, each in its order. */
export function recordsOf({ records }: KafkaEvent): KafkaRecord[] {
  return Object.values(records)
    .flat()
    .map((record) => {
      const { topic, partition, offset, timestamp, value, headers } = record;
      return {
        topic,
        partition,
        offset,
        timestamp,
        // Without a value, Lambda leaves it out or says null.
        value: typeof value === 'string' ? Buffer.from(value, 'base64') : undefined,
        headers: headersOf(headers ?? []),
        raw: record,
      };
    });
}

/** Lambda writes a header's value as its bytes: signed or not, depending on who wrote the page. */
function headersOf(
  headers: readonly Readonly<Record<string, readonly number[] | null>>[],
): Map<string, string> {
  const named = headers.flatMap((header) => Object.entries(header));
  return new Map(
    named.flatMap(([name, bytes]) =>
      bytes
        ? [[name.toLowerCase(), Buffer.from(bytes.map((byte) => byte & 0xff)).toString('utf8')] as const]
        : [],
    ),
  );
}
