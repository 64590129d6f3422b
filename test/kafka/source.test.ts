import { deflateSync } from 'node:zlib';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import avro from 'avsc';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import type { SourcesSettings } from '../../lib/settings/sources/sources.ts';
import { assemblyWith } from '../helpers/assembly.ts';
import { startCloud, type TestCloud } from '../helpers/cloud.ts';
import { eventually } from '../helpers/eventually.ts';
import { onFileEnd } from '../helpers/file-end.ts';
import { type Topics, topicsOf } from '../helpers/kafka/topics.ts';
import { type Endpoint, startEndpoint } from '../helpers/servers/endpoint.ts';
import { type SchemaRegistryServer, startSchemaRegistry } from '../helpers/servers/schema-registry.ts';
import { makeTenant } from '../helpers/tenant.ts';

const broker = inject('kafkaBroker');

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';
const GLUE = 'arn:aws:glue:us-east-1:000000000000:registry/shop';
const VERSION = '01234567-89ab-cdef-0123-456789abcdef';

const address = { type: 'record', name: 'shop.Address', fields: [{ name: 'city', type: 'string' }] };
const order = {
  type: 'record',
  name: 'shop.OrderEvent',
  fields: [
    { name: 'event_type', type: { type: 'enum', name: 'Kind', symbols: ['order_created'] } },
    {
      name: 'payload',
      type: {
        type: 'record',
        name: 'Order',
        fields: [
          { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
          { name: 'note', type: ['null', 'string'] },
          { name: 'to', type: 'Address' },
        ],
      },
    },
    { name: 'priority', type: ['null', 'string'], default: null },
  ],
};
const orderType = avro.Type.forSchema(
  JSON.parse(JSON.stringify(order).replace('"Address"', JSON.stringify(address))) as avro.Schema,
);
const avroOrder = orderType.toBuffer({
  event_type: 'order_created',
  payload: { total: Buffer.from([0x04, 0xb3]), note: 'é', to: { city: 'Kiel' } },
  priority: null,
});
const ORDER_JSON = '{"total":"12.03","note":"é","to":{"city":"Kiel"}}';

const confluent = (id: number, body: Uint8Array): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, body]);
};
const glue = (body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([3, 5]), Buffer.from(VERSION.replaceAll('-', ''), 'hex'), deflateSync(body)]);

const plain = {
  cluster: { bootstrapServers: ['kafka.example.com:9096'] },
  startingPosition: 'TRIM_HORIZON' as const,
  windowSeconds: 0,
};
const authentication = { kind: 'scram-512' as const, secretArn: `${SECRET}kafka-AbCdEf` };

const sourcesWith = (registryUrl: string): SourcesSettings => ({
  kafka: [
    {
      ...plain,
      name: 'orders',
      tenant: FIRST_TENANT,
      authentication,
      topics: ['orders', 'poison'],
      records: { form: 'envelope' },
    },
    {
      ...plain,
      name: 'confluent',
      tenant: FIRST_TENANT,
      authentication,
      topics: ['confluent'],
      records: { form: 'envelope' },
      registry: {
        kind: 'confluent',
        url: registryUrl,
        authentication: { secretArn: `${SECRET}registry-AbCdEf` },
      },
    },
    {
      ...plain,
      name: 'glue',
      tenant: FIRST_TENANT,
      authentication,
      topics: ['glue'],
      records: { form: 'envelope' },
      registry: { kind: 'glue', registryArn: GLUE },
    },
    {
      ...plain,
      name: 'raw',
      tenant: { header: 'tenant', of: 'any' },
      authentication,
      topics: ['raw'],
      records: { form: 'payload', type: { header: 'event-type' } },
    },
  ],
});

