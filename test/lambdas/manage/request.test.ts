import { expect, it } from 'vitest';
import * as z from 'zod';
import { ApiError } from '../../../lambdas/adapters/http.ts';
import { bodyOf, checked, type ManageRequest } from '../../../lambdas/manage/request.ts';

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
  ['null', null, 'expected object, received null', undefined],
  ['an array', [], 'expected object, received array', undefined],
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
  ['another type', { ...right, url: 7 }, 'expected string, received number', 'url'],
  ['a type in a list', { ...right, events: ['a', null] }, 'expected string, received null', 'events[1]'],
  ['too long a text', { ...right, url: 'abcdef' }, 'expected string to have <=5 characters', 'url'],
  ['too short a list', { ...right, events: [] }, 'expected array to have >=1 items', 'events'],
  ['none of the options', { ...right, scheme: 'md5' }, 'expected one of "standard"|"sha256"', 'scheme'],
  ['none of two types', { ...right, either: 1 }, 'expected a part, or a list of them', 'either'],
  [
    'the one of two types',
    { ...right, either: { size: 'x' } },
    'expected number, received string',
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

const route = {
  method: 'POST',
  path: '/v1/things',
  function: 'manage',
  scope: 'manage',
  tag: 'Things',
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

it('takes 100 levels', () => {
  expect(bodyOf(requestWith(nested(100)), route)).toEqual(JSON.parse(nested(100)));
});
