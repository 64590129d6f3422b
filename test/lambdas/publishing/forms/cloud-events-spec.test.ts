import { CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../../lambdas/events/event.ts';
import type { NewEvent, Read } from '../../../../lambdas/publishing/event-checks.ts';
import { readBinary, readStructured } from '../../../../lambdas/publishing/forms/cloud-events.ts';
import { requestHeaders } from '../../../builders/signed.ts';

/**
 * What CloudEvents 1.0.2 says of attributes, sentence by sentence. The official SDK is asked the same: where it answers
 * otherwise, the row says so.
 */

const MAX = 10_000;
const REQUIRED = { specversion: '1.0', id: '17', source: '/shop', type: 'order.created' };

const structured = (members: object): Read<NewEvent> =>
  readStructured(JSON.stringify({ ...REQUIRED, ...members }), MAX);

function isTakenBySdk(members: object): boolean {
  try {
    const event = JSON.parse(JSON.stringify({ ...REQUIRED, ...members }));
    return new CloudEvent(event, true).validate();
  } catch {
    return false;
  }
}

/** The members of an event, and what the SDK does with it where that is something else. */
type Row = [says: string, members: object, sdk?: 'the SDK refuses' | 'the SDK takes'];

const TAKEN: Row[] = [
  ['nothing but what is required', {}],
  ['names: lower case letters and digits', { a1b2: 'x', '1': 'x' }],
  ['names SHOULD NOT exceed 20 characters', { [`x${'y'.repeat(20)}`]: 'x', ['z'.repeat(200)]: 'x' }],
  ['names of objects in JavaScript', { constructor: 'x' }],
  ['Boolean', { on: true, off: false }],
  ['Integer: the largest', { n: 2147483647 }],
  ['Integer: the smallest', { n: -2147483648 }],
  ['Integer: zero', { n: 0 }],
  ['String: any text', { n: '12345678901234567890', float: '1.5', empty: '', quoted: '"' }],
  ['String: no control characters, but separators', { x: '\u00a0\u2028\u2029\u00ad' }],
  ['String: pairs of surrogates', { x: '\u{1f600}' }],
  ['String: private use is allowed', { x: '\ue000' }],
  ['Binary: base64 as text', { x: 'AAECAw==' }],
  ['Timestamp as text', { recordedtime: '2026-11-21T10:00:00Z' }],
  ['unset attributes MAY be null', { subject: null, time: null, dataschema: null, ext: null }],
  ['datacontenttype may be null', { datacontenttype: null, data: 1 }],
  ['data_base64 may be null', { data_base64: null, data: 1 }],
  ['id: any text that is not empty', { id: ' ü \u{1f600} %' }],
  ['id: of any length', { id: 'x'.repeat(1000) }],
  ['source: absolute', { source: 'https://github.com/cloudevents' }],
  ['source: mailto', { source: 'mailto:cncf-wg-serverless@lists.cncf.io' }],
  ['source: urn', { source: 'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66' }],
  ['source: path', { source: '/cloudevents/spec/pull/123' }],
  ['source: relative', { source: '1-555-123-4567' }],
  ['source: network path', { source: '//github.com/cloudevents/x.yaml' }],
  ['source: with query and fragment', { source: 'a?b=%20c#d' }],
  ['source: IPv6', { source: 'https://[::1]:8080/x' }],
  ['source: arn', { source: 'arn:aws:s3:eu-central-1:123456789012:bucket' }],
  ['source: of any length', { source: `/${'x'.repeat(2000)}` }],
  ['type: reverse DNS', { type: 'com.github.pull_request.opened' }],
  ['type: with a version', { type: 'com.example.object.deleted.v2' }],
  ['type: with colons', { type: 's3:ObjectCreated:Put' }],
  ['type: with slashes', { type: 'example.com/orders/created' }],
  ['type: a URL', { type: 'https://example.com/orders/created' }],
  ['type: capitals', { type: 'Microsoft.Storage.BlobCreated' }],
  ['type: of 256 characters', { type: 'x'.repeat(256) }],
  ['datacontenttype: with parameters', { datacontenttype: 'application/json; charset=utf-8', data: {} }],
  ['dataschema: an absolute URI', { dataschema: 'https://example.com/schema.json' }],
  ['dataschema: with a fragment', { dataschema: 'https://example.com/schema.json#/order' }],
  ['subject: any text that is not empty', { subject: 'my new file.jpg' }],
  ['time: in UTC', { time: '2018-04-05T17:31:00Z' }],
  ['time: with an offset', { time: '2018-04-05T17:31:00+05:30' }],
  ['time: an unknown offset', { time: '2018-04-05T17:31:00-00:00' }],
  ['time: lower case', { time: '2018-04-05t17:31:00z' }],
  ['time: more than nine digits', { time: '2018-04-05T17:31:00.123456789012345678Z' }],
  ['time: one digit', { time: '2018-04-05T17:31:00.1Z' }],
  ['time: a leap second', { time: '2016-12-31T23:59:60Z' }],
  ['an extension priority of another kind', { priority: 'P1' }],
  ['an extension priority that is a number', { priority: 5 }],
  ['an extension region of another kind', { region: 'EMEA South' }],
  ['documented extensions', { traceparent: '00-1-2-01', partitionkey: 'k', sequence: '1', sampledrate: 30 }],
  ['data: null is data', { data: null }],
  ['data: any JSON', { data: [1, 'a', { b: null }] }],
  ['data: text of another type', { datacontenttype: 'text/xml', data: '<a/>' }],
  ['data_base64', { data_base64: 'AAH/', datacontenttype: 'image/png' }],
];

const REFUSED: Row[] = [
  ['specversion is required', { specversion: undefined }, 'the SDK takes'],
  ['specversion: another version', { specversion: '0.3' }],
  ['specversion: a number', { specversion: 1.0 }],
  ['id is required', { id: null }, 'the SDK takes'],
  ['id: not empty', { id: '' }, 'the SDK takes'],
  ['id: a text', { id: 17 }],
  ['source is required', { source: undefined }],
  ['source: not empty', { source: '' }],
  ['source: a URI reference has no spaces', { source: 'my shop' }],
  ['source: a URI reference is ASCII', { source: '/größe' }],
  ['source: broken escapes', { source: '/%zz' }],
  ['type is required', { type: null }],
  ['type: not empty', { type: '' }],
  ['type: a text', { type: true }],
  // Ours are stricter than the specification here; decision 14 says so.
  ['type: no spaces', { type: 'EC2 Instance State-change Notification' }, 'the SDK takes'],
  ['type: no empty segments', { type: 'a..b' }, 'the SDK takes'],
  ['type: one of Posthorn’s own', { type: 'posthorn.target.disabled' }, 'the SDK takes'],
  ['type: more than 256 characters', { type: 'x'.repeat(257) }, 'the SDK takes'],
  ['attributes of more than 4 KB', { subject: 'x'.repeat(5000) }, 'the SDK takes'],
  ['names: no capitals', { traceParent: 'x' }],
  ['names: no dashes', { 'trace-parent': 'x' }],
  ['names: no underscores', { trace_parent: 'x' }],
  ['names: not empty', { '': 'x' }],
  ['names: ASCII', { größe: 'x' }],
  ['Integer: no larger', { n: 2147483648 }, 'the SDK takes'],
  ['Integer: no smaller', { n: -2147483649 }, 'the SDK takes'],
  ['Integer: no fraction', { n: 1.5 }],
  ['no objects', { n: {} }, 'the SDK takes'],
  ['no lists', { n: [] }, 'the SDK takes'],
  ['String: no control characters', { n: 'a\nb' }, 'the SDK takes'],
  ['String: no C1 control characters', { n: 'a\u0085b' }, 'the SDK takes'],
  ['String: no noncharacters', { n: '\uffff' }, 'the SDK takes'],
  ['String: no halves of pairs', { n: '\ud800' }, 'the SDK takes'],
  ['dataschema: absolute', { dataschema: '/schema.json' }],
  ['dataschema: not empty', { dataschema: '' }],
  ['subject: not empty', { subject: '' }],
  ['subject: a text', { subject: 7 }],
  ['time: RFC 3339', { time: 'Sat, 21 Nov 2026 10:00:00 GMT' }],
  ['time: a day that exists', { time: '2026-02-30T10:00:00Z' }],
  ['time: with a zone', { time: '2026-11-21T10:00:00' }, 'the SDK takes'],
  ['time: a text', { time: 1763719200000 }],
  ['datacontenttype: a text', { datacontenttype: 7 }],
  ['data or data_base64', { data: 1, data_base64: 'AA==' }, 'the SDK takes'],
  ['data_base64: base64', { data_base64: 'A' }],
  ['data_base64: a text', { data_base64: 7 }],
];

describe('CloudEvents 1.0.2 allows', () => {
  it.each(TAKEN)('%s', (_, members, sdk) => {
    expect(structured(members)).toMatchObject({ ok: true });
    expect(isTakenBySdk(members)).toBe(sdk === undefined);
  });
});

describe('CloudEvents 1.0.2 forbids, or Posthorn does', () => {
  it.each(REFUSED)('%s', (_, members, sdk) => {
    expect(structured(members)).toMatchObject({ ok: false, problem: { code: 'validation_failed' } });
    expect(isTakenBySdk(members)).toBe(sdk !== undefined);
  });

  it.each(['1.0', '1e3', '1E0', '-0.0'])('Integer: not written as %s', (number) => {
    const text = JSON.stringify({ ...REQUIRED, n: 'N' }).replace('"N"', number);
    expect(readStructured(text, MAX)).toMatchObject({ ok: false, problem: { field: 'n' } });
  });
});

describe('priority and region of a CloudEvent', () => {
  it.each([
    [{ priority: 'critical', region: 'apac' }, 'critical', 'apac'],
    [{ priority: 'CRITICAL', region: 'APAC' }, undefined, undefined],
    [{ priority: 3, region: '' }, undefined, undefined],
    [{ priority: 'toString', region: '-' }, undefined, undefined],
  ])('%j are heeded where they are ours, and passed on in any case', (members, priority, region) => {
    const read = structured(members);
    if (!read.ok) throw new Error(read.problem.message);
    expect([read.value.priority, read.value.region]).toEqual([priority, region]);
    expect(read.value.ce).toMatchObject({
      priority: String(members.priority),
      region: String(members.region),
    });
  });
});

describe('the events of the conformance suite', () => {
  const NAMED = {
    specversion: '1.0',
    type: 'io.cloudevents.minimum',
    id: 'c-1',
    source: '//example.com/v1.yaml',
  };
  const EXAMPLE = { ...NAMED, type: 'com.example.someevent', time: '2018-04-05T03:56:24Z' };

  it.each<[string, Record<string, string>, string, string]>([
    ['text in ASCII', NAMED, 'text/plain; charset=us-ascii', 'Hello, World!\n'],
    ['text in UTF-8', NAMED, 'text/plain; charset=utf-8', 'Hello, \u{1f30e}!\n'],
    ['XML', NAMED, 'application/xml; charset=utf-8', '<msg>Hello, \u{1f30e}!</msg>\n'],
    ['JSON, a text', NAMED, 'application/json; charset=utf-8', '"Hello, \u{1f30e}!"'],
    ['JSON, an object', NAMED, 'application/json; charset=utf-8', '{"msg":"Hello, \u{1f30e}!"}'],
    ['JSON, a list', NAMED, 'application/json', '["Hello","\u{1f30e}!"]'],
    ['extensions', { ...EXAMPLE, comexampleextension2: '{"othervalue": 5}' }, 'application/json', '{"a":1}'],
  ])('come alike in binary and structured mode: %s', (_, attributes, contentType, data) => {
    const isJson = contentType.startsWith('application/json');
    const members = JSON.stringify({ ...attributes, datacontenttype: contentType }).slice(0, -1);
    const text = `${members},"data":${isJson ? data : JSON.stringify(data)}}`;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    const inBinary = readBinary({ ...headers, 'content-type': contentType }, Buffer.from(data), MAX);
    expect(inBinary).toMatchObject({ ok: true, value: { contentType, body: Buffer.from(data) } });
    expect(readStructured(text, MAX)).toEqual(inBinary);
  });
});

/** The `ce-` headers of an event's delivery. */
function headersOf({ type, contentType, body, ce }: NewEvent): Record<string, string> {
  const target = { signature: 'standard', secrets: [], headers: {} } as const;
  const event = { id: 'x', type, contentType, ce } as Event;
  return requestHeaders(target, event, body, 1, 0);
}

describe('what came in goes out again', () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,30}$/).filter((each) => !(each in REQUIRED));
  const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
  const printable = value.filter((text) => !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text));
  const others = ['data', 'datacontenttype', 'dataschema', 'subject', 'time'];
  const extensions = fc.dictionary(
    name.filter((each) => !others.includes(each)),
    printable,
    { maxKeys: 5 },
  );
  const attributes = fc.tuple(printable, printable, extensions);

  it('from structured mode and from binary mode, as the binding encodes it', () => {
    fc.assert(
      fc.property(attributes, ([id, subject, more]) => {
        const sent = { ...REQUIRED, ...more, id, subject };
        const read = structured(sent);
        if (!read.ok) throw new Error(read.problem.message);
        const headers = headersOf(read.value);
        for (const [attribute, text] of Object.entries(sent)) {
          expect(headers[`ce-${attribute}`]).toMatch(/^[\x21\x23-\x7e]*$/);
          expect(decodeURIComponent(headers[`ce-${attribute}`]!)).toBe(text);
        }
        const again = readBinary(headers, read.value.body, MAX);
        expect(again).toMatchObject({ ok: true, value: { ce: read.value.ce, id: read.value.id } });
      }),
    );
  });

  it.each([
    ['Euro \u20ac \u{1f600}', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
    ['"', '%22'],
    ['100%', '100%25'],
    ["!#$&'()*+,/:;=?@[]~|{}^`\\<>", "!#$&'()*+,/:;=?@[]~|{}^`\\<>"],
    ['\u2028', '%E2%80%A8'],
  ])('%s leaves as %s', (subject, header) => {
    const read = structured({ subject });
    expect(read.ok && headersOf(read.value)['ce-subject']).toBe(header);
  });
});
