import { expect, it } from 'vitest';
import * as z from 'zod';
import { ApiError } from '../../../lambdas/adapters/http.ts';
import { checked } from '../../../lambdas/manage/request.ts';

const schema = z.strictObject({
  url: z.string().max(5),
  events: z.array(z.string()).min(1),
  data: z.unknown(),
  scheme: z.enum(['standard', 'sha256']).optional(),
  email: z.email('expected an email address').optional(),
  inner: z.strictObject({ count: z.int() }).optional(),
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
  ['a format with words of its own', { ...right, email: 'me' }, 'expected an email address', 'email'],
];

it.each(wrong)('says what is expected of %s (D8)', (_, value, message, field) => {
  const check = (): unknown => checked(schema, value);
  expect(check).toThrow(ApiError);
  expect(check).toThrow(expect.objectContaining({ status: 422, message, field }));
});
