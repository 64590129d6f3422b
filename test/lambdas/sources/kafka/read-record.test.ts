import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { recordsOf } from '../../../../lambdas/sources/kafka/kafka-event.ts';
import type { KafkaSource } from '../../../../lambdas/sources/kafka/kafka-source.ts';
import { readRecord } from '../../../../lambdas/sources/kafka/read-record.ts';
import { plainValue, registeredValue } from '../../../../lambdas/sources/kafka/record-value.ts';
import { createSchemas, type Registered } from '../../../../lambdas/sources/kafka/schemas.ts';
import { unframeConfluent, unframeGlue } from '../../../../lambdas/sources/kafka/wire-format.ts';

const MAX_BYTES = 1000;
const envelope: KafkaSource = { name: 'orders', tenant: 'acme', records: { form: 'envelope' } };
const payload = (form: object = {}): KafkaSource => ({
  name: 'orders',
  tenant: 'acme',
  records: { form: 'payload', type: { header: 'Event-Type' }, ...form },
});

const utf8 = (text: string): number[] => [...Buffer.from(text)];

/** A record as Lambda hands it over. */
function recordOf(value: string | Uint8Array | null, headers: Record<string, string> = {}) {
  const record = {
    topic: 'orders',
    partition: 3,
    offset: 1042,
    timestamp: 1_795_827_600_000,
    timestampType: 'CREATE_TIME' as const,
    ...(value !== null && { value: Buffer.from(value).toString('base64') }),
    headers: Object.entries(headers).map(([name, text]) => ({ [name]: utf8(text) })),
  };
  return recordsOf({ records: { 'orders-3': [record as never] } })[0]!;
}

function eventOf(source: KafkaSource, ...given: Parameters<typeof recordOf>) {
  const read = readRecord(source, recordOf(...given), plainValue).event(MAX_BYTES);
  if (!read.ok) return read.problem;
  const { id, type, contentType, body, priority, region, source: publisher } = read.value;
  const text = Buffer.from(body).toString('utf8');
  return { id, type, contentType, body: text, priority, region, source: publisher };
}

describe('a record in an envelope', () => {
  test('is an event, with its payload byte for byte, named by its coordinates (B8)', () => {
    const value = '{"event_type":"order.created", "payload": {"amount": 1.10, "id": 12345678901234567890}}';
    expect(eventOf(envelope, value)).toEqual({
      id: 'orders-3-1042',
      type: 'order.created',
      contentType: 'application/json',
      body: '{"amount": 1.10, "id": 12345678901234567890}',
    });
  });

  test('says what other events may say, and other things besides (B8)', () => {
    const value = {
      event_type: 'order.created',
      payload: null,
      priority: 'critical',
      region: 'eu-central-1',
      source: 'shop',
      produced_by: { host: 'a' },
    };
    expect(eventOf({ ...envelope, idPrefix: 'eu.' }, JSON.stringify(value))).toEqual({
      id: 'eu.orders-3-1042',
      type: 'order.created',
      contentType: 'application/json',
      body: 'null',
      priority: 'critical',
      region: 'eu-central-1',
      source: 'shop',
    });
  });

  test('may hold its payload as a text (B8)', () => {
    const source: KafkaSource = { ...envelope, records: { form: 'envelope', payloadText: true } };
    const text = (payloadText: unknown): string => JSON.stringify({ event_type: 'a', payload: payloadText });
    expect(eventOf(source, text('{"a": 1}'))).toMatchObject({ body: '{"a": 1}' });
    expect(eventOf(source, text('{'))).toMatchObject({ code: 'validation_failed', field: 'payload' });
    expect(eventOf(source, text({}))).toMatchObject({ message: 'expected a text that holds JSON' });
  });

  test.each([
    ['no JSON', '{', { code: 'malformed_json' }],
    ['no UTF-8', Buffer.from([0xff]), { message: 'expected JSON in UTF-8' }],
    ['no object', '[]', { message: 'expected an object' }],
    ['no value, as one that deletes its key', null, { message: expect.stringContaining('deletes its key') }],
    ['no type', '{"payload":1}', { field: 'event_type' }],
    ['null for a type', '{"event_type":null,"payload":1}', { field: 'event_type' }],
    ['one of Posthorn’s own types', '{"event_type":"posthorn.test","payload":1}', { field: 'event_type' }],
    ['no payload', '{"event_type":"a"}', { field: 'payload' }],
    [
      'a priority that there is not',
      '{"event_type":"a","payload":1,"priority":"high"}',
      { field: 'priority' },
    ],
    [
      'a payload that is too large',
      `{"event_type":"a","payload":"${'x'.repeat(999)}"}`,
      { code: 'payload_too_large' },
    ],
  ])('with %s is none (B8)', (_, value, problem) => {
    expect(eventOf(envelope, value)).toMatchObject(problem);
  });
});

