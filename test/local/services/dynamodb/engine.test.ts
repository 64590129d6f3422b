import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../../local/services/dynamodb/engine.ts';
import { runs } from '../../../helpers/runs.ts';

type Call = readonly [operation: string, body: object];
type Answer = { readonly status: number; readonly body: Record<string, unknown> };
type Database = (...call: Call) => Promise<Answer>;

const headersOf = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': 'now',
  authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
});

/** What dynalite makes of some requests. */
const CRASHED: Answer = { status: 500, body: {} };

/** dynalite on its own store. */
function oracle(): Database {
  type Listener = (request: EventEmitter, response: ServerResponse) => void;
  const [listener] = dynalite({ createTableMs: 0 }).listeners('request') as [Listener];
  return (operation, body) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const response = {
      statusCode: 200,
      setHeader() {},
      end(text: string) {
        resolve({ status: this.statusCode, body: JSON.parse(text) });
      },
    };
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: headersOf(operation),
    });
    listener(request, response as unknown as ServerResponse);
    request.emit('data', Buffer.from(JSON.stringify(body)));
    try {
      request.emit('end');
    } catch {
      resolve(CRASHED);
    }
    return promise;
  };
}

/** Ours, and how many it answered itself. */
function engine(counts: Map<string, { quick: number; slow: number }>): Database {
  const { quickly, byDynalite } = createEngine();
  return async (operation, body) => {
    const text = JSON.stringify(body);
    const quick = quickly(operation, JSON.parse(text) as object);
    const count = counts.get(operation) ?? { quick: 0, slow: 0 };
    counts.set(operation, count);
    count[quick ? 'quick' : 'slow'] += 1;
    if (quick) return { status: quick.status, body: JSON.parse(JSON.stringify(quick.body)) };
    try {
      const answer = await byDynalite(headersOf(operation), text);
      return { status: answer.status, body: JSON.parse(String(answer.body)) };
    } catch {
      return CRASHED;
    }
  };
}

/** What was read in no order, in one. */
function ordered({ status, body }: Answer): Answer {
  const Responses = body.Responses as Record<string, object[]> | undefined;
  if (!Responses) return { status, body };
  const sorted = Object.entries(Responses).map(([table, items]) => [
    table,
    items.map((item) => JSON.stringify(Object.entries(item).sort())).sort(),
  ]);
  return { status, body: { ...body, Responses: Object.fromEntries(sorted) } };
}

const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<unknown>, weight = 25): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare as fc.Arbitrary<T> });

type Attribute = Record<string, unknown>;
const text = fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'é', '\ue000', '😀', '\ud800', 'x'.repeat(300));
const keyText = mostly(
  fc.constantFrom('a', 'ab', 'abc', 'b', 'é', '\ue000', '😀', '\0', 'a\0'),
  fc.constantFrom('', '\ud800', '\udc00', 'k'.repeat(1025), 'k'.repeat(3000)),
  60,
);
const numberText = mostly(
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '2',
    '10',
    '100',
    '-25',
    '0.5',
    '-0.05',
    '12.25',
    '123456789012345678901234567890',
    '9007199254740993',
  ),
  fc.constantFrom(
    '-0',
    '007',
    '1e3',
    '1.50',
    '+1',
    '',
    'x',
    '1'.repeat(39),
    '1'.repeat(38),
    '1e126',
    '1e-131',
    '.5',
    '5.',
    ' 1',
    '0.000000000000000000000000000000000000001',
  ),
  12,
);
const wrong = fc.constantFrom<unknown>(
  {},
  null,
  1,
  'S',
  [],
  { S: 1 },
  { N: 1 },
  { S: 'a', N: '1' },
  { X: 'a' },
  { S: null },
  { NULL: false },
  { BOOL: 'true' },
  { SS: [] },
  { SS: ['a', 'a'] },
  { NS: ['1', '1.0'] },
  { B: 'a' },
  { BS: ['YQ=='] },
  { L: [{}] },
  { M: { a: null } },
  { L: {} },
  { M: [] },
  { S: 'a', Z: 1 },
);
const plain: fc.Arbitrary<Attribute> = fc.oneof(
  { weight: 3, arbitrary: text.map((S) => ({ S })) },
  { weight: 4, arbitrary: numberText.map((N) => ({ N })) },
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constantFrom<Attribute>(
    { NULL: true },
    { B: 'YQ==' },
    { SS: ['a', 'b'] },
    { SS: ['b'] },
    { NS: ['1', '2.5'] },
    { NS: ['1'] },
  ),
  fc.constantFrom<Attribute>(
    { L: [] },
    { L: [{ S: 'a' }, { N: '1' }] },
    { M: {} },
    { M: { a: { N: '1' }, b: { L: [{ S: 'x' }] } } },
  ),
);
const attribute = mostly(plain, wrong, 60);

