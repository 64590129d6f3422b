import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainAnswer, readRawAnswer } from '../../../lambdas/http-client/raw-answer.ts';
import { runs } from '../../helpers/runs.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nx-a: b\r\n\r\n';

describe('a plain answer', () => {
  it.each([
    [true, OK],
    [true, CHUNKED],
    [true, 'HTTP/1.1 500 \r\nContent-Length:0\r\n\r\n'],
    [true, 'HTTP/1.1 204 No Content\r\n\r\n'],
    [true, 'HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n'],
    [false, ''],
    [false, `${OK}x`],
    [false, OK.slice(0, -1)],
    [false, `${CHUNKED}x`],
    [false, CHUNKED.slice(0, -1)],
    [false, CHUNKED.replace('2;', '3;')],
    [false, CHUNKED.replace('2;', '2 ;')],
    [false, `HTTP/1.1 100 Continue\r\n\r\n${OK}`],
    [false, OK.replace('1.1', '1.0')],
    [false, OK.replace('200 OK', '200')],
    [false, OK.replaceAll('\r\n', '\n')],
    [false, OK.replace('ok', '').replace('\r\n\r\n', '\r\n x\r\n\r\n')],
    [false, OK.replace('content-length: 2', 'content-length: 2\r\ncontent-length: 2')],
    [false, OK.replace('content-length: 2', 'content-length: 2, 2')],
    [false, OK.replace('content-length: 2', 'content-length: +2')],
    [false, OK.replace('content-length: 2', 'content-length : 2')],
    [false, OK.replace('content-length: 2', 'content-length: 2\r\ntransfer-encoding: chunked')],
    [false, OK.replace('content-length: 2\r\n', '')],
    [false, CHUNKED.replace('chunked', 'gzip, chunked')],
    [false, OK.replace('OK', 'O\0K')],
    [false, OK.replace('content', 'x\u0100: y\r\ncontent')],
  ])('%s: %j', (expected, raw) => expect(isPlainAnswer(raw)).toBe(expected));

  it('is no longer one when a byte more or less has come', () => {
    const body = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    });
    const parts = fc.array(body.filter((part) => part !== ''));
    fc.assert(
      fc.property(parts, fc.boolean(), (chunks, isChunked) => {
        const text = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
        const raw = isChunked
          ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text}0\r\n\r\n`
          : `HTTP/1.1 200 OK\r\nContent-Length: ${chunks.join('').length}\r\n\r\n${chunks.join('')}`;
        expect(isPlainAnswer(raw)).toBe(true);
        expect(isPlainAnswer(`${raw}\n`)).toBe(false);
        expect(isPlainAnswer(raw.slice(0, -1))).toBe(false);
      }),
    );
  });
});

describe('what a broken answer is worth', () => {
  it.each<[string, ReturnType<typeof readRawAnswer>]>([
    ['HTTP/1.1 200 OK', { status: 200, retryAfter: [], body: '' }],
    ['HTTP/1.1 200 OK\r\nx: y', { status: 200, retryAfter: [], body: '' }],
    ['HTTP/1.1 200 OK\r\nx: y\r\n\r\nbody', { status: 200, retryAfter: [], body: 'body' }],
    ['HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n2\nok', { status: 200, retryAfter: [], body: '' }],
    [
      'http/2  503\r\nRetry-After: 5\r\nretry-after : 6 \r\nx-retry-after: 7\r\n\r\nretry-after: 8',
      { status: 503, retryAfter: ['5', '6'], body: 'retry-after: 8' },
    ],
    [
      'HTTP/1.1 100 Continue\r\nretry-after: 1\r\n\r\nHTTP/1.1 429 No\r\nretry-after: 2',
      { status: 429, retryAfter: ['2'], body: '' },
    ],
    ['HTTP/1.1 101 Switching\r\n\r\n', { status: 101, retryAfter: [], body: '' }],
    ['HTTP/1.1 100 Continue\r\n\r\n', undefined],
    ['HTTP/1.1 100 Continue', undefined],
    ['HTTP/1.1 2000 OK', undefined],
    ['HTTP/1.1 020 OK', undefined],
    ['HTTP/1.1 20', undefined],
    ['nonsense', undefined],
    ['', undefined],
  ])('%j', (raw, expected) => expect(readRawAnswer(raw)).toEqual(expected));

  it('is found, or is not, in any bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 ',
        '100 ',
        '200 ',
        'x: y',
        '\r\n',
        '\n',
        '\r\n\r\n',
        'content-length: 2',
        'retry-after: 1',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const raw = pieces.join('');
        const found = readRawAnswer(raw);
        expect(found === undefined || (found.status >= 101 && found.status <= 999)).toBe(true);
        isPlainAnswer(raw);
      }),
      { numRuns: runs(1000) },
    );
  });
});

it('takes no long time over what is long', () => {
  const begin = performance.now();
  for (const part of ['HTTP/1.1 100 C\r\n\r\n', 'a: b\r\n', 'a', '\r', '\n', ' ', '0\r\n']) {
    const long = part.repeat(80_000 / part.length);
    for (const raw of [long, `HTTP/1.1 200 OK\r\n${long}`, `${CHUNKED.slice(0, -2)}${long}`]) {
      readRawAnswer(raw);
      isPlainAnswer(raw);
    }
  }
  expect(performance.now() - begin).toBeLessThan(10_000);
});
