import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Request } from '../../../lambdas/http/body.ts';
import { ApiError } from '../../../lambdas/http/errors.ts';
import { readAddressed } from '../../../lambdas/publishing/forms/raw.ts';
import { readContent } from '../../../lambdas/publishing/forms.ts';
import { eventBase, integrationEvent } from '../../../local/http/event.ts';
import { anyBytes, isUtf8, stringBytes } from '../../helpers/arbitrary/arbitrary-bytes.ts';
import {
  CONTENT_TYPES,
  type Form,
  JSON_FORMS,
  type Published,
  RAW_FORMS,
} from '../../helpers/publishing-forms.ts';
import { runs } from '../../helpers/runs.ts';

const api = { apiId: 'abc', stage: '$default', accountId: '000000000000' };

/** How a gateway may make text of bytes. What AWS does is not documented. */
type Decode = (bytes: Buffer) => string;
const DECODERS: Record<string, Decode> = {
  'one U+FFFD for a cut character': (bytes) => bytes.toString('utf8'),
  'one U+FFFD for each byte': (bytes) => {
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)));
      parts.push(length ? bytes.toString('utf8', at, at + length) : '\ufffd');
      at += length ?? 1;
    }
    return parts.join('');
  },
};

interface Sending {
  readonly isChunked?: boolean;
  readonly inBase64?: boolean;
  readonly decode?: Decode;
}

function requestOf({ contentType, headers, body }: Published, sending: Sending): Request {
  const {
    isChunked = false,
    inBase64 = false,
    decode = DECODERS['one U+FFFD for a cut character']!,
  } = sending;
  const wire = inBase64 ? Buffer.from(body.toString('base64')) : body;
  const sent = {
    ...headers,
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(inBase64 && { 'content-transfer-encoding': 'base64' }),
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(wire.length) }),
  };
  const http = {
    method: 'POST',
    url: '/v1/x?event_type=a.b',
    rawHeaders: Object.entries(sent).flat(),
    sourceIp: '127.0.0.1',
    requestId: '1',
    time: 0,
  };
  const base = eventBase({ ...http, body: wire }, api, 'POST /v1/x');
  const event = JSON.parse(integrationEvent(base, undefined, undefined, wire));
  return event.body === undefined || event.isBase64Encoded ? event : { ...event, body: decode(wire) };
}

