import fc from 'fast-check';
import { arbitraryOf } from '../arbitrary/arbitrary-of-schema.ts';
import { type Contents, type Document, examplesOf, type Operation, type Parameter } from './openapi.ts';

/** A request that could be made of an operation. */
export interface Plan {
  readonly what: string;
  /**
   * By path parameter, percent-encoded. `real` stands for the id of an existing entity, `new` for that of one that no
   * other request has changed.
   */
  readonly path: Readonly<Record<string, string>>;
  /** Without `?`, percent-encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

const REAL = 'real';
const NEW = 'new';

/** Requests that have to succeed at some time: each example of the documentation, on existing entities. */
export function examplePlans(operation: Operation): Plan[] {
  const frame = { path: pathWith(NEW, operation), query: requiredQuery(operation), headers: {} };
  const bodies = Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, media]) =>
    examplesOf(media).map((example): Plan => ({ ...frame, what: 'example', ...bodyOf(type, example) })),
  );
  return bodies.length > 0 ? bodies : [{ ...frame, what: 'plain' }];
}

const pathWith = (id: string, operation: Operation): Record<string, string> =>
  Object.fromEntries(parametersIn(operation, 'path').map(({ name }) => [name, id]));

const parametersIn = ({ parameters = [] }: Operation, place: Parameter['in']): Parameter[] =>
  parameters.filter((parameter) => parameter.in === place);

const requiredQuery = (operation: Operation): string =>
  new URLSearchParams(
    parametersIn(operation, 'query')
      .filter(({ required }) => required)
      .map(({ name, schema }): [string, string] => [
        name,
        String([schema.examples, schema.enum].flat().find((one) => one !== undefined) ?? 'a'),
      ]),
  ).toString();

const isJson = (type: string): boolean => /^application\/(.+\+)?json$/.test(type);

const bodyOf = (type: string, value: unknown): Pick<Plan, 'headers' | 'body'> => ({
  headers: { 'content-type': type === '*/*' ? 'application/octet-stream' : type },
  body: isJson(type) ? JSON.stringify(value) : typeof value === 'string' ? value : JSON.stringify(value),
});

/** Requests that are valid, nearly valid, or hostile in one of their parts. */
export function planArbitrary(document: Document, operation: Operation): fc.Arbitrary<Plan> {
  const content = operation.requestBody?.content;
  const valid = validPlans(document, operation);
  const arbitraries = [
    { weight: 4, arbitrary: valid },
    { weight: 1, arbitrary: fc.tuple(valid, wrongQueries(operation)).map(withPart('query')) },
    { weight: 1, arbitrary: fc.tuple(valid, wrongHeaders(operation)).map(withHeaders) },
  ];
  if (parametersIn(operation, 'path').length > 0) {
    arbitraries.push({ weight: 2, arbitrary: fc.tuple(valid, wrongPaths(operation)).map(withPart('path')) });
  }
  if (content) {
    arbitraries.push({ weight: 8, arbitrary: fc.tuple(valid, wrongBodies(document, content)).map(withBody) });
  }
  return fc.oneof(...arbitraries);
}

const withPart =
  <K extends 'query' | 'path'>(part: K) =>
  ([plan, value]: [Plan, Plan[K]]): Plan => ({ ...plan, what: `wrong ${part}`, [part]: value });

const withHeaders = ([plan, headers]: [Plan, Plan['headers']]): Plan => ({
  ...plan,
  what: 'wrong headers',
  headers: { ...plan.headers, ...headers },
});

const withBody = ([plan, body]: [Plan, Pick<Plan, 'headers' | 'body'>]): Plan => ({
  ...plan,
  what: 'wrong body',
  ...body,
});

function validPlans(document: Document, operation: Operation): fc.Arbitrary<Plan> {
  const query = fc.record(
    Object.fromEntries(
      parametersIn(operation, 'query').map(({ name, schema }) => [name, arbitraryOf(document, schema)]),
    ),
    {
      requiredKeys: parametersIn(operation, 'query').flatMap(({ name, required }) =>
        required ? [name] : [],
      ),
    },
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => {
    const generated = arbitraryOf(document, media.schema);
    const examples = examplesOf(media);
    const value = examples.length > 0 ? fc.oneof(fc.constantFrom(...examples), generated) : generated;
    return value.map((each) => bodyOf(type, withoutSecond(each)));
  });
  return fc
    .tuple(query, bodies.length > 0 ? fc.oneof(...bodies) : fc.constant({ headers: {} }))
    .map(([parameters, body]) => ({
      what: 'valid',
      path: pathWith(REAL, operation),
      query: new URLSearchParams(
        Object.entries(parameters).map(([name, value]): [string, string] => [name, wellFormed(value)]),
      ).toString(),
      ...body,
    }));
}

