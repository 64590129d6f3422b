import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureError, readHeader, readHeaders, readRequest } from '../../../cli/verify/read-captured.ts';
import { runs } from '../../helpers/runs.ts';

const HEADERS = [
  { name: 'webhook-id', value: 'evt_1' },
  { name: 'webhook-timestamp', value: '1795262400' },
];
const BODY = '{"amount":1}';

describe('captured requests (A20)', () => {
  it.each([
    ['lines', 'Webhook-Id: evt_1\nWebhook-Timestamp:  1795262400 '],
    [
      'lines of Windows, with a request line',
      'POST /hook HTTP/1.1\r\nwebhook-id: evt_1\r\nwebhook-timestamp: 1795262400\r\n\r\n',
    ],
    [
      'what curl -v prints',
      '*   Trying 127.0.0.1:3000...\n> POST /hook HTTP/1.1\n> webhook-id: evt_1\n> Webhook-Timestamp: 1795262400\n> \n* upload completely sent\n< HTTP/1.1 200 OK\n< date: now\n',
    ],
    ['a whole request', 'webhook-id: evt_1\r\nwebhook-timestamp: 1795262400\r\n\r\n{"a":1}'],
    ["Node's rawHeaders", '["Webhook-Id", "evt_1", "Webhook-Timestamp", "1795262400"]'],
    ['lines of HTTP/2', ':method: POST\nwebhook-id: evt_1\nwebhook-timestamp: 1795262400'],
    ['an object', '{"Webhook-Id": "evt_1", "webhook-timestamp": 1795262400}'],
    ['an object of lists', '{"webhook-id": ["evt_1"], "webhook-timestamp": ["1795262400"]}'],
    ['a list', '[{"name": "webhook-id", "value": "evt_1"}, ["webhook-timestamp", "1795262400"]]'],
  ])('are read from %s', (_, text) => {
    expect(readHeaders(text)).toEqual({ headers: HEADERS });
  });

  it('keep a header that comes twice', () => {
    expect(readHeaders('a: 1\nA: 2').headers).toEqual([
      { name: 'a', value: '1' },
      { name: 'a', value: '2' },
    ]);
    expect(readHeaders('{"a": ["1", "2"]}').headers).toHaveLength(2);
  });

  const head = 'webhook-id: evt_1\nwebhook-timestamp: 1795262400';
  it.each([
    ['as it was on the wire', `POST / HTTP/1.1\r\n${head.replaceAll('\n', '\r\n')}\r\n\r\n${BODY}`],
    ['with line breaks of Unix', `POST / HTTP/1.1\n${head}\n\n${BODY}`],
    [
      'of an HAR entry',
      JSON.stringify({
        request: { headers: HEADERS, postData: { mimeType: 'application/json', text: BODY } },
      }),
    ],
    [
      'of a HAR file',
      JSON.stringify({
        log: {
          entries: [{ request: { headers: HEADERS, postData: { text: btoa(BODY), encoding: 'base64' } } }],
        },
      }),
    ],
    [
      'of a Lambda function',
      JSON.stringify({
        headers: { 'webhook-id': 'evt_1', 'webhook-timestamp': '1795262400' },
        body: btoa(BODY),
        isBase64Encoded: true,
      }),
    ],
  ])('are read as a whole %s', (_, text) => {
    const { headers, body } = readRequest(Buffer.from(text));
    expect(headers).toEqual(HEADERS);
    expect(Buffer.from(body!).toString()).toBe(BODY);
  });

  it('say when they came', () => {
    const at = '2026-11-28T12:00:00.000Z';
    const har = { startedDateTime: at, request: { headers: HEADERS } };
    const event = { headers: {}, body: '', requestContext: { timeEpoch: Date.parse(at) } };
    for (const one of [har, event]) expect(readHeaders(JSON.stringify(one)).at).toBe(Date.parse(at));
  });

  it('have their chunks joined', () => {
    const text = 'a: 1\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n';
    expect(Buffer.from(readRequest(Buffer.from(text)).body!).toString()).toBe('{"a":1}');
  });

  it('have any bytes as a body', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const request = Buffer.concat([Buffer.from('POST / HTTP/1.1\r\nwebhook-id: evt_1\r\n\r\n'), bytes]);
        expect(Buffer.from(readRequest(request).body!).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: runs(100) },
    );
  });

  it.each([
    ['{', 'expected headers as lines, or JSON; it begins like JSON and is none'],
    ['no header', 'expected line 1 of the headers to be name: value'],
    [
      '< HTTP/1.1 200 OK\n< date: now',
      'expected line 1 of the headers to be name: value; curl -v marks what it sends with >',
    ],
    ['{"a": {"b": 1}}', 'expected the header "a" to be text'],
    ['[1]', 'expected a list of headers to have {"name", "value"}'],
    ['{"log": {"entries": []}}', 'expected a HAR file of one request, got 0: keep the one entry'],
  ])('%j: %s', (text, message) => {
    expect(() => readHeaders(text)).toThrow(new CaptureError(message));
  });

  it('are refused without an empty line after the headers', () => {
    expect(() => readRequest(Buffer.from('a: 1'))).toThrow(CaptureError);
    expect(() => readHeader('no header')).toThrow(CaptureError);
    expect(readHeader('Webhook-Id:evt_1')).toEqual(HEADERS[0]);
  });
});
