import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AvroProblem, readAvro, textOf } from '../../../../lambdas/sources/kafka/avro/read-json.ts';
import { parseSchema, type Schema } from '../../../../lambdas/sources/kafka/avro/schema.ts';
import { runs } from '../../../helpers/runs.ts';

function schemaOf(schema: object | string, references: object[] = []): Schema {
  const parsed = parseSchema(
    JSON.stringify(schema),
    references.map((each) => JSON.stringify(each)),
  );
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.schema;
}

const problemOf = (schema: unknown): string | undefined => {
  const parsed = parseSchema(typeof schema === 'string' ? schema : JSON.stringify(schema));
  return parsed.ok ? undefined : parsed.problem;
};

const read = (schema: object | string, bytes: Uint8Array): string =>
  textOf(readAvro(bytes, schemaOf(schema)));

/** A number as Avro writes it. */
function long(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

const bytes = (...of: (number | Buffer)[]): Buffer =>
  Buffer.concat(of.map((each) => (typeof each === 'number' ? Buffer.from([each]) : each)));

describe('what a value becomes as JSON', () => {
  const fixed = (size: number, logicalType: string, more = {}) => ({
    type: 'fixed',
    name: 'F',
    size,
    logicalType,
    ...more,
  });
  const logical = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more });

  test.each<[string, object | string, Buffer, string]>([
    ['null', 'null', bytes(), 'null'],
    ['a boolean', 'boolean', bytes(1), 'true'],
    ['the least int', 'int', long(-2_147_483_648n), '-2147483648'],
    [
      'the largest long, with all its digits',
      'long',
      long(9_223_372_036_854_775_807n),
      '9223372036854775807',
    ],
    ['a float as short as it is', 'float', Buffer.from(new Float32Array([0.1]).buffer), '0.1'],
    ['a double', 'double', Buffer.from(new Float64Array([1e21]).buffer), '1e+21'],
    ['no number', 'double', Buffer.from(new Float64Array([Number.NaN]).buffer), '"NaN"'],
    ['infinity', 'float', Buffer.from(new Float32Array([-Infinity]).buffer), '"-Infinity"'],
    ['bytes in base64', 'bytes', bytes(long(3n), 0xff, 0, 1), '"/wAB"'],
    ['a text', 'string', bytes(long(4n), Buffer.from('é"\n')), '"é\\"\\n"'],
    ['a fixed in base64', { type: 'fixed', name: 'F', size: 2 }, bytes(1, 2), '"AQI="'],
    ['an enum', { type: 'enum', name: 'E', symbols: ['A', 'B'] }, long(1n), '"B"'],
    ['a union by its branch alone', ['null', 'string'], bytes(long(1n), long(1n), 0x61), '"a"'],
    [
      'a list in blocks',
      { type: 'array', items: 'int' },
      bytes(long(-1n), long(1n), long(7n), long(1n), long(8n), 0),
      '[7,8]',
    ],
    [
      'a map',
      { type: 'map', values: 'null' },
      bytes(long(1n), long(9n), Buffer.from('__proto__'), 0),
      '{"__proto__":null}',
    ],
    [
      'a decimal with all its digits',
      logical('bytes', 'decimal', { precision: 9, scale: 2 }),
      bytes(long(2n), 0x04, 0xb3),
      '"12.03"',
    ],
    [
      'a negative one below 1',
      fixed(2, 'decimal', { precision: 4, scale: 3 }),
      bytes(0xff, 0xfb),
      '"-0.005"',
    ],
    ['a date', logical('int', 'date'), long(20_785n), '"2026-11-28"'],
    ['a time', logical('int', 'time-millis'), long(3_723_004n), '"01:02:03.004"'],
    ['a time of microseconds', logical('long', 'time-micros'), long(3_723_004_005n), '"01:02:03.004005"'],
    ['no time of a day', logical('int', 'time-millis'), long(86_400_000n), '86400000'],
    [
      'a timestamp',
      logical('long', 'timestamp-millis'),
      long(1_795_827_600_123n),
      '"2026-11-28T01:00:00.123Z"',
    ],
    ['one before 1970', logical('long', 'timestamp-micros'), long(-1n), '"1969-12-31T23:59:59.999999Z"'],
    [
      'one of nanoseconds',
      logical('long', 'timestamp-nanos'),
      long(1_000_000_001n),
      '"1970-01-01T00:00:01.000000001Z"',
    ],
    ['a local one', logical('long', 'local-timestamp-millis'), long(0n), '"1970-01-01T00:00:00.000"'],
    [
      'one beyond the year 9999',
      logical('long', 'timestamp-millis'),
      long(253_402_300_800_000n),
      '253402300800000',
    ],
    ['one beyond any year', logical('long', 'timestamp-millis'), long(2n ** 62n), String(2n ** 62n)],
    [
      'a UUID of bytes',
      fixed(16, 'uuid'),
      Buffer.from('0123456789abcdef0123456789abcdef', 'hex'),
      '"01234567-89ab-cdef-0123-456789abcdef"',
    ],
    ['a UUID of text', logical('string', 'uuid'), bytes(long(1n), 0x78), '"x"'],
    [
      'a duration',
      fixed(12, 'duration'),
      bytes(Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])),
      '{"months":1,"days":2,"milliseconds":3}',
    ],
    ['a logical type that nobody knows', logical('int', 'colour'), long(3n), '3'],
    ['a logical type on another kind', logical('string', 'date'), bytes(long(1n), 0x61), '"a"'],
  ])('%s (B8)', (_, schema, data, json) => {
    expect(read(schema, data)).toBe(json);
  });

  test('a record holds itself, and types by their full name (B8)', () => {
    const schema = {
      type: 'record',
      name: 'shop.Order',
      fields: [
        { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['NEW'] } },
        { name: 'again', type: 'shop.Kind' },
        { name: 'next', type: ['null', 'Order'] },
      ],
    };
    expect(read(schema, bytes(0, 0, long(1n), 0, 0, 0))).toBe(
      '{"kind":"NEW","again":"NEW","next":{"kind":"NEW","again":"NEW","next":null}}',
    );
  });

  test('a schema names types of those that it refers to (B8)', () => {
    const address = { type: 'record', name: 'shop.Address', fields: [{ name: 'city', type: 'string' }] };
    const order = { type: 'record', name: 'shop.Order', fields: [{ name: 'to', type: 'Address' }] };
    const value = readAvro(bytes(long(1n), 0x61), schemaOf(order, [address]));
    expect(textOf(value)).toBe('{"to":{"city":"a"}}');
  });
});

