import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudEventId } from '../../../../lambdas/events/event-id.ts';
import type { NewEvent, Read } from '../../../../lambdas/publishing/event-checks.ts';
import {
  isJsonType,
  readBinary,
  readCloudEvents,
  readStructured,
} from '../../../../lambdas/publishing/forms/cloud-events.ts';

const MAX = 1000;

function eventOf(read: Read<NewEvent>): NewEvent {
  if (!read.ok) throw new Error(`${read.problem.field}: ${read.problem.message}`);
  return read.value;
}

const fieldOf = (read: Read<unknown>): string | undefined => (read.ok ? 'accepted' : read.problem.field);

const required = { specversion: '1.0', id: '17', source: '/shop', type: 'order.created' };
const headers = (more: Record<string, string | undefined> = {}): Record<string, string | undefined> => ({
  'ce-specversion': '1.0',
  'ce-id': '17',
  'ce-source': '/shop',
  'ce-type': 'order.created',
  'content-type': 'application/json',
  ...more,
});
const binary = (more: Record<string, string | undefined> = {}, body = '{}'): Read<NewEvent> =>
  readBinary(headers(more), Buffer.from(body), MAX);
const structured = (more: object = {}): Read<NewEvent> =>
  readStructured(JSON.stringify({ ...required, ...more }), MAX);

it('tells all attributes that are missing or wrong (D8)', () => {
  const read = readStructured('{"specversion":"1.0","time":"yesterday","dataschema":"x"}', MAX);
  const problem = read.ok ? undefined : read.problem;
  expect(problem).toMatchObject({ field: 'id', message: expect.stringContaining('missing') });
  expect(problem?.others?.map(({ field }) => field)).toEqual(['source', 'type', 'time', 'dataschema']);
});

describe('binary mode', () => {
  it('takes attributes from headers and the body as it is', () => {
    const more = {
      'ce-time': '2026-11-21T10:00:00Z',
      'ce-subject': 'a',
      'ce-traceparent': '00-1',
      other: 'x',
    };
    expect(binary(more, ' { } ')).toEqual({
      ok: true,
      value: {
        id: cloudEventId('/shop', '17'),
        type: 'order.created',
        source: '/shop',
        priority: undefined,
        region: undefined,
        contentType: 'application/json',
        body: Buffer.from(' { } '),
        at: 'data',
        ce: { id: '17', source: '/shop', time: '2026-11-21T10:00:00Z', subject: 'a', traceparent: '00-1' },
      },
    });
  });

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['"quoted \\"text\\" \\\\"', 'quoted "text" \\'],
    ['%22', '"'],
    ['%2541', '%41'],
    ['100%', '100%'],
    ['%e2%82%ac', '€'],
    ['as it is', 'as it is'],
  ])('decodes %s', (value, decoded) => {
    expect(eventOf(binary({ 'ce-subject': value })).ce?.subject).toBe(decoded);
  });

  it('decodes whatever is encoded as the binding says', () => {
    const printable = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(printable, (text) => {
        const encoded = text.replace(/[^\x21\x23\x24\x26-\x7e]+/gu, encodeURIComponent);
        const read = binary({ 'ce-subject': encoded });
        expect(!read.ok || read.value.ce?.subject === text).toBe(true);
      }),
    );
  });

  it.each([
    '/shop',
    'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66',
    'https://a/b?c=d#e',
    '1-555-123-4567',
    '//[::1]:80/',
  ])('takes the source %s', (source) => expect(eventOf(binary({ 'ce-source': source })).source).toBe(source));

  it('takes priority and region from extensions', () => {
    expect(eventOf(binary({ 'ce-priority': 'critical', 'ce-region': 'apac' }))).toMatchObject({
      priority: 'critical',
      region: 'apac',
    });
  });

  it('takes an event without data', () => {
    const { 'content-type': _, ...none } = headers();
    expect(eventOf(readBinary(none, new Uint8Array(), MAX))).toMatchObject({
      body: new Uint8Array(),
      contentType: 'application/octet-stream',
    });
  });

  it.each<[Record<string, string | undefined>, string]>([
    [{ 'ce-specversion': '0.3' }, 'ce-specversion'],
    [{ 'ce-specversion': '' }, 'ce-specversion'],
    [{ 'ce-id': undefined }, 'ce-id'],
    [{ 'ce-id': '' }, 'ce-id'],
    [{ 'ce-source': undefined }, 'ce-source'],
    [{ 'ce-source': '' }, 'ce-source'],
    [{ 'ce-source': '/a b' }, 'ce-source'],
    [{ 'ce-source': '/%25zz' }, 'ce-source'],
    [{ 'ce-dataschema': '/no-scheme' }, 'ce-dataschema'],
    [{ 'ce-dataschema': 'https://example.com/a b' }, 'ce-dataschema'],
    [{ 'ce-type': undefined }, 'ce-type'],
    [{ 'ce-type': 'no type' }, 'ce-type'],
    [{ 'ce-time': 'yesterday' }, 'ce-time'],
    [{ 'ce-time': '2026-02-30T00:00:00Z' }, 'ce-time'],
    [{ 'ce-subject': '' }, 'ce-subject'],
    [{ 'ce-subject': '%C0%A0' }, 'ce-subject'],
    [{ 'ce-subject': '%0d%0ahost: x' }, 'ce-subject'],
    [{ 'ce-subject': 'ü' }, 'ce-subject'],
    [{ 'ce-with-dash': 'x' }, 'ce-with-dash'],
    [{ 'ce-datacontenttype': 'text/plain' }, 'ce-datacontenttype'],
    [{ 'ce-data': 'x' }, 'ce-data'],
  ])('refuses %j', (more, field) => expect(fieldOf(binary(more))).toBe(field));

  it('refuses attributes of more than 4 KB, as they are encoded', () => {
    expect(binary({ 'ce-subject': '%E2%82%AC'.repeat(400) }).ok).toBe(true);
    const read = binary({ 'ce-subject': '%E2%82%AC'.repeat(460) });
    expect(read).toMatchObject({ ok: false, problem: { message: expect.stringContaining('4096') } });
  });

  it('refuses a body that is too large', () => {
    expect(binary({}, 'x'.repeat(MAX + 1))).toMatchObject({ problem: { code: 'payload_too_large' } });
  });
});

