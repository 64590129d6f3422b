import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Route } from '../../../lambdas/api/route.ts';
import { ApiError, errorResponse } from '../../../lambdas/http/errors.ts';
import { admit, bodyOf, checked, type ManageRequest } from '../../../lambdas/manage/request.ts';

const part = z.strictObject({ size: z.int() });
const schema = z.strictObject({
  url: z.string().max(5),
  events: z.array(z.string()).min(1),
  data: z.unknown(),
  scheme: z.enum(['standard', 'sha256']).optional(),
  email: z.email('expected an email address').optional(),
  inner: z.strictObject({ count: z.int() }).optional(),
  either: z.union([part, z.array(part)], 'expected a part, or a list of them').optional(),
});
const right = { url: 'a', events: ['a'], data: null };

/** What is sent, and the message and the field of the answer. */
const wrong: [string, unknown, string, string | undefined][] = [
  ['null', null, 'expected an object, got null', undefined],
  ['an array', [], 'expected an object, got a list', undefined],
  ['a missing text', { ...right, url: undefined }, 'expected this field, which is missing', 'url'],
  [
    'a missing value of any kind',
    { url: 'a', events: ['a'] },
    'expected this field, which is missing',
    'data',
  ],
  [
    'a missing field further in',
    { ...right, inner: {} },
    'expected this field, which is missing',
    'inner.count',
  ],
  ['another type', { ...right, url: 7 }, 'expected a string, got a number', 'url'],
  ['a type in a list', { ...right, events: ['a', null] }, 'expected a string, got null', 'events[1]'],
  ['too long a text', { ...right, url: 'abcdef' }, 'expected at most 5 characters', 'url'],
  ['too short a list', { ...right, events: [] }, 'expected at least 1 entry', 'events'],
  ['none of the options', { ...right, scheme: 'md5' }, 'expected one of standard, sha256', 'scheme'],
  [
    'almost one of the options',
    { ...right, scheme: 'sha-265' },
    'expected one of standard, sha256; did you mean sha256?',
    'scheme',
  ],
  ['half a number', { ...right, inner: { count: 1.5 } }, 'expected a whole number', 'inner.count'],
  ['none of two types', { ...right, either: 1 }, 'expected a part, or a list of them', 'either'],
  [
    'the one of two types',
    { ...right, either: { size: 'x' } },
    'expected a number, got a string',
    'either.size',
  ],
  [
    'the other one',
    { ...right, either: [{ size: 1 }, {}] },
    'expected this field, which is missing',
    'either[1].size',
  ],
  ['what it has', { ...right, either: [{ size: 1, more: 1 }] }, 'unknown field', 'either[0].more'],
  ['a format with words of its own', { ...right, email: 'me' }, 'expected an email address', 'email'],
];

it.each(wrong)('says what is expected of %s (D8)', (_, value, message, field) => {
  const check = (): unknown => checked(schema, value);
  expect(check).toThrow(ApiError);
  expect(check).toThrow(expect.objectContaining({ status: 422, message, field }));
});

describe('several problems (D8)', () => {
  const refusal = (value: unknown) => {
    try {
      checked(schema, value);
    } catch (error) {
      return JSON.parse(errorResponse(error as ApiError, 0).body!) as Record<string, unknown>;
    }
    throw new Error('expected a refusal');
  };

  it('are told in one answer, the first of them where there was always one', () => {
    const { timestamp, ...body } = refusal({ url: 'abcdef', events: [1, null], more: 1 });
    expect(body).toEqual({
      error: 'validation_failed',
      message: 'unknown field; expected url, events, data, scheme, email, inner, either',
      field: 'more',
      problems: [
        { message: 'unknown field; expected url, events, data, scheme, email, inner, either', field: 'more' },
        { message: 'expected at most 5 characters', field: 'url' },
        { message: 'expected a string, got a number', field: 'events[0]' },
        { message: 'expected a string, got null', field: 'events[1]' },
        { message: 'expected this field, which is missing', field: 'data' },
      ],
    });
  });

  it('are not listed where there is one', () => {
    expect(refusal({ ...right, url: 1 })).not.toHaveProperty('problems');
  });

  it('are twenty at most', () => {
    expect(refusal({ ...right, events: Array(1000).fill(1) }).problems).toHaveLength(20);
  });

  it('are one where a name is misspelt: the name that was meant is not missing besides', () => {
    const { message, field, problems } = refusal({ endpoint: 'a', eventTypes: ['a'], data: 1 });
    expect([message, field]).toEqual(['unknown field; did you mean url?', 'endpoint']);
    expect(problems).toEqual([
      { message: 'unknown field; did you mean url?', field: 'endpoint' },
      { message: 'unknown field; did you mean events?', field: 'eventTypes' },
    ]);
  });

  it('of a query speak of parameters', () => {
    const query = z.strictObject({ limit: z.string(), cursor: z.string().optional() });
    expect(() => checked(query, { pageSize: '5' }, 'parameter')).toThrow(
      expect.objectContaining({ message: 'unknown parameter; did you mean limit?', field: 'pageSize' }),
    );
    expect(() => checked(query, {}, 'parameter')).toThrow(
      expect.objectContaining({ message: 'expected this parameter, which is missing', field: 'limit' }),
    );
  });
});

