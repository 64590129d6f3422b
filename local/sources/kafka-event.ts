/** The event that Lambda makes of records of Kafka. Pure. */

/** A record as a broker hands it over. */
export interface PolledRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly key: Buffer | null | undefined;
  readonly value: Buffer | null | undefined;
  readonly headers: readonly (readonly [name: Buffer, value: Buffer | null])[];
}

/** What records come from: a cluster of MSK by its ARN, or one of one's own by its addresses. */
export interface KafkaCluster {
  readonly mskArn: string | undefined;
  readonly bootstrapServers: readonly string[];
}

/**
 * The event for a batch, as text: records by topic and partition, each in its order.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html#smaa-sample-event
 */
export function kafkaEvent(
  batch: readonly PolledRecord[],
  { mskArn, bootstrapServers }: KafkaCluster,
): string {
  const records: Record<string, object[]> = {};
  for (const record of batch) {
    const place = `${record.topic}-${record.partition}`;
    records[place] ??= [];
    records[place].push(recordOf(record));
  }
  return JSON.stringify({
    ...(mskArn === undefined
      ? { eventSource: 'SelfManagedKafka' }
      : { eventSource: 'aws:kafka', eventSourceArn: mskArn }),
    bootstrapServers: bootstrapServers.join(','),
    records,
  });
}

function recordOf({ topic, partition, offset, timestamp, key, value, headers }: PolledRecord): object {
  return {
    topic,
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    timestampType: 'CREATE_TIME',
    ...(key && { key: key.toString('base64') }),
    ...(value && { value: value.toString('base64') }),
    headers: headers.map(([name, bytes]) => ({ [name.toString('utf8')]: bytes ? [...bytes] : null })),
  };
}