describe('a record that is its payload', () => {
  test.each([
    [
      'as it is, with its type in a header of any case',
      payload(),
      '{ "a":1 }',
      { 'EVENT-TYPE': 'a.b' },
      { type: 'a.b', body: '{ "a":1 }', contentType: 'application/json' },
    ],
    ['of the source’s type', payload({ type: 'x' }), '1', {}, { type: 'x', body: '1' }],
    [
      'of its own content type',
      payload(),
      'hi',
      { 'event-type': 'a', 'Content-Type': 'text/plain' },
      { body: 'hi', contentType: 'text/plain' },
    ],
    [
      'of the source’s content type',
      payload({ contentType: 'text/csv' }),
      'a,b',
      { 'event-type': 'a' },
      { contentType: 'text/csv' },
    ],
    [
      'null, without a value',
      payload(),
      null,
      { 'event-type': 'a' },
      { body: 'null', contentType: 'application/json' },
    ],
  ])('%s (B8)', (_, source, value, headers, event) => {
    expect(eventOf(source, value, headers)).toMatchObject({ id: 'orders-3-1042', ...event });
  });

  test.each([
    [
      'without its header',
      payload(),
      '1',
      {},
      { field: 'header Event-Type', message: 'expected this field, which is missing' },
    ],
    ['that is no JSON', payload(), '{', { 'event-type': 'a' }, { code: 'malformed_json' }],
    ['of a type that can’t be', payload(), '1', { 'event-type': 'a b' }, { field: 'header Event-Type' }],
    [
      'of a content type that can’t be',
      payload(),
      '1',
      { 'event-type': 'a', 'content-type': 'ü' },
      { field: 'header content-type' },
    ],
  ])('%s is none (B8)', (_, source, value, headers, problem) => {
    expect(eventOf(source, value, headers)).toMatchObject(problem);
  });
});

describe('whose a record is', () => {
  const tenantOf = (
    tenant: KafkaSource['tenant'],
    value: string | null,
    headers: Record<string, string> = {},
  ) => {
    const read = readRecord({ ...envelope, tenant }, recordOf(value, headers), plainValue).tenant;
    return read.ok ? read.value : read.problem.message;
  };

  test.each<[string, KafkaSource['tenant'], string | null, Record<string, string>, string]>([
    ['the source says', 'acme', '{', {}, 'acme'],
    ['a header says', { header: 'Tenant', of: ['a', 'b'] }, '{', { tenant: 'b' }, 'b'],
    ['a member says', { member: 'tenant', of: 'any' }, '{"tenant":"c"}', {}, 'c'],
    [
      'a header says, which is not allowed to',
      { header: 'tenant', of: ['a'] },
      '{}',
      { tenant: 'b' },
      'expected a tenant that the source allows',
    ],
    ['no header says', { header: 'tenant', of: 'any' }, '{}', {}, 'expected this field, which is missing'],
    [
      'a member that is no text says',
      { member: 'tenant', of: 'any' },
      '{"tenant":1}',
      {},
      'expected the id of a tenant',
    ],
    [
      'a record that can’t be read says',
      { member: 'tenant', of: 'any' },
      '{',
      {},
      expect.stringContaining('expected JSON'),
    ],
  ])('%s (B8)', (_, tenant, value, headers, expected) => {
    expect(tenantOf(tenant, value, headers)).toEqual(expected);
  });
});