/** The payloads that would be published, or the error that the whole request is answered with. */
function receive(published: Published, sending: Sending): Uint8Array[] | ApiError {
  const request = requestOf(published, sending);
  try {
    if (published.operation === 'publishToSubscription') {
      const read = readAddressed(request, bytesOf(request), 1e6);
      return read.ok ? [read.value.body] : new ApiError(422, read.problem.code, read.problem.message);
    }
    const content = readContent(published.operation, request, 1e6);
    const list = content.kind === 'one' ? { ok: true as const, value: [content.read] } : content.read;
    if (!list.ok) return new ApiError(400, list.problem.code, list.problem.message);
    return list.value.map((read) => {
      if (!read.ok) throw new Error(read.problem.message);
      return read.value.body;
    });
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Nothing arrives but what was sent. @returns whether it arrived */
function arrivesOrIsRefused(published: Published, sending: Sending): boolean {
  const received = receive(published, sending);
  if (received instanceof ApiError) {
    expect([400, 415]).toContain(received.status);
    expect(received.message).toMatch(/^expected /);
    return false;
  }
  expect(received.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
    published.payloads.map((bytes) => bytes.toString('hex')),
  );
  return true;
}

const sending = fc.record({
  isChunked: fc.boolean(),
  inBase64: fc.boolean(),
  decode: fc.constantFrom(...Object.values(DECODERS)),
});
const contentType = fc.constantFrom(...CONTENT_TYPES);
const forms = (all: Readonly<Record<string, Form>>) => Object.entries(all);

describe('bytes arrive as they were sent, or are refused (B6)', () => {
  it.each(forms(RAW_FORMS))('%s', (_, form) => {
    fc.assert(
      fc.property(anyBytes, contentType, sending, (content, type, how) => {
        const arrived = arrivesOrIsRefused(form(content, type), how);
        const isBeyondDoubt = how.inBase64 || (isUtf8(content) && !content.includes('\ufffd'));
        if (isBeyondDoubt && !/us-ascii/.test(type ?? '')) expect(arrived).toBe(true);
      }),
      { numRuns: runs(1000) },
    );
  });

  it.each(forms(JSON_FORMS))('%s', (_, form) => {
    fc.assert(
      fc.property(stringBytes, sending, (content, how) => {
        const arrived = arrivesOrIsRefused(form(content), how);
        expect(arrived && !isUtf8(content)).toBe(false);
        if (isUtf8(content) && (how.inBase64 || !content.includes('\ufffd'))) expect(arrived).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });

  it.each(forms({ ...RAW_FORMS, ...JSON_FORMS }))('not when the gateway left some out: %s', (_, form) => {
    const without = (bytes: Buffer): string => bytes.toString('utf8').replaceAll(/[\ufffd\ufeff]/g, '');
    for (const hex of ['61f09f98', 'efbbbf61', '61ff62']) {
      const published = form(Buffer.from(hex, 'hex'), 'text/plain');
      arrivesOrIsRefused(published, { decode: without });
    }
  });
});

describe('U+FFFD', () => {
  const escaped = Buffer.from('"\\ufffd and \\ud83d, \\u0000 and \\uFFFE"');
  it.each([
    ['wrapped in JSON', 'publish', '{"type":"a","data":', '}', escaped],
    ['in a batch', 'publishBatch', '{"events":[{"type":"a","data":', '}]}', escaped],
    ['of a log record', 'publishLogs', '{"level":"a","m":', '}', undefined],
  ] as const)('is taken as an escape %s, as are halves of pairs', (_, operation, before, after, payload) => {
    const body = Buffer.concat([Buffer.from(before), escaped, Buffer.from(after)]);
    const published = {
      operation,
      contentType: 'application/json',
      headers: {},
      payloads: [payload ?? body],
      body,
    };
    expect(arrivesOrIsRefused(published, {})).toBe(true);
  });

  it('is refused by its place, and with what to do (D8)', () => {
    const raw = RAW_FORMS['raw bytes']!(Buffer.from('one\ntwo 61f09f98', 'latin1'), 'text/plain');
    const cut = { ...raw, body: Buffer.concat([Buffer.from('one\nab'), Buffer.from('f09f98', 'hex')]) };
    expect(receive(cut, {})).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      message:
        'expected text in UTF-8, got U+FFFD at line 2, column 3, which is also what other bytes become on the way; write the character as \\ufffd in JSON, or send the body in base64 with content-transfer-encoding: base64',
    });
  });
});

describe('encodings of a body', () => {
  const raw = RAW_FORMS['raw bytes']!;
  const withHeader = (name: string, value: string, body = 'x') =>
    receive({ ...raw(Buffer.from(body), 'text/plain'), headers: { 'ce-type': 'a', [name]: value } }, {});

  it.each<[string, string, string?]>([
    ['content-encoding', 'gzip'],
    ['content-encoding', 'identity, gzip'],
    ['content-encoding', ''],
    ['content-transfer-encoding', 'quoted-printable'],
    ['content-transfer-encoding', 'base64', 'eA'],
    ['content-transfer-encoding', 'base64', 'e A=='],
    ['content-transfer-encoding', 'base64', 'eB=='],
    ['content-transfer-encoding', 'base64', 'no base64'],
  ])('that are refused: %s: %s %s', (name, value, body) => {
    expect(withHeader(name, value, body)).toMatchObject({
      status: 415,
      message: expect.stringMatching(/^expected /),
    });
  });

  it.each([
    ['content-encoding', 'Identity', 'x', 'x'],
    ['content-transfer-encoding', '8bit', 'x', 'x'],
    ['content-transfer-encoding', 'BASE64', '', ''],
    ['content-transfer-encoding', 'base64', 'eHl6eHl6\r\neHl6\r\n', 'xyzxyzxyz'],
  ])('that are taken: %s: %s %j', (name, value, body, payload) => {
    expect(withHeader(name, value, body)).toEqual([Buffer.from(payload)]);
  });
});
