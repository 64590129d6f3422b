/** Requests to DynamoDB for property tests: those that the functions make, their neighbours, and malformed ones. */
import fc from 'fast-check';

export type Call = readonly [operation: string, body: object];

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
export interface Shape {
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
export const tableOf = ({ types, hasRange, projection }: Shape) => ({
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

/** A table, and calls of its items and pages: most of them right, some not. */
export const cases = shape.chain((table) =>
  fc.tuple(fc.constant(table), fc.array(callsOn(table), { minLength: 10, maxLength: 40, size: 'max' })),
);