const wellFormed = (value: unknown): string => String(value).toWellFormed();

/** A condition has a long or a short form; only the description says that it can't have both. */
function withoutSecond(body: unknown): unknown {
  if (!isHolder(body) || !('where' in body) || !('filters' in body)) return body;
  const { filters: _, ...rest } = body;
  return rest;
}

/** Ids of nothing, and texts that are no ids, as they stand in a path. */
const WRONG_IDS = [
  'nothing',
  'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  'sub_7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'sub_ZZZZZZZZZZZZZZZZZZZZZZZZZZ',
  '__proto__',
  'constructor',
  '..',
  '%2e%2e',
  '%252F',
  '%00',
  '%zz',
  '%',
  '%ff%fe',
  '%ed%a0%80',
  '%0d%0ax-injected:1',
  '%F0%9F%92%A9',
  '%23%253F',
  'a%20b',
  '*',
  '**',
  '-1',
  'null',
  'x'.repeat(5000),
];

/**
 * As one segment of a path. API Gateway decodes a path before it splits it, and then once more: see local/http/path.ts.
 */
const segment = (text: string): string => encoded(text).replaceAll(/%(2F|3F|25)/g, '%25$1');

const wrongPaths = (operation: Operation): fc.Arbitrary<Plan['path']> =>
  fc.record(
    Object.fromEntries(
      parametersIn(operation, 'path').map(({ name }) => [
        name,
        fc.oneof(fc.constantFrom(...WRONG_IDS), fc.string({ minLength: 1, unit: 'binary' }).map(segment)),
      ]),
    ),
  ) as fc.Arbitrary<Plan['path']>;

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const WRONG_VALUES = [
  '',
  '0',
  '-1',
  '1.5',
  '1e3',
  '201',
  '99999999999999999999',
  'NaN',
  'null',
  'true',
  '%00',
  '%zz',
  '%ff',
  '%F0%9F%92%A9',
  '[]',
  '*',
  '2026-13-45T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  'eyJhIjoxfQ',
  'x'.repeat(3000),
];

/** An unknown parameter, a repeated one, or a wrong value. */
function wrongQueries(operation: Operation): fc.Arbitrary<string> {
  const known = parametersIn(operation, 'query').map(({ name }) => name);
  const names = fc.constantFrom(
    ...known,
    ...known,
    'limit',
    'cursor',
    'unknown',
    '__proto__',
    'constructor',
    '%zz',
  );
  const pair = fc.tuple(names, fc.constantFrom(...WRONG_VALUES)).map(([name, value]) => `${name}=${value}`);
  return fc.oneof(
    pair,
    fc.tuple(names, fc.nat(300)).map(([name, value]) => `${name}=${value}&${name}=${value}`),
    fc.constantFrom('&', '=', 'a', '?', '&&=&', `${'a=1&'.repeat(500)}`),
  );
}

const WRONG_HEADERS: Record<string, readonly (string | undefined)[]> = {
  authorization: [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Basic YTpi',
    'bearer eyJhbGciOiJub25lIn0.e30.',
    'x'.repeat(4000),
  ],
  'if-match': [
    '',
    '"',
    '*',
    'abc',
    '"1"',
    '"999"',
    'W/"1"',
    '"1", "2"',
    '""',
    `"${'x'.repeat(4000)}"`,
    '\xff',
  ],
  'idempotency-key': ['', 'a b', 'same', 'same', '"', '\xe9', 'x'.repeat(256), 'x'.repeat(4000)],
  'content-type': [
    undefined,
    '',
    'text/plain',
    'application/xml',
    'application/json; charset=latin1',
    'application/',
    '*/*',
    'multipart/form-data',
    'application/cloudevents+json',
  ],
  'content-encoding': ['gzip', 'br', 'nonsense'],
  accept: ['application/xml', '', 'nonsense;q=2'],
  'ce-type': ['order.created', '', 'a b', 'x'.repeat(300)],
  traceparent: ['', '00-1-2-01', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'x'.repeat(4000), '\xff'],
  tracestate: ['', 'a', 'a=1,b=2', `a=${'x'.repeat(4000)}`, '\xff'],
};

const wrongHeaders = ({ security, requestBody }: Operation): fc.Arbitrary<Plan['headers']> =>
  fc.oneof(
    ...Object.entries(WRONG_HEADERS)
      .filter(([name]) => (name === 'authorization' ? security?.length !== 0 : true))
      .filter(([name]) => (/^(content|ce)-/.test(name) ? requestBody !== undefined : true))
      .map(([name, values]) => fc.constantFrom(...values).map((value) => ({ [name]: value }))),
  );