const NAMES = ['a', 'b', 'n', 'count', 'status'];

type KeyType = 'S' | 'N' | 'B';
interface Shape {
  readonly types: Readonly<Record<string, KeyType>>;
  readonly hasRange: boolean;
  readonly projection: string;
}
const keyType = fc.constantFrom<KeyType>('S', 'S', 'S', 'N', 'B');
const shape: fc.Arbitrary<Shape> = fc.record({
  types: fc.record({ pk: keyType, sk: keyType, gpk: keyType, gsk: keyType }),
  hasRange: fc.boolean().map((no) => !no),
  projection: fc.constantFrom('ALL', 'ALL', 'KEYS_ONLY', 'INCLUDE'),
});

const schema = (...names: string[]) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
const tableOf = ({ types, hasRange, projection }: Shape) => ({
  TableName: 'table',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: schema('pk', ...(hasRange ? ['sk'] : [])),
  AttributeDefinitions: Object.entries(types)
    .filter(([name]) => hasRange || name !== 'sk')
    .map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'index',
      KeySchema: schema('gpk', 'gsk'),
      Projection: {
        ProjectionType: projection,
        ...(projection === 'INCLUDE' && { NonKeyAttributes: ['a'] }),
      },
    },
  ],
});

const rightKey = (type: KeyType): fc.Arbitrary<Attribute> =>
  type === 'S'
    ? keyText.map((S) => ({ S }))
    : type === 'N'
      ? numberText.map((N) => ({ N }))
      : fc.constantFrom({ B: 'YQ==' }, { B: 'YWI=' }, { B: '/w==' });