const route = {
  method: 'POST',
  path: '/v1/things',
  function: 'manage',
  scope: 'manage',
  tag: 'Targets',
  summary: 'Make a thing',
  body: { schema: z.looseObject({}) },
  answers: {},
} as const;

const requestWith = (body: string) =>
  ({
    body,
    isBase64Encoded: false,
    headers: { 'content-type': 'application/json' },
  }) as unknown as ManageRequest;

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

it.each<[string, string, object]>([
  ['101 levels', nested(101), { status: 422, message: 'expected at most 100 levels' }],
  ['50,000 levels', nested(50_000), { status: 422, message: 'expected at most 100 levels' }],
  [
    'more than 512 KiB',
    `{"a":"${'x'.repeat(512 * 1024)}"}`,
    { status: 413, code: 'payload_too_large', message: expect.stringContaining('at most 524288 bytes') },
  ],
  [
    'a secret without quotes',
    '{"secret": whsec_C2FVsBQIhrscChlQIMV}',
    { status: 400, message: 'expected JSON: malformed at line 1, column 12' },
  ],
])('refuses %s (D8)', (_, body, error) => {
  expect(() => bodyOf(requestWith(body), route)).toThrow(expect.objectContaining(error));
});

it('refuses names in a patch that there are not, also to remove them (D8)', () => {
  const patch = { ...route, method: 'PATCH', body: { schema: z.strictObject({ size: z.int() }) } } as const;
  expect(bodyOf(requestWith('{"size":null}'), patch)).toEqual({ size: null });
  expect(() => bodyOf(requestWith('{"sise":null,"size":1,"more":null}'), patch)).toThrow(
    expect.objectContaining({
      status: 422,
      message: 'unknown field; did you mean size?',
      field: 'sise',
      problems: [
        { message: 'unknown field; did you mean size?', field: 'sise' },
        { message: 'unknown field; expected size', field: 'more' },
      ],
    }),
  );
});

it('takes 100 levels', () => {
  expect(bodyOf(requestWith(nested(100)), route)).toEqual(JSON.parse(nested(100)));
});

describe('a caller is admitted', () => {
  const KEY = { credential: 'key_1', scopes: ['manage'] };
  const FIRST = { credential: 'first', scopes: ['admin'] };
  const BEFORE = { credential: 'portal', scopes: ['manage'] };
  const PORTAL = { credential: 'ptk_1', scopes: [], portalScopes: ['manage'] };
  const READER = { credential: 'ptk_1', scopes: [], portalScopes: ['read'] };
  const LIMITED = { ...PORTAL, targets: ['tgt_1'] };
  const TO_NOTHING = { ...PORTAL, targets: [] };
  const OLDER_CODE = { credential: 'ptk_1', scopes: [] };

  const OPEN = { ...route, limitedBy: 'target' } as const;
  const KEYS = { ...OPEN, keysOnly: true } as const;
  const ADMIN = { ...OPEN, scope: 'admin' } as const;

  const admitted = (caller: object, to: Route): boolean => {
    try {
      admit({ requestContext: { authorizer: { lambda: caller } } } as ManageRequest, to);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ status: 403, code: 'insufficient_scope' });
      return false;
    }
  };

  it.each<[string, object, [plain: boolean, open: boolean, keys: boolean, admin: boolean]]>([
    ['a key', KEY, [true, true, true, false]],
    ['the first key', FIRST, [true, true, true, true]],
    ['a portal token of a release before', BEFORE, [true, true, false, false]],
    ['a portal token', PORTAL, [true, true, false, false]],
    ['a portal token that may read', READER, [false, false, false, false]],
    ['a portal token that is limited', LIMITED, [false, true, false, false]],
    ['a portal token that is limited to nothing', TO_NOTHING, [false, true, false, false]],
    ['a portal token as code without portal scopes sees it', OLDER_CODE, [false, false, false, false]],
  ])('%s: to a route without and with a limit, for keys, for administrators', (_, caller, expected) => {
    expect([route, OPEN, KEYS, ADMIN].map((to) => admitted(caller, to))).toEqual(expected);
  });

  it('with the scopes of its portal token, and its targets', () => {
    const request = { requestContext: { authorizer: { lambda: LIMITED } } } as unknown as ManageRequest;
    expect(admit(request, OPEN)).toEqual({ credential: 'ptk_1', scopes: ['manage'], targets: ['tgt_1'] });
  });
});