describe('a value with a schema', () => {
  const avroSchema = JSON.stringify({
    type: 'record',
    name: 'Event',
    fields: [
      { name: 'event_type', type: 'string' },
      { name: 'payload', type: { type: 'map', values: 'int' } },
    ],
  });
  /** `{"event_type": "a", "payload": {"b": 1}}` */
  const avroBytes = Buffer.from([2, 0x61, 2, 2, 0x62, 2, 0]);
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  const glue = (compression: number, body: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([3, compression]), Buffer.from(uuid.replaceAll('-', ''), 'hex'), body]);

  async function readWith(
    unframe: typeof unframeGlue,
    registered: Registered | undefined,
    value: Uint8Array,
  ) {
    const framed = unframe(value);
    const ids = framed.ok ? [framed.value.schemaId] : [];
    const schemas = await createSchemas({ schema: async () => registered }, () => 0)(ids);
    const read = readRecord(envelope, recordOf(value), registeredValue(unframe, schemas)).event(MAX_BYTES);
    return read.ok ? Buffer.from(read.value.body).toString() : read.problem.message;
  }

  test.each<[string, typeof unframeGlue, Registered | undefined, Buffer, string]>([
    [
      'Confluent’s',
      unframeConfluent,
      { format: 'avro', text: avroSchema },
      Buffer.from([0, 0, 0, 0, 7, ...avroBytes]),
      '{"b":1}',
    ],
    [
      'of JSON Schema',
      unframeConfluent,
      { format: 'json', text: '{}' },
      Buffer.from('\0\0\0\0\x07{"event_type":"a","payload":[1.0]}'),
      '[1.0]',
    ],
    ['Glue’s', unframeGlue, { format: 'avro', text: avroSchema }, glue(0, avroBytes), '{"b":1}'],
    [
      'Glue’s, compressed',
      unframeGlue,
      { format: 'avro', text: avroSchema },
      glue(5, deflateSync(avroBytes)),
      '{"b":1}',
    ],
    [
      'compressed into a bomb',
      unframeGlue,
      { format: 'avro', text: avroSchema },
      glue(5, deflateSync(Buffer.alloc(6_000_000))),
      expect.stringMatching(/^expected a body that zlib can inflate to at most 7\d{5} bytes$/),
    ],
    [
      'that is cut',
      unframeConfluent,
      { format: 'avro', text: avroSchema },
      Buffer.from([0, 0, 0, 0, 7, 2]),
      'Avro: expected 1 more bytes, got 0',
    ],
    [
      'that names none',
      unframeConfluent,
      undefined,
      Buffer.from('{"a":1}'),
      expect.stringContaining('Confluent’s wire format'),
    ],
    [
      'of another version',
      unframeGlue,
      undefined,
      Buffer.alloc(18, 1),
      expect.stringContaining('Glue’s wire format'),
    ],
    [
      'that there is not',
      unframeConfluent,
      undefined,
      Buffer.from([0, 0, 0, 1, 0]),
      'expected a schema that the registry has; it has none of id 256',
    ],
    [
      'of Protobuf',
      unframeConfluent,
      { format: 'other', text: 'syntax' },
      Buffer.from([0, 0, 0, 0, 7]),
      'expected schema 7 to be of Avro or JSON Schema',
    ],
    [
      'that is no schema',
      unframeConfluent,
      { format: 'avro', text: '{' },
      Buffer.from([0, 0, 0, 0, 7]),
      expect.stringContaining('schema 7: expected JSON'),
    ],
  ])('%s (B8)', async (_, unframe, registered, value, expected) => {
    expect(await readWith(unframe, registered, value)).toEqual(expected);
  });
});

describe('schemas', () => {
  test('are asked for once, in spite of many records; those that there are not again after a while (B8)', async () => {
    let now = 1;
    const asked: string[] = [];
    const registry = {
      async schema(id: string) {
        asked.push(id);
        return id === '1' ? ({ format: 'avro', text: '"int"' } as const) : undefined;
      },
    };
    const schemas = createSchemas(registry, () => now);
    await schemas(['1', '2', '1', '2']);
    await schemas(['1', '2']);
    expect(asked).toEqual(['1', '2']);
    now = 31_001;
    await schemas(['1', '2']);
    expect(asked).toEqual(['1', '2', '2']);
  });

  test('are a fault where the registry can’t be asked, and asked for again (B8)', async () => {
    let isDown = true;
    const registry = {
      async schema() {
        if (isDown) throw new Error('down');
        return { format: 'avro', text: '"int"' } as const;
      },
    };
    const schemas = createSchemas(registry, () => 0);
    await expect(schemas(['1'])).rejects.toThrow('down');
    isDown = false;
    expect((await schemas(['1'])).get('1')).toMatchObject({ ok: true });
  });
});