const nested = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** JSON, or nearly JSON, that is wrong where a schema expects another value. */
const TOKENS = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '""',
  '"x"',
  '" "',
  '[]',
  '{}',
  '[null]',
  '{"":""}',
  '1e999',
  '-1e999',
  '1e-999',
  '9'.repeat(400),
  '1.7976931348623157e308',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0000"',
  '"\\u001b[31m\\r\\n"',
  '"\u2028"',
  `"${'x'.repeat(100_000)}"`,
  `"${'\u{1f4a9}'.repeat(1000)}"`,
  nested('[', ']', 10_000),
  nested('{"a":', '}', 10_000),
  nested('[', ']', 40),
  nested('{"a":', '}', 3000),
  nested('[', ']', 100_000),
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"toString":1,"valueOf":1,"hasOwnProperty":1,"then":1}',
  '{"a":1,"a":2}',
  `[${'0,'.repeat(5000)}0]`,
  `{${Array.from({ length: 2000 }, (_, index) => `"k${index}":0`).join(',')}}`,
  '"http://[::1]:80"',
  '"https://user:pass@example.com/"',
  '"javascript:alert(1)"',
  '"2026-02-30T00:00:00Z"',
  // Not JSON from here on.
  'NaN',
  '-Infinity',
  'undefined',
  '01',
  '"\\x"',
  '"a\nb"',
  "'a'",
  '{"a":1,}',
];

/** Each name is wrong by itself, wherever names are checked. */
const MANY_NAMES = `{${Array.from({ length: 50_000 }, (_, index) => `"-é${index}":0`).join(',')}}`;

const WHOLE_BODIES: readonly (string | Uint8Array)[] = [
  ...TOKENS,
  MANY_NAMES,
  '',
  ' ',
  '{',
  '\ufeff{}',
  '{"a":',
  Uint8Array.of(0xff, 0xfe, 0x00),
  Buffer.concat([Buffer.from('{"type":"'), Uint8Array.of(0xc3, 0x28, 0xed, 0xa0, 0x80), Buffer.from('"}')]),
];

const MARK = '@mark@';
const EXTRA_KEYS = ['extra', '__proto__', 'constructor', 'toString', '', 'id', 'tenant', 'x'.repeat(1000)];

/** A body that is wrong as a whole, or wrong in one place. */
function wrongBodies(document: Document, content: Contents): fc.Arbitrary<Pick<Plan, 'headers' | 'body'>> {
  return fc.oneof(
    ...Object.entries(content).map(([type, media]) => {
      const examples = examplesOf(media);
      const whole = fc.constantFrom(...WHOLE_BODIES);
      const base = fc.oneof(
        { weight: 3, arbitrary: examples.length > 0 ? fc.constantFrom(...examples) : fc.constant({}) },
        { weight: 1, arbitrary: arbitraryOf(document, media.schema) },
      );
      const bodies = isJson(type)
        ? fc.oneof({ weight: 1, arbitrary: whole }, { weight: 4, arbitrary: mutations(base) })
        : whole;
      return bodies.map((body) => ({ ...bodyOf(type, ''), body }));
    }),
  );
}

/** Changes one member of a value: replaces it, removes it, or adds one. */
const mutations = (values: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .tuple(
      values,
      fc.nat(),
      fc.constantFrom('replace', 'replace', 'remove', 'add'),
      fc.oneof(
        { weight: TOKENS.length, arbitrary: fc.constantFrom(...TOKENS) },
        { weight: 2, arbitrary: fc.constant(MANY_NAMES) },
      ),
      fc.constantFrom(...EXTRA_KEYS),
    )
    .map(([value, place, change, token, key]) => {
      const copy = { root: structuredClone(value) };
      const places = placesIn(copy);
      const [holder, name] = places[place % places.length]!;
      if (change === 'remove') {
        if (Array.isArray(holder)) holder.splice(Number(name), 1);
        else delete holder[name];
      } else if (change === 'replace') set(holder, name, MARK);
      else set(isHolder(holder[name]) ? holder[name] : holder, key, MARK);
      return (JSON.stringify(copy.root) ?? '').replaceAll(JSON.stringify(MARK), () => token);
    });

type Holder = Record<string, unknown>;

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

/** All members of a value, at any depth. */
const placesIn = (value: Holder): [Holder, string][] =>
  Object.entries(value).flatMap(([name, member]) => [
    [value, name] as [Holder, string],
    ...(isHolder(member) ? placesIn(member) : []),
  ]);

/** Sets a member, even one with the name `__proto__`. */
const set = (holder: Holder, name: string, value: unknown): void => {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
};
