import { Admin, Producer } from '@platformatic/kafka';

/** A record to produce. A text is its bytes in UTF-8; null is no value. */
interface NewRecord {
  readonly value: string | Buffer | null;
  readonly key?: string;
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string | Buffer>>;
}

export interface Topics extends AsyncDisposable {
  create(topic: string, partitions?: number): Promise<void>;
  /** Produces in the order given. */
  produce(topic: string, ...records: readonly NewRecord[]): Promise<void>;
  /** How many records of a topic's partition a group has behind it; undefined before its first commit. */
  committed(group: string, topic: string, partition?: number): Promise<number | undefined>;
}

/** Creates topics of a broker and fills them. @param address `127.0.0.1:<port>` */
export function topicsOf(address: string): Topics {
  const base = { clientId: 'posthorn-tests', bootstrapBrokers: [address] };
  const admin = new Admin(base);
  const producer = new Producer<Buffer, Buffer, Buffer, Buffer>(base);
  return {
    async create(topic, partitions = 1) {
      await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
    },
    async produce(topic, ...records) {
      await producer.send({
        messages: records.map(({ value, key, partition = 0, headers = {} }) => ({
          topic,
          partition,
          ...(key !== undefined && { key: Buffer.from(key) }),
          // The client writes no value where there is none.
          ...(value !== null && { value: Buffer.from(value as string) }),
          headers: new Map(
            Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text as string)]),
          ),
        })),
      });
    },
    async committed(groupId, topic, partition = 0) {
      const offsets = await admin.listConsumerGroupOffsets({
        groups: [{ groupId, topics: [{ name: topic, partitionIndexes: [partition] }] }],
      });
      const offset = offsets[0]?.topics[0]?.partitions[0]?.committedOffset;
      return offset === undefined || offset < 0n ? undefined : Number(offset);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([admin.close(), producer.close(true)]);
    },
  };
}
