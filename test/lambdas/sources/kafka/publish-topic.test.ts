import { deflateSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { KafkaEvent } from '../../../../lambdas/sources/kafka/kafka-event.ts';
import type { KafkaSource } from '../../../../lambdas/sources/kafka/kafka-source.ts';
import { publishTopic, type Registry } from '../../../../lambdas/sources/kafka/publish-topic.ts';
import { createSchemas, type Registered } from '../../../../lambdas/sources/kafka/schemas.ts';
import { unframeConfluent, unframeGlue } from '../../../../lambdas/sources/kafka/wire-format.ts';
import { TENANT } from '../../../builders/ingest.ts';
import { inMemorySources } from '../../../builders/sources.ts';

const SOURCE: KafkaSource = { name: 'orders', tenant: TENANT, records: { form: 'envelope' } };

const registryOf = (unframe: Registry['unframe'], registered: Registered): Registry => ({
  unframe,
  schemas: createSchemas({ schema: async () => registered }, () => 0),
});

const batchOf = (values: readonly (Uint8Array | undefined)[]): KafkaEvent => ({
  records: {
    'orders-0': values.map((value, offset) => ({
      ...{ topic: 'orders', partition: 0, offset, timestamp: 1, timestampType: 'CREATE_TIME' as const },
      ...(value && { value: Buffer.from(value).toString('base64') }),
      headers: [],
    })) as never[],
  },
});

const glue = (body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([3, 5]), Buffer.alloc(16), deflateSync(body)]);

const ZEROS = `{"event_type":"a","payload":[${'1,'.repeat(2_000_000)}1]}`;
/** An element of one byte, which stands for 250 characters. */
const WIDE = {
  type: 'record',
  name: 'Wide',
  fields: [
    { name: 'one', type: 'boolean' },
    ...Array.from({ length: 12 }, (_, i) => ({ name: `rather_long_${i}`, type: 'null' })),
  ],
};
const AVRO = JSON.stringify({
  type: 'record',
  name: 'Envelope',
  fields: [{ name: 'payload', type: { type: 'array', items: WIDE } }],
});

/** Of elements, as Avro writes it. */
const FORTY_THOUSAND = Buffer.from([0x80, 0xf1, 0x04]);

describe('a batch of values that stand for very much', () => {
  const quiet = () => vi.spyOn(process.stdout, 'write').mockReturnValue(true);

  it.each([
    ['zlib', registryOf(unframeGlue, { format: 'json', text: '{}' }), glue(Buffer.from(ZEROS)), 1000],
    [
      'Avro in zlib',
      registryOf(unframeGlue, { format: 'avro', text: AVRO }),
      glue(Buffer.concat([FORTY_THOUSAND, Buffer.alloc(40_001)])),
      1000,
    ],
    [
      'Avro',
      registryOf(unframeConfluent, { format: 'avro', text: AVRO }),
      Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), FORTY_THOUSAND, Buffer.alloc(40_001)]),
      100,
    ],
  ])(
    '%s goes to quarantine, in the memory and time of a function (B8)',
    async (_, registry, value, count) => {
      const spied = quiet();
      const world = inMemorySources();
      const event = batchOf(Array.from({ length: count }, () => value));
      const before = process.memoryUsage.rss();
      const begun = process.cpuUsage();
      await publishTopic(world.deps, SOURCE, registry, event);
      const { user, system } = process.cpuUsage(begun);
      spied.mockRestore();
      expect(world.quarantined()).toHaveLength(count);
      // A third of a processor for a minute, and 512 MB in all.
      expect((user + system) / 1e6).toBeLessThan(20);
      expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(300);
    },
  );

  it('is published in parts, in its order, and each record that is left is counted (B8)', async () => {
    const spied = quiet();
    const world = inMemorySources();
    const registry = registryOf(unframeGlue, { format: 'json', text: '{}' });
    const payload = 'x'.repeat(40_000);
    const texts = Array.from({ length: 30 }, (_, i) => `{"event_type":"a","payload":"${i}${payload}"}`);
    const plain = texts.map((text) =>
      Buffer.concat([Buffer.from([3, 0]), Buffer.alloc(16), Buffer.from(text)]),
    );
    await publishTopic(world.deps, SOURCE, registry, batchOf(plain));
    expect(world.sent().map(({ id }) => id)).toEqual(texts.map((_, i) => `orders-0-${i}`));
    const sizes: number[] = [];
    const publish: typeof world.deps.publish = async (_, reads) => {
      sizes.push(reads.length);
      throw new Error('no queue');
    };
    await expect(publishTopic({ ...world.deps, publish }, SOURCE, registry, batchOf(plain))).rejects.toThrow(
      '30 of 30 records come again',
    );
    expect(sizes.length).toBeGreaterThan(1);
    await publishTopic(world.deps, SOURCE, undefined, batchOf([undefined]));
    await publishTopic(world.deps, SOURCE, undefined, batchOf([]));
    spied.mockRestore();
  });
});
