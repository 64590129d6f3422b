import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPoster } from '../../../lambdas/http-client/http-post.ts';
import { ANY_PORT } from '../../../lambdas/http-client/ports.ts';
import { isPlainAnswer } from '../../../lambdas/http-client/raw-answer.ts';
import { ODD_ANSWERS, type OddAnswer } from '../../helpers/servers/odd-answers.ts';
import { type RawServer, serveOdd } from '../../helpers/servers/odd-server.ts';

const post = createPoster({ privateAddresses: true, ports: ANY_PORT }, Date.now);

/** The parts of the slowest come in a quarter of a second. */
const TIMEOUT_MS = 700;

const send = ({ port }: RawServer, timeoutMs = TIMEOUT_MS) =>
  post({
    at: Date.now(),
    url: `http://127.0.0.1:${port}/hook`,
    headers: {},
    body: Buffer.from('hello'),
    timeoutMs,
  });

async function withServer<T>(odd: Pick<OddAnswer, 'sends' | 'ends'>, use: (server: RawServer) => Promise<T>) {
  const server = await serveOdd(odd);
  try {
    return await use(server);
  } finally {
    server.close();
  }
}

const mayBeReused = ({ name, sends }: OddAnswer): boolean =>
  isPlainAnswer(sends.join('')) && ![...TOO_LARGE, 'connection: close, and it stays'].includes(name);

/** To Node.js, which takes 16 KiB of headers. */
const TOO_LARGE = [
  'a reason of 20,000 characters',
  '3,000 headers',
  'a header of 40 KB',
  'a header of 150 KB',
];

describe.concurrent('what is odd of an answer', () => {
  it.each(ODD_ANSWERS)('$name', async ({ counts, body = 'ok', ...odd }) => {
    const { status, error, answer = '', detail } = await withServer(odd, (server) => send(server));
    if (typeof counts === 'number') expect({ status, answer }).toEqual({ status: counts, answer: body });
    else expect({ status, error, detail }).toEqual({ error: counts, detail: expect.stringMatching(/\w/) });
  });

  it.each(ODD_ANSWERS.filter(({ ends }) => ends === 'stay'))(
    'the connection is used again only if it was plain: $name',
    async (odd) => {
      // A connection that is cut off is not used again either.
      const timeoutMs = mayBeReused(odd) ? TIMEOUT_MS : 200;
      const connections = await withServer(odd, async (server) => {
        await send(server, timeoutMs);
        await sleep(30);
        await send(server, timeoutMs);
        return server.connections();
      });
      expect(connections).toBe(mayBeReused(odd) ? 1 : 2);
    },
  );
});

it('each status is the one that curl prints, or it is said why not', () => {
  for (const { name, curl, counts, because } of ODD_ANSWERS) {
    const [status] = curl;
    const isSame = typeof counts === 'number' ? status === counts : status === 0;
    expect({ name, differs: !isSame }).toEqual({ name, differs: because !== undefined });
  }
});

const WHOLE = 'HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\nContent-Length: 2\r\n\r\nok';
const CHUNKED =
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n';
const TWICE = 'HTTP/1.1 200 OK\ncontent-length: 2\ncontent-length: 2\n\nok';

describe.concurrent('it does not matter how the network cuts an answer', () => {
  it.each([WHOLE, CHUNKED])('%j', async (text) => {
    const expected = await withServer({ sends: [text], ends: 'stay' }, (server) => send(server));
    expect(expected).toMatchObject({ answer: 'ok' });
    await Promise.all(
      Array.from({ length: text.length - 1 }, async (_, i) => {
        const sends = [text.slice(0, i + 1), text.slice(i + 1)];
        const attempt = await withServer({ sends, ends: 'stay' }, (server) => send(server));
        expect(attempt).toEqual({
          ...expected,
          at: expect.any(Number),
          ms: expect.any(Number),
          travel: expect.any(Object),
        });
      }),
    );
  });

  it('also not to the status of a broken one', async () => {
    await Promise.all(
      Array.from({ length: TWICE.length - 1 }, async (_, i) => {
        const sends = [TWICE.slice(0, i + 1), TWICE.slice(i + 1)];
        expect(await withServer({ sends, ends: 'stay' }, (server) => send(server))).toMatchObject({
          status: 200,
        });
      }),
    );
  });
});

it('keeps the Retry-After of a broken answer', async () => {
  const sends = ['HTTP/1.1 503 Busy\r\ncontent-length: x\r\nretry-after: soon\r\nRetry-After: 7\r\n\r\nok'];
  expect(await withServer({ sends, ends: 'stay' }, (server) => send(server))).toMatchObject({
    status: 503,
    retryAfterMs: 7000,
  });
});

it('does not wait for what is broken', async () => {
  const attempt = await withServer(
    { sends: ['HTTP/1.1 200 OK\r\ncontent-length: x\r\n'], ends: 'stay' },
    send,
  );
  expect(attempt).toMatchObject({ status: 200 });
  expect(attempt.ms).toBeLessThan(TIMEOUT_MS / 2);
});