describe.skipIf(broker === '')('topics as a source', () => {
  let registry: SchemaRegistryServer;
  let topics: Topics;
  let cloud: TestCloud;
  let endpoint: Endpoint;

  const startWith = (assemblyDir: string) =>
    startCloud({
      assemblyDir,
      kafkaBrokers: [broker],
      foreignSecrets: { [`${SECRET}registry-AbCdEf`]: '{"username":"u","password":"p"}' },
      glueSchemas: {
        [VERSION]: {
          schemaArn: `${GLUE.replace(':registry/', ':schema/')}/order`,
          definition: JSON.stringify(order).replace('"Address"', JSON.stringify(address)),
          format: 'AVRO',
        },
      },
    });
  let assemblyDir: string;

  beforeAll(async () => {
    topics = topicsOf(broker);
    onFileEnd(() => topics[Symbol.asyncDispose]());
    registry = await startSchemaRegistry(
      {
        'schemas/ids/7': {
          schema: JSON.stringify(order),
          references: [{ name: 'shop.Address', subject: 'address', version: 1 }],
        },
        'subjects/address/versions/1': { schema: JSON.stringify(address) },
      },
      `Basic ${Buffer.from('u:p').toString('base64')}`,
    );
    onFileEnd(() => registry[Symbol.asyncDispose]());
    await Promise.all(
      ['orders', 'poison', 'confluent', 'glue', 'raw'].map((topic) => topics.create(topic, 2)),
    );
    assemblyDir = assemblyWith({ sources: sourcesWith(registry.url) }, inject('assemblyDir'));
    cloud = await startWith(assemblyDir);
    endpoint = await startEndpoint();
    await cloud.api.subscribe({ url: endpoint.url, events: ['**'] });
  });

  /** What has arrived of events of a topic: ids and bodies. */
  const arrived = (topic: string, at: Endpoint = endpoint): [string, string][] =>
    at.arrivals.flatMap(({ headers, body }): [string, string][] => {
      const id = headers['webhook-id'] as string;
      return id.startsWith(`${topic}-`) ? [[id, body.toString()]] : [];
    });
  const arrivedIds = (topic: string): string[] =>
    arrived(topic)
      .map(([id]) => id)
      .sort();

  async function quarantined(): Promise<Record<string, string>[]> {
    const QueueUrl = cloud.resource('Quarantine').physicalId;
    const { Messages = [] } = await cloud.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body }) => JSON.parse(Body!));
  }
  const quarantinedAt = (at: string) =>
    eventually(async () => {
      const found = (await quarantined()).find(({ id }) => id === at);
      expect(found, at).toBeDefined();
      return found!;
    });

  test('records in JSON become events, once each, though a batch comes again (B8)', async () => {
    const value = '{"event_type":"order.created","payload":{"amount": 1.10}}';
    await topics.produce('orders', { value }, { value, partition: 1 });
    await eventually(() => expect(arrivedIds('orders')).toEqual(['orders-0-0', 'orders-1-0']));
    expect(arrived('orders')[0]![1]).toBe('{"amount": 1.10}');
    const record = {
      topic: 'orders',
      partition: 0,
      offset: 0,
      timestamp: 1,
      timestampType: 'CREATE_TIME',
      value: Buffer.from(value).toString('base64'),
      headers: [],
    };
    const again = {
      eventSource: 'SelfManagedKafka',
      bootstrapServers: 'b:9096',
      records: { 'orders-0': [record] },
    };
    const answer = await cloud.functions.get('KafkaOrders')!.invokeText(JSON.stringify(again));
    expect(answer.kind).toBe('returned');
    await cloud.settled();
    expect(arrivedIds('orders')).toEqual(['orders-0-0', 'orders-1-0']);
  });

  test('a record that does not parse waits in quarantine, and its partition goes on (B8)', async () => {
    const value = '{"event_type":"order.created","payload":1}';
    await topics.produce('poison', { value }, { value: '{', key: 'k' }, { value: null }, { value });
    await eventually(() => expect(arrivedIds('poison')).toEqual(['poison-0-0', 'poison-0-3']));
    const kept = await quarantinedAt('poison-0-1');
    expect(kept).toMatchObject({ from: 'kafka/orders', problem: expect.stringContaining('expected JSON') });
    expect(JSON.parse(kept.body!)).toMatchObject({
      topic: 'poison',
      partition: 0,
      offset: 1,
      key: 'aw==',
      value: 'ew==',
    });
    expect(await quarantinedAt('poison-0-2')).toMatchObject({
      problem: expect.stringContaining('deletes its key'),
    });
    const lines = cloud.warnings('record quarantined');
    expect(lines).toContainEqual(expect.objectContaining({ source: 'kafka/orders', record: 'poison-0-1' }));
    expect(JSON.stringify(lines)).not.toContain('ew==');
  });

  test('a fault of ours makes the batch come again, and loses none of it (B8)', async () => {
    const value = '{"event_type":"order.created","payload":2}';
    const calm = cloud.disturb('sqs');
    await topics.produce('poison', ...Array.from({ length: 5 }, () => ({ value, partition: 1 })));
    await eventually(() => expect(cloud.warnings('source failed')).not.toEqual([]));
    calm();
    const ids = Array.from({ length: 5 }, (_, i) => `poison-1-${i}`);
    await eventually(() => expect(arrivedIds('poison')).toEqual(expect.arrayContaining(ids)));
    await cloud.settled();
    expect(arrivedIds('poison').filter((id) => id.startsWith('poison-1-'))).toEqual(ids);
  });

  test('records in Avro are read by Confluent’s registry; while it is down, they wait (B8)', async () => {
    registry.broken = { status: 503, body: '' };
    await topics.produce('confluent', { value: confluent(7, avroOrder) });
    await eventually(() => expect(registry.asked.length).toBeGreaterThan(1));
    // A page in the registry's place says nothing of schemas either.
    registry.broken = { status: 404, body: '<html>' };
    const before = registry.asked.length;
    await eventually(() => expect(registry.asked.length).toBeGreaterThan(before));
    registry.broken = undefined;
    await eventually(() => expect(arrived('confluent')).toEqual([['confluent-0-0', ORDER_JSON]]));
    await topics.produce('confluent', { value: confluent(8, avroOrder) }, { value: confluent(7, avroOrder) });
    expect(await quarantinedAt('confluent-0-1')).toMatchObject({
      problem: expect.stringContaining('none of id 8'),
    });
    await eventually(() => expect(arrivedIds('confluent')).toEqual(['confluent-0-0', 'confluent-0-2']));
    expect(registry.asked.filter((path) => path === 'subjects/address/versions/1')).toHaveLength(1);
  });

  test('records in Avro are read by Glue’s registry (B8)', async () => {
    await topics.produce('glue', { value: glue(avroOrder) });
    await eventually(() => expect(arrived('glue')).toEqual([['glue-0-0', ORDER_JSON]]));
  });

  test('records are their tenant’s, with their type in a header (B8)', async () => {
    const tenant = await makeTenant(cloud);
    const theirs = await startEndpoint();
    await tenant.api.subscribe({ url: theirs.url, events: ['**'] });
    const headers = { tenant: tenant.id, 'event-type': 'stock.low', 'content-type': 'text/plain' };
    await topics.produce(
      'raw',
      { value: 'not JSON', headers },
      { value: '1', headers: { ...headers, tenant: 'ten_ZZZZZZZZZZZZZZZZZZZZZZZZZZ' } },
      { value: '1' },
    );
    await eventually(() => expect(arrived('raw', theirs)).toEqual([['raw-0-0', 'not JSON']]));
    expect(theirs.arrivals[0]!.headers).toMatchObject({
      'posthorn-event-type': 'stock.low',
      'content-type': 'text/plain',
    });
    expect(arrived('raw')).toEqual([]);
    await quarantinedAt('raw-0-1');
    expect(await quarantinedAt('raw-0-2')).toMatchObject({
      problem: expect.stringContaining('header tenant'),
    });
  });

  test('another cloud goes on where this one ended (B8)', async () => {
    const value = '{"event_type":"order.created","payload":3}';
    await cloud.stop();
    await topics.produce('orders', { value });
    await using next = await startWith(assemblyDir);
    const after = await startEndpoint();
    await next.api.subscribe({ url: after.url, events: ['**'] });
    await topics.produce('orders', { value });
    await eventually(() => expect(arrived('orders', after).map(([id]) => id)).toContain('orders-0-2'));
    await next.settled();
    // What came while nobody read is read as well, and nothing that was read before.
    const events = (await next.api.call<{ items: { id: string }[] }>('GET', '/v1/events')).items.map(
      ({ id }) => id,
    );
    expect(events.filter((id) => id.startsWith('orders-')).sort()).toEqual(['orders-0-1', 'orders-0-2']);
  });
});