describe('what avsc writes', () => {
  const leaf = fc.constantFrom('null', 'boolean', 'int', 'long', 'double', 'string');
  /** A schema without names and unions, whose values are the same in avsc and JSON. */
  const { schema } = fc.letrec<{ schema: object | string }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.record({ type: fc.constant('map'), values: tie('schema') }),
      fc
        .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), tie('schema')), {
          selector: ([name]) => name,
          maxLength: 4,
        })
        .map((fields) => ({ type: 'record', fields: fields.map(([name, type]) => ({ name, type })) })),
    ),
  }));
  let names = 0;
  const named = (value: object | string): object | string =>
    JSON.parse(JSON.stringify(value), (_, each) => (each?.fields ? { ...each, name: `R${names++}` } : each));

  test('is read as it was (B8)', () => {
    fc.assert(
      fc.property(schema.map(named), (each) => {
        const type = avro.Type.forSchema(each as avro.Schema);
        const value = type.random();
        const json = read(each, type.toBuffer(value));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('hostile values', () => {
  const refusal = (schema: object | string, data: Buffer): string => {
    try {
      return read(schema, data);
    } catch (error) {
      expect(error).toBeInstanceOf(AvroProblem);
      return (error as Error).message;
    }
  };

  const twins = (depth: number): object =>
    depth === 0
      ? { type: 'record', name: 'R0', fields: [] }
      : {
          type: 'record',
          name: `R${depth}`,
          fields: [
            { name: 'a', type: twins(depth - 1) },
            { name: 'b', type: `R${depth - 1}` },
          ],
        };

  test.each<[string, object | string, Buffer, RegExp]>([
    [
      'a list that claims more than it holds',
      { type: 'array', items: 'long' },
      bytes(long(2n ** 62n)),
      /1 more bytes/,
    ],
    [
      'a list of nothing, without end',
      { type: 'array', items: 'null' },
      bytes(long(2n ** 62n)),
      /characters of JSON/,
    ],
    ['records that double at each level, of no bytes', twins(60), bytes(), /characters of JSON/],
    [
      'a record that holds itself without end',
      { type: 'record', name: 'R', fields: [{ name: 'r', type: 'R' }] },
      bytes(),
      /100 levels/,
    ],
    [
      'a chain that is too deep',
      { type: 'record', name: 'R', fields: [{ name: 'r', type: ['null', 'R'] }] },
      Buffer.alloc(1000, 2),
      /100 levels/,
    ],
    [
      'a text that is longer than all there is',
      'string',
      bytes(long(2n ** 40n)),
      /1099511627776 more bytes, got 0/,
    ],
    ['a length below 0', 'bytes', long(-1n), /length of 0 or more/],
    ['a number without end', 'long', Buffer.alloc(11, 0xff), /at most ten bytes/],
    ['a long of more than 64 bits', 'long', bytes(Buffer.alloc(9, 0xff), 0x7f), /64 bits/],
    ['an int of more than 32 bits', 'int', long(2n ** 31n), /32 bits/],
    ['a branch that there is not', ['null'], long(1n), /index of 0 to 0/],
    ['a symbol that there is not', { type: 'enum', name: 'E', symbols: ['A'] }, long(-1n), /index of 0 to 0/],
    ['neither true nor false', 'boolean', bytes(2), /0 or 1/],
    ['a text that is not UTF-8', 'string', bytes(long(1n), 0xff), /UTF-8/],
    [
      'the same key twice',
      { type: 'map', values: 'null' },
      bytes(long(2n), long(1n), 0x61, long(1n), 0x61, 0),
      /each key of a map once/,
    ],
    ['bytes behind the value', 'null', bytes(0), /1 bytes earlier/],
    [
      'a decimal of a million digits',
      { type: 'bytes', logicalType: 'decimal' },
      bytes(long(400_000n), Buffer.alloc(400_000, 1)),
      /128 bytes/,
    ],
  ])('%s is refused within moments (B8)', (_, schema, data, problem) => {
    const began = performance.now();
    expect(refusal(schema, data)).toMatch(problem);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('any bytes are read or refused, whatever the schema (B8)', () => {
    const schema = schemaOf({
      type: 'record',
      name: 'R',
      fields: [
        { name: 'm', type: { type: 'map', values: ['null', 'R', { type: 'array', items: 'string' }] } },
        { name: 'd', type: { type: 'bytes', logicalType: 'decimal', scale: 3 } },
        { name: 't', type: { type: 'long', logicalType: 'timestamp-micros' } },
      ],
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        try {
          JSON.parse(textOf(readAvro(data, schema)));
        } catch (error) {
          expect(error).toBeInstanceOf(AvroProblem);
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('hostile schemas', () => {
  const nested = (levels: number): string =>
    `${'{"type":"array","items":'.repeat(levels)}"int"${'}'.repeat(levels)}`;

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /expected JSON/],
    ['one that is too long', `"${'x'.repeat(1_000_001)}"`, /1000000 characters/],
    ['one that is too deep', nested(200), /100 levels/],
    ['one that is far too deep', nested(20_000), /100 levels|expected JSON/],
    [
      'too many types',
      {
        type: 'record',
        name: 'R',
        fields: Array.from({ length: 10_001 }, (_, i) => ({ name: `f${i}`, type: 'int' })),
      },
      /10000 types/,
    ],
    ['a type that nobody knows', 'unheard', /expected JSON/],
    ['a name that nobody knows', JSON.stringify('unheard'), /named before/],
    ['code for a name', { type: 'record', name: 'a;process.exit()', fields: [] }, /expected a name/],
    [
      'code for a field',
      { type: 'record', name: 'R', fields: [{ name: '"]', type: 'int' }] },
      /name of its own/,
    ],
    [
      'two fields of a name',
      {
        type: 'record',
        name: 'R',
        fields: [
          { name: 'a', type: 'int' },
          { name: 'a', type: 'int' },
        ],
      },
      /name of its own/,
    ],
    ['a union in a union', [['int']], /no union in a union/],
    ['a union of nothing', [], /one type or more/],
    [
      'a name twice',
      [
        { type: 'fixed', name: 'F', size: 1 },
        { type: 'fixed', name: 'F', size: 2 },
      ],
      /named once/,
    ],
    ['a fixed below 0', { type: 'fixed', name: 'F', size: -1 }, /size of 0 or more/],
    ['no fields', { type: 'record', name: 'R' }, /list of fields/],
    ['a number', 7, /a name, a list or an object/],
  ])('%s is refused (B8)', (_, schema, problem) => {
    expect(problemOf(schema)).toMatch(problem);
  });
});
