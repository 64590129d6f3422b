import { describe, expect, it } from 'vitest';
import { publishRequest } from '../../../cli/publish/request.ts';

const request = (type: string | undefined, data: string | Buffer | undefined, options: object = {}) => {
  const { body, ...rest } = publishRequest({
    type,
    data: data === undefined ? undefined : Buffer.from(data),
    options: { ...options },
  });
  return { body: Buffer.from(body).toString(), ...rest };
};

describe('an event of our own JSON (A20)', () => {
  it.each([
    [
      '{"total": 19.90, "n": 12345678901234567890}',
      {},
      '{"type":"a.b","data":{"total": 19.90, "n": 12345678901234567890}}',
    ],
    [' "\ufffd"\n', {}, '{"type":"a.b","data":"\\ufffd"}'],
    ['\ufeff1', { id: 'x', priority: 'low' }, '{"type":"a.b","id":"x","priority":"low","data":1}'],
    ['{"a":{"b":1}}', { set: ['data.a.c=2'] }, '{"type":"a.b","data":{"a":{"b":1,"c":2}}}'],
    [undefined, { set: ['data.n=2'], region: 'eu' }, '{"type":"a.b","region":"eu","data":{"n":2}}'],
  ])('%j with %j', (data, options, body) =>
    expect(request('a.b', data, options)).toEqual({ body, contentType: 'application/json', headers: {} }),
  );
});

describe('any bytes, and CloudEvents (A20)', () => {
  it.each([
    ['a.b', 'x,y', { contentType: 'text/csv' }, 'x,y', { 'ce-type': 'a.b' }],
    ['a.b', 'x', { contentType: 'text/plain', id: 'i' }, 'x', { 'ce-type': 'a.b', 'ce-id': 'i' }],
    [
      'a.b',
      Buffer.from([0xff]),
      { contentType: 'text/plain' },
      '/w==',
      { 'ce-type': 'a.b', 'content-transfer-encoding': 'base64' },
    ],
    [
      'a.b',
      '\ufffd',
      { contentType: 'text/plain' },
      '77+9',
      { 'ce-type': 'a.b', 'content-transfer-encoding': 'base64' },
    ],
    [undefined, '{"id":"1"}', { contentType: 'application/cloudevents+json' }, '{"id":"1"}', {}],
  ])('%j %j with %j', (type, data, options, body, headers) =>
    expect(request(type, data, options)).toEqual({ body, contentType: options.contentType, headers }),
  );
});

it.each([
  [undefined, '{}', {}, 'expected an event type'],
  ['a..b', '{}', {}, 'is no event type'],
  ['posthorn.target.disabled', '{}', {}, 'only it publishes them'],
  ['a.b', undefined, {}, 'expected a payload'],
  ['a.b', '{', {}, 'expected JSON as the payload'],
  ['a.b', Buffer.from([0xff]), {}, 'expected JSON in UTF-8'],
  ['a.b', '{}', { set: ['amount=1'] }, 'expected a path into the payload'],
  [
    'a.b',
    '{}',
    { contentType: 'application/cloudevents+json' },
    'expected no event type beside a CloudEvent',
  ],
  [
    undefined,
    '{}',
    { contentType: 'application/cloudevents+json', id: 'x' },
    '--id: a CloudEvent has it within',
  ],
  [undefined, undefined, { contentType: 'application/cloudevents-batch+json' }, 'expected a CloudEvent'],
  ['a.b', 'x', { contentType: 'text/csv', region: 'eu' }, '--region: an event of text/csv has none'],
  ['a.b', undefined, { contentType: 'text/csv' }, 'expected a payload'],
])('%j %j with %j is refused: %s (A20)', (type, data, options, message) =>
  expect(() => request(type, data, options)).toThrow(message),
);