describe('structured mode', () => {
  it.each<[string, object, string, string]>([
    ['JSON as it is', { data: { a: 1 } }, '{"a":1}', 'application/json'],
    ['null, which is data', { data: null }, 'null', 'application/json'],
    ['a text that is JSON', { data: 'a' }, '"a"', 'application/json'],
    ['a text of a +json type', { data: 'a', datacontenttype: 'x/y+json' }, '"a"', 'x/y+json'],
    ['a text of another type', { data: '<é/>', datacontenttype: 'text/xml' }, '<é/>', 'text/xml'],
    ['JSON of another type', { data: [1], datacontenttype: 'text/plain' }, '[1]', 'text/plain'],
    ['bytes', { data_base64: 'AAH/', datacontenttype: 'image/png' }, '\u0000\u0001\u00ff', 'image/png'],
    ['nothing', {}, '', 'application/octet-stream'],
    ['nothing of a type', { datacontenttype: 'text/plain' }, '', 'text/plain'],
  ])('has a payload: %s', (_, content, body, contentType) => {
    const event = eventOf(structured(content));
    expect(event.contentType).toBe(contentType);
    const encoding = contentType === 'image/png' ? 'latin1' : 'utf8';
    expect(Buffer.from(event.body).toString(encoding)).toBe(body);
  });

  it("keeps the data's text byte for byte (B6)", () => {
    const text = `{"data": { "n":12345678901234567890, "x" : 1.10 } ,"specversion":"1.0","id":"1","source":"s","type":"a"}`;
    expect(eventOf(readStructured(text, MAX)).body.toString()).toBe(
      '{ "n":12345678901234567890, "x" : 1.10 }',
    );
  });

  it('keeps extensions as text, and passes over what is null', () => {
    const more = { subject: null, flag: true, word: 'é', least: -2147483648, most: 2147483647 };
    expect(eventOf(structured(more)).ce).toEqual({
      id: '17',
      source: '/shop',
      flag: 'true',
      word: 'é',
      least: '-2147483648',
      most: '2147483647',
    });
  });

  it.each<[object, string]>([
    [{ specversion: '1.1' }, 'specversion'],
    [{ specversion: 1 }, 'specversion'],
    [{ id: 7 }, 'id'],
    [{ id: null }, 'id'],
    [{ source: undefined }, 'source'],
    [{ type: 'a..b' }, 'type'],
    [{ time: 'now' }, 'time'],
    [{ Upper: 'x' }, 'Upper'],
    [{ list: [] }, 'list'],
    [{ control: '\u0007' }, 'control'],
    [{ lone: '\ud800' }, 'lone'],
    [{ data: 1, data_base64: 'AA==' }, 'data_base64'],
    [{ data_base64: 'A' }, 'data_base64'],
    [{ data_base64: 7 }, 'data_base64'],
    [{ datacontenttype: 7 }, 'datacontenttype'],
    [{ datacontenttype: 'x\ny' }, 'datacontenttype'],
    [{ data: 'é', datacontenttype: 'text/plain; charset=iso-8859-1' }, 'data'],
    [{ data: '\ud800', datacontenttype: 'text/plain' }, 'data'],
    [{ data: 'x'.repeat(MAX) }, 'data'],
  ])('refuses %j', (more, field) => expect(fieldOf(structured(more))).toBe(field));

  it('refuses what is no object', () => {
    expect(readStructured('[', MAX)).toMatchObject({ problem: { code: 'malformed_json' } });
    expect(readStructured('[]', MAX)).toMatchObject({ problem: { code: 'validation_failed' } });
  });
});

describe('batch mode', () => {
  it('reads each event by itself', () => {
    const read = readCloudEvents(JSON.stringify([required, 7, { ...required, type: undefined }]), MAX);
    expect(read.ok && read.value.map(fieldOf)).toEqual(['accepted', '[1]', '[2].type']);
  });

  it('may be empty, and no longer than 100', () => {
    expect(readCloudEvents('[]', MAX)).toEqual({ ok: true, value: [] });
    expect(readCloudEvents(JSON.stringify(Array(101).fill(required)), MAX).ok).toBe(false);
    expect(readCloudEvents('{}', MAX).ok).toBe(false);
  });
});

describe('the id of a CloudEvent', () => {
  it('is one of ours, and the same for the same source and id alone', () => {
    expect(cloudEventId('/a', '1')).toMatch(/^ce_[0-9a-f]{32}$/);
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string(), fc.string(), fc.string()), ([s1, i1, s2, i2]) => {
        fc.pre(!`${s1}${s2}`.includes('\n'));
        expect(cloudEventId(s1, i1) === cloudEventId(s2, i2)).toBe(s1 === s2 && i1 === i2);
      }),
    );
  });
});

it.each([
  ['application/json', true],
  ['Application/JSON; charset=utf-8', true],
  ['application/problem+json', true],
  ['text/json', true],
  ['application/jsonl', false],
  ['application/x-ndjson', false],
  ['text/plain', false],
])('%s is JSON: %s', (contentType, isJson) => expect(isJsonType(contentType)).toBe(isJson));