function callsOn({ types, hasRange }: Shape): fc.Arbitrary<Call> {
  const keyOf = (name: string) => mostly(rightKey(types[name]!), attribute, 80);
  const names = hasRange ? ['pk', 'sk'] : ['pk'];
  const someKeys = (all: readonly string[]) =>
    fc.record(Object.fromEntries(all.map((name) => [name, keyOf(name)])));
  const key = mostly(
    someKeys(names),
    fc.oneof(someKeys(['pk']), someKeys([...names, 'gpk']), fc.constant({})),
    40,
  );
  const item = fc
    .tuple(
      key,
      fc.dictionary(fc.constantFrom(...NAMES), attribute, { maxKeys: 4 }),
      fc.option(someKeys(['gpk', 'gsk']), { nil: {} }),
    )
    .map((parts) => Object.assign({}, ...parts) as Record<string, Attribute>);

  const path = mostly(
    fc.constantFrom('a', 'b', 'n', '#n', '#m', '#s'),
    fc.constantFrom('status', 'a.b', 'a[0]', '#n.a', 'pk', '#k', '#unknown', 'gsk'),
    12,
  );
  const value = mostly(fc.constantFrom(':v', ':w', ':x'), fc.constant(':unknown'), 60);
  const operand = fc.oneof({ weight: 1, arbitrary: path }, { weight: 4, arbitrary: value });
  const simple = fc.oneof(
    fc.tuple(path, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), operand).map((parts) => parts.join(' ')),
    fc.tuple(path, value, value).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    fc.tuple(path, value, value).map(([a, b, c]) => `${a} IN (${b}, ${c})`),
    fc
      .tuple(fc.constantFrom('begins_with', 'contains', 'attribute_type'), path, value)
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc
      .tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), fc.oneof(path, fc.constant('pk')))
      .map(([f, a]) => `${f}(${a})`),
    fc.tuple(path, operand).map(([a, b]) => `size(${a}) > ${b}`),
  );
  const condition = fc.oneof(
    { weight: 3, arbitrary: simple },
    {
      weight: 2,
      arbitrary: fc.tuple(simple, fc.constantFrom('AND', 'OR'), simple).map((parts) => parts.join(' ')),
    },
    simple.map((one) => `NOT ${one}`),
    fc.constantFrom('', 'a =', 'attribute_not_exists(pk) OR #n < :v'),
  );
  const set = fc.oneof(
    fc.tuple(path, operand).map(([a, b]) => `${a} = ${b}`),
    fc.tuple(path, path, operand).map(([a, b, c]) => `${a} = if_not_exists(${b}, ${c})`),
    fc
      .tuple(path, operand, fc.constantFrom('+', '-'), operand)
      .map(([a, b, sign, c]) => `${a} = ${b} ${sign} ${c}`),
    fc.tuple(path, operand, operand).map(([a, b, c]) => `${a} = list_append(${b}, ${c})`),
    fc.tuple(fc.constantFrom('gpk', 'gsk'), value).map(([a, b]) => `${a} = ${b}`),
  );
  const update = fc.oneof(
    fc.array(set, { minLength: 1, maxLength: 3 }).map((all) => `SET ${all.join(', ')}`),
    fc
      .array(
        fc.tuple(path, value).map((parts) => parts.join(' ')),
        { minLength: 1, maxLength: 3 },
      )
      .map((all) => `ADD ${all.join(', ')}`),
    fc.tuple(set, path, value).map(([a, b, c]) => `SET ${a} ADD ${b} ${c}`),
    fc.tuple(path, path, value).map(([a, b, c]) => `REMOVE ${a} DELETE ${b} ${c}`),
    fc.constantFrom('REMOVE gpk', 'REMOVE gsk, a', 'SET pk = :v', ''),
  );
  const projection = mostly(
    fc.constantFrom('a', 'pk, a', '#n, b', 'a, #m', 'pk, sk, n', '#q, #n'),
    fc.constantFrom('a.b', 'a[0], n', 'pk.a', 'a, a', ''),
    8,
  );
  const placeholders = { '#n': 'n', '#m': 'count', '#s': 'status', '#k': 'pk', '#q': 'pk' };
  const isIn = (texts: readonly unknown[], placeholder: string): boolean =>
    texts.some((each) => typeof each === 'string' && new RegExp(`${placeholder}\\b`).test(each));
  /** Adds the names and values that a request's expressions use; sometimes others. */
  const meant = (request: fc.Arbitrary<object>): fc.Arbitrary<object> =>
    fc
      .tuple(
        request,
        fc.record({ ':v': attribute, ':w': attribute, ':x': plain }),
        fc.nat(60),
        fc.constantFrom('a', 'pk', 'gsk', 'constructor', ''),
      )
      .map(([request, values, chance, other]) => {
        const texts = Object.entries(request)
          .filter(([field]) => field.endsWith('Expression'))
          .map(([, each]) => each);
        const named = chance === 0 ? { ...placeholders, '#n': other } : placeholders;
        const names = Object.entries(named).filter(([name]) => isIn(texts, name) || chance === 1);
        const used = { ...values, ...(request as { values?: object }).values };
        const { values: _, ...rest } = request as { values?: object };
        const given = Object.entries(used).filter(([name]) => isIn(texts, name) || chance === 2);
        return {
          ...rest,
          ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
          ...(given.length > 0 && { ExpressionAttributeValues: Object.fromEntries(given) }),
        };
      });
  const optional = <T>(field: string, values: fc.Arbitrary<T>, chance = 2) =>
    fc.oneof(
      { weight: chance, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: values.map((one) => ({ [field]: one })) },
    );
  const all = (...parts: fc.Arbitrary<object>[]) =>
    fc.tuple(...parts).map((each) => Object.assign({}, ...each) as object);
  const TableName = mostly(
    fc.constant('table'),
    fc.constantFrom<unknown>('other', 'no', 1, 'arn:aws:dynamodb:us-east-1:000000000000:table/table'),
    100,
  ).map((name) => ({ TableName: name }));
  const capacity = optional(
    'ReturnConsumedCapacity',
    mostly(fc.constantFrom('TOTAL', 'TOTAL', 'NONE', 'INDEXES'), fc.constant('ALL')),
  );
  const oddity = optional('Odd', fc.constant(1), 40);
  const returned = optional(
    'ReturnValues',
    mostly(fc.constantFrom('ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW', 'NONE'), fc.constant('ALL')),
    1,
  );
  const putReturned = optional(
    'ReturnValues',
    mostly(fc.constantFrom('ALL_OLD', 'NONE'), fc.constant('ALL_NEW')),
    2,
  );
  const consistent = optional('ConsistentRead', mostly(fc.boolean(), fc.constant('true')));
  const base = all(TableName, capacity, oddity);

  const keyCondition = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('pk = :p', '#k = :p') },
    {
      weight: 4,
      arbitrary: fc.constantFrom('<', '<=', '=', '>', '>=').map((sign) => `pk = :p AND sk ${sign} :s`),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'pk = :p AND begins_with(sk, :s)',
        'pk = :p AND sk BETWEEN :s AND :t',
        ':p = pk AND :s < sk',
      ),
    },
    fc.constantFrom('pk = :p OR sk = :s', 'pk > :p', 'sk = :s', 'pk = :p AND a = :s', 'pk <> :p'),
  );
  const ofTable = fc
    .tuple(keyCondition, keyOf('pk'), keyOf('sk'), keyOf('sk'))
    .map(([KeyConditionExpression, p, s, t]) => ({
      KeyConditionExpression,
      values: { ':p': p, ':s': s, ':t': t },
    }));
  const ofIndex = fc.tuple(keyCondition, keyOf('gpk'), keyOf('gsk'), keyOf('gsk')).map(([text, p, s, t]) => ({
    IndexName: 'index',
    KeyConditionExpression: text.replaceAll('pk', 'gpk').replaceAll('sk', 'gsk').replace('#k', 'gpk'),
    values: { ':p': p, ':s': s, ':t': t },
  }));
  const paging = all(
    optional('Limit', mostly(fc.constantFrom(1, 2, 3), fc.constantFrom<unknown>(0, '1', 1.5))),
    optional(
      'Select',
      mostly(
        fc.constantFrom('COUNT', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'),
        fc.constant('ANY'),
      ),
    ),
    optional('FilterExpression', condition, 3),
    optional('ProjectionExpression', projection, 3),
  );
  const start = (fields: readonly string[]) =>
    optional('ExclusiveStartKey', mostly(someKeys(fields), someKeys(['pk'])), 3);
  const direction = optional('ScanIndexForward', fc.boolean(), 1);

  const write = fc.oneof(
    { weight: 4, arbitrary: item.map((Item) => ({ PutRequest: { Item } })) },
    { weight: 2, arbitrary: key.map((Key) => ({ DeleteRequest: { Key } })) },
  );
  const batchOf = <T>(batch: fc.Arbitrary<T>) =>
    TableName.chain(({ TableName }) => batch.map((one) => ({ RequestItems: { [String(TableName)]: one } })));
  const writes = mostly(
    fc.array(write, { minLength: 1, maxLength: 6 }),
    fc.constantFrom<unknown>([], {}, [{}], [{ PutRequest: {} }], [null]),
  );
  const keys = meant(
    all(
      mostly(fc.array(key, { minLength: 1, maxLength: 5 }), fc.constant([])).map((Keys) => ({ Keys })),
      consistent,
      optional('ProjectionExpression', projection, 3),
    ),
  );

  const call = (operation: string, body: fc.Arbitrary<object>): fc.Arbitrary<Call> =>
    body.map((one) => [operation, one] as const);
  return fc.oneof(
    {
      weight: 5,
      arbitrary: call(
        'PutItem',
        meant(
          all(
            base,
            item.map((Item) => ({ Item })),
            optional('ConditionExpression', condition),
            putReturned,
          ),
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: call(
        'GetItem',
        meant(
          all(
            base,
            key.map((Key) => ({ Key })),
            consistent,
            optional('ProjectionExpression', projection),
          ),
        ),
      ),
    },
    {
      weight: 5,
      arbitrary: call(
        'UpdateItem',
        meant(
          all(
            base,
            key.map((Key) => ({ Key })),
            mostly(
              update.map((UpdateExpression) => ({ UpdateExpression })),
              fc.constantFrom({}, { AttributeUpdates: { a: { Value: { S: 'x' } } } }),
            ),
            optional('ConditionExpression', condition),
            returned,
          ),
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: call(
        'DeleteItem',
        meant(
          all(
            base,
            key.map((Key) => ({ Key })),
            optional('ConditionExpression', condition),
            putReturned,
          ),
        ),
      ),
    },
    {
      weight: 3,
      arbitrary: call('Query', meant(all(base, ofTable, paging, start(names), direction, consistent))),
    },
    {
      weight: 3,
      arbitrary: call('Query', meant(all(base, ofIndex, paging, start([...names, 'gpk', 'gsk']), direction))),
    },
    { weight: 1, arbitrary: call('Scan', meant(all(base, paging, start(names), consistent))) },
    {
      weight: 1,
      arbitrary: call(
        'Scan',
        meant(all(base, paging, start([...names, 'gpk', 'gsk']), fc.constant({ IndexName: 'index' }))),
      ),
    },
    { weight: 3, arbitrary: call('BatchWriteItem', all(batchOf(writes), capacity)) },
    { weight: 2, arbitrary: call('BatchGetItem', all(batchOf(keys), capacity)) },
  );
}

const cases = shape.chain((table) =>
  fc.tuple(fc.constant(table), fc.array(callsOn(table), { minLength: 10, maxLength: 40, size: 'max' })),
);

async function created(database: Database, table: Shape): Promise<Database> {
  await database('CreateTable', tableOf(table));
  const isThere = async (): Promise<boolean> => {
    const { body } = await database('DescribeTable', { TableName: 'table' });
    return (body.Table as { TableStatus: string }).TableStatus === 'ACTIVE';
  };
  while (!(await isThere())) await new Promise(setImmediate);
  return database;
}

describe('DynamoDB in memory', () => {
  it('answers as dynalite does, whether it understands a request or not', async () => {
    const counts = new Map<string, { quick: number; slow: number }>();
    const statuses = { 200: 0, 400: 0, 500: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async ([table, calls]) => {
        const [ours, theirs] = await Promise.all([created(engine(counts), table), created(oracle(), table)]);
        for (const call of calls) {
          const wanted = ordered(await theirs(...call));
          statuses[wanted.status as 200] += 1;
          expect(ordered(await ours(...call)), JSON.stringify(call)).toEqual(wanted);
        }
      }),
      { numRuns: runs(60) },
    );
    for (const [operation, { quick, slow }] of counts)
      if (operation !== 'CreateTable' && operation !== 'DescribeTable')
        expect(Math.min(quick, slow), operation).toBeGreaterThan(5);
    expect(Math.min(statuses[200], statuses[400])).toBeGreaterThan(200);
  });

  it('ends pages, and refuses items, where dynalite does', async () => {
    const counts = new Map<string, { quick: number; slow: number }>();
    const table: Shape = {
      types: { pk: 'S', sk: 'S', gpk: 'S', gsk: 'S' },
      hasRange: true,
      projection: 'ALL',
    };
    const [ours, theirs] = await Promise.all([created(engine(counts), table), created(oracle(), table)]);
    const both = async (...call: Call): Promise<Answer> => {
      const wanted = ordered(await theirs(...call));
      expect(ordered(await ours(...call)), call[0]).toEqual(wanted);
      return wanted;
    };
    const TableName = 'table';
    const keyOf = (n: number) => ({ pk: { S: 'a' }, sk: { S: String(n).padStart(4, '0') } });
    const put = (n: number, length: number) =>
      both('PutItem', {
        TableName,
        Item: { ...keyOf(n), a: { S: 'x'.repeat(length) }, gpk: { S: 'g' }, gsk: { S: String(n % 3) } },
      });
    const others = 'pka' + 'sk0000' + 'gpkg' + 'gsk0' + 'a';
    const largest = 400 * 1024 - others.length;
    expect((await put(0, largest)).status).toBe(200);
    expect((await put(0, largest + 1)).status).toBe(400);
    const grow = (S: string) =>
      both('UpdateItem', {
        TableName,
        Key: keyOf(0),
        UpdateExpression: 'SET a = :a',
        ExpressionAttributeValues: { ':a': { S } },
      });
    expect((await grow('x'.repeat(largest))).status).toBe(200);
    expect((await grow('x'.repeat(largest + 1))).status).toBe(400);
    for (let n = 1; n < 40; n++) await put(n, n * 1500);
    for (const ScanIndexForward of [true, false]) {
      for (const IndexName of [undefined, 'index']) {
        let [ExclusiveStartKey, pages]: [unknown, number] = [undefined, 0];
        do {
          const { body } = await both('Query', {
            TableName,
            ...(IndexName && { IndexName }),
            KeyConditionExpression: IndexName ? 'gpk = :p' : 'pk = :p',
            ExpressionAttributeValues: { ':p': { S: IndexName ? 'g' : 'a' } },
            ScanIndexForward,
            ReturnConsumedCapacity: 'TOTAL',
            ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
          });
          ExclusiveStartKey = body.LastEvaluatedKey;
          pages += 1;
        } while (ExclusiveStartKey !== undefined);
        expect(pages).toBe(2);
      }
    }
    await both('BatchGetItem', { RequestItems: { [TableName]: { Keys: [1, 2, 3].map(keyOf) } } });
    expect(counts.get('Query')).toEqual({ quick: 8, slow: 0 });
  });
});
