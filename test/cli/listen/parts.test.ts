import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forwardTo } from '../../../cli/listen/forward-to.ts';
import { answerLine, bodyLines, requestLine } from '../../../cli/listen/lines.ts';
import {
  answerText,
  excerpt,
  type LocalAnswer,
  type RelayedRequest,
  readRequest,
} from '../../../cli/listen/messages.ts';
import { Requests } from '../../../cli/listen/requests.ts';
import { coloursFor } from '../../../cli/output/colours.ts';

it.each([
  ['3000', 'http://localhost:3000/'],
  [':3000', 'http://localhost:3000/'],
  ['3000/hook?a=b', 'http://localhost:3000/hook?a=b'],
  ['localhost:3000/hook', 'http://localhost:3000/hook'],
  ['my.box/hook', 'http://my.box/hook'],
  ['127.0.0.1:80', 'http://127.0.0.1/'],
  ['[::1]:3000', 'http://[::1]:3000/'],
  ['https://localhost:8443/a', 'https://localhost:8443/a'],
  ['HTTP://LOCALHOST:3000', 'http://localhost:3000/'],
])('%s leads to %s', (typed, url) => expect(forwardTo(typed).href).toBe(url));

it.each([
  '',
  '/hook',
  'ftp://localhost',
  'file:///etc/passwd',
  '99999',
  'http://',
  'a b',
  'http://u:p@localhost',
  'http://localhost#x',
])('%j leads nowhere', (typed) => expect(() => forwardTo(typed)).toThrow(/--forward-to: expected/));

const message = {
  type: 'request',
  id: 'req_1',
  listener: 'lsn_1',
  deadline: '2026-11-28T12:00:15.000Z',
  headers: {
    'Webhook-Id': 'evt_1',
    host: 'evil.example',
    'Transfer-Encoding': 'chunked',
    connection: 'close',
  },
  body: Buffer.from('{"a":1}').toString('base64'),
};

it('a request is read with the headers that belong to it', () => {
  expect(readRequest(message, 'lsn_1')).toEqual({
    ok: true,
    request: {
      id: 'req_1',
      deadline: Date.UTC(2026, 10, 28, 12, 0, 15),
      headers: { 'webhook-id': 'evt_1' },
      body: Buffer.from('{"a":1}'),
    },
  });
  expect(readRequest({ ...message, body: undefined, bodyOf: 'evt_1' } as never, 'lsn_1')).toMatchObject({
    request: { body: { of: 'evt_1' } },
  });
});

it.each([
  [{ id: undefined }, 'it has no id'],
  [{ id: '../x' }, 'it has no id'],
  [{ listener: 'lsn_2' }, 'it is another listener’s'],
  [{ deadline: 'soon' }, 'it has no deadline'],
  [{ headers: { 'a b': 'c' } }, 'its headers are no headers'],
  [{ headers: { a: 'b\r\nc: d' } }, 'its headers are no headers'],
  [{ headers: { a: 7 } }, 'its headers are no headers'],
  [{ headers: null }, 'its headers are no headers'],
  [{ body: '<>' }, 'it has no body'],
  [{ body: undefined }, 'it has no body'],
])('a request with %j is left alone', (changes, problem) =>
  expect(readRequest({ ...message, ...changes } as never, 'lsn_1')).toEqual({ ok: false, problem }),
);

it('whatever is said, reading it throws nothing, and no header of the connection passes', () => {
  fc.assert(
    fc.property(
      fc.record({ headers: fc.dictionary(fc.string(), fc.string()), body: fc.anything() }),
      (odd) => {
        const read = readRequest({ ...message, ...odd } as never, 'lsn_1');
        if (read.ok) expect(Object.keys(read.request.headers)).not.toContain('host');
      },
    ),
  );
});

it.each<[LocalAnswer, object]>([
  [{ status: 200, headers: {}, body: '' }, { status: 200 }],
  [
    { status: 503, headers: { 'retry-after': '7', 'set-cookie': 'a' }, body: 'busy' },
    { status: 503, headers: { 'retry-after': '7' }, body: 'busy' },
  ],
  [
    { error: 'ECONNREFUSED: nothing listens on localhost:3000', hint: 'Start it.' },
    { error: 'ECONNREFUSED: nothing listens on localhost:3000' },
  ],
])('%j is answered as %j', (answer, told) =>
  expect(JSON.parse(answerText('req_1', answer))).toEqual({ type: 'answer', id: 'req_1', ...told }),
);

it('an answer fits into a frame of API Gateway, and ends with a whole character', () => {
  const { body } = JSON.parse(answerText('req_1', { status: 500, body: '€'.repeat(5000) }));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
  expect(body).toMatch(/^€+$/);
  expect(excerpt(Buffer.from('abc'), 3)).toBe('abc');
});

const plain = coloursFor(
  { env: { NO_COLOR: '1' }, terminal: { stdin: false, stdout: false, stderr: false } },
  'stdout',
);
const shown = { eventType: 'order.paid', eventId: 'evt_1', attempt: 1 };

it('lines for people say what came, and what was answered', () => {
  const now = Date.UTC(2026, 10, 28);
  expect(requestLine({ ...shown, attempt: 3 }, now, plain)).toMatch(
    / {2}→ order\.paid {2}evt_1 {2}attempt 3$/,
  );
  expect(answerLine(shown, { status: 302 }, 4.6, now, plain)).toMatch(
    / {2}← 302 \(redirects are not followed\) {2}order\.paid {2}evt_1 {2}5 ms$/,
  );
  expect(answerLine(shown, { error: 'x\u001b', hint: 'Do this.' }, 1, now, plain)).toMatch(
    / {2}← x\\u001b {2}order\.paid {2}evt_1 {2}1 ms\n {4}Do this\.$/,
  );
});

it.each([
  [Buffer.from('{"a":1}'), '    {\n      "a": 1\n    }'],
  [Buffer.from('plain\u001b'), '    plain\\u001b'],
  [Buffer.from([0xff, 0xfe]), '    (2 bytes, not text)'],
])('a body %j is shown as %j', (body, text) => expect(bodyLines(body)).toBe(text));

it('each request is answered once; one that comes again gets the same answer, and not many run at once', async () => {
  const sent: string[] = [];
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let most = 0;
  const requests = new Requests({
    send: (text) => sent.push(text) > 0,
    answer: ({ id }) => {
      asked.push(id);
      most = Math.max(most, waiting.length + 1);
      return new Promise((resolve, reject) =>
        waiting.push(() => (id === 'r0' ? reject(new Error('broken')) : resolve({ status: 200 }))),
      );
    },
  });
  const request = (n: number): RelayedRequest => ({
    id: `r${n}`,
    deadline: 0,
    headers: {},
    body: Buffer.alloc(0),
  });
  for (let n = 0; n < 50; n++) requests.take(request(n));
  requests.take(request(0));
  while (sent.length < 50) {
    waiting.shift()?.();
    await Promise.resolve();
  }
  await requests.settled();
  expect(most).toBe(20);
  expect(asked).toHaveLength(50);
  requests.take(request(0));
  expect(asked).toHaveLength(50);
  expect(sent.filter((text) => JSON.parse(text).id === 'r0')).toEqual(
    Array.from({ length: 2 }, () => '{"type":"answer","id":"r0","error":"broken"}'),
  );
});
