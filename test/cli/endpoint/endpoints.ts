import { createHmac } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';
import { newSecret } from '../../../lambdas/targets/signature.ts';

/** Endpoints as people write them, on real sockets: a good one, and what is wrong with others. */

export const SECRET = newSecret('standard', Buffer.alloc(32, 7));

export interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** @param count of the requests so far, this one included */
export type Answering = (got: Got, count: number) => Said | Promise<Said> | 'hang';

/** An endpoint until the test ends. */
export async function startEndpoint(answer: Answering): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const one = { headers: request.headers, body: await bodyOf(request) };
    const said = await answer(one, got.push(one));
    if (said === 'hang') return;
    response.writeHead(said.status, said.headers).end(said.body);
  });
  return { url: await listening(server), got };
}

/** One that answers before it has read anything. */
export async function startHasty(): Promise<{ url: string }> {
  const server = createServer((request, response: ServerResponse) => {
    response.writeHead(200).end('ok');
    request.resume();
  });
  return { url: await listening(server) };
}

export async function listening(server: Server, protocol = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const webhook = new Webhook(SECRET);
const OK: Said = { status: 204 };
const REFUSED: Said = { status: 401, body: 'wrong signature' };

export const verifies = ({ headers, body }: Got, bytes: Buffer | string = body): boolean => {
  try {
    webhook.verify(bytes, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
};

const typeOf = ({ headers }: Got): string => String(headers['posthorn-event-type']);
const isChallenge = (got: Got): boolean => typeOf(got) === 'posthorn.challenge';

const responseTo = ({ body }: Got, secret = SECRET): Said => {
  const { challenge } = JSON.parse(body.toString());
  const response = `sha256=${createHmac('sha256', secret).update(challenge).digest('hex')}`;
  return { status: 200, body: JSON.stringify({ response }) };
};

/** Verifies by the official library, and answers challenges. */
export const good: Answering = (got) => {
  if (!verifies(got)) return REFUSED;
  return isChallenge(got) ? responseTo(got) : OK;
};

/** As the good one, with something done instead where it applies. */
const but =
  (instead: (got: Got, count: number) => Said | Promise<Said> | 'hang' | undefined): Answering =>
  (got, count) =>
    instead(got, count) ?? good(got, count);

/** The HMAC by hand, as many do it. @param signatures of the header that are looked at */
const byHand = (got: Got, signatures = (header: string) => header.split(' ')): Said => {
  const { headers, body } = got;
  const hmac = createHmac('sha256', Buffer.from(SECRET.slice('whsec_'.length), 'base64'))
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
    .update(body);
  const isRight = signatures(String(headers['webhook-signature'])).includes(`v1,${hmac.digest('base64')}`);
  if (!isRight) return REFUSED;
  return isChallenge(got) ? responseTo(got) : OK;
};

/** As json.dumps writes it, with blanks behind its separators. */
export const asPython = (body: Buffer): string =>
  JSON.stringify(JSON.parse(body.toString()), undefined, 1)
    .replace(/([{[])\n */g, '$1')
    .replace(/\n *([}\]])/g, '$1')
    .replace(/,\n */g, ', ');

const isOld = ({ headers }: Got): boolean => Date.now() / 1000 - Number(headers['webhook-timestamp']) > 300;

/** One after another. */
function serial(ms: number): Answering {
  let last: Promise<unknown> = Promise.resolve();
  return async (got, count) => {
    last = last.then(() => sleep(ms));
    await last;
    return (await good(got, count)) as Said;
  };
}

const ids = (): ((got: Got) => boolean) => {
  const known = new Set<unknown>();
  return ({ headers: { 'webhook-id': id } }) => known.size === known.add(id).size;
};

/** What depends on how busy this machine is. */
export const UNTIMED = '--skip quick in-parallel';

interface Row {
  readonly endpoint: Answering;
  /** What is typed behind the URL: without the checks of time when left out, since this machine may be busy. */
  readonly typed?: string;
  /** Checks that neither hold nor are skipped, and how they end. */
  readonly found: Readonly<Record<string, 'fail' | 'warn'>>;
}

const isKnown = ids();

export const ENDPOINTS: Readonly<Record<string, Row>> = {
  'a good one': { endpoint: good, found: {} },
  'one that verifies nothing': {
    endpoint: () => ({ status: 200, body: 'ok' }),
    found: { 'verifies-signature': 'fail', 'no-signature': 'fail' },
  },
  'one that takes what has no signature': {
    endpoint: but(({ headers }) => (headers['webhook-signature'] === undefined ? OK : undefined)),
    found: { 'no-signature': 'fail' },
  },
  'one that fails without a signature': {
    endpoint: but(({ headers }) =>
      headers['webhook-signature'] === undefined ? { status: 500 } : undefined,
    ),
    found: { 'no-signature': 'warn' },
  },
  'one without a clock': {
    endpoint: (got) => byHand(got),
    found: { 'old-timestamp': 'fail', 'future-timestamp': 'warn' },
  },
  'one that looks for old times alone': {
    endpoint: (got) => (isOld(got) ? REFUSED : byHand(got)),
    found: { 'future-timestamp': 'warn' },
  },
  'one that reads the first signature alone': {
    endpoint: (got, count) => {
      const said = byHand(got, (header) => header.split(' ').slice(0, 1));
      return said === REFUSED ? REFUSED : good(got, count);
    },
    found: { rotation: 'fail' },
  },
  'one that verifies JSON that it has written anew': {
    endpoint: (got) => {
      const anew = JSON.stringify(JSON.parse(got.body.toString()));
      if (!verifies(got, anew)) return REFUSED;
      return isChallenge(got) ? responseTo(got) : OK;
    },
    found: { 'raw-body': 'fail' },
  },
  'one that fails on types that it does not know': {
    endpoint: but((got) =>
      verifies(got) && !['order.paid', 'posthorn.challenge'].includes(typeOf(got))
        ? { status: 500 }
        : undefined,
    ),
    typed: `--type order.paid ${UNTIMED}`,
    found: { 'unknown-type': 'fail' },
  },
  'one that refuses what it knows already': {
    endpoint: but((got) => (verifies(got) && isKnown(got) ? { status: 409 } : undefined)),
    found: { duplicate: 'fail' },
  },
  'one that takes 100 kB': {
    endpoint: but(({ body }) => (body.length > 102_400 ? { status: 413 } : undefined)),
    found: { 'large-body': 'fail', 'largest-body': 'warn' },
  },
  'one that takes 1 MB': {
    endpoint: but(({ body }) => (body.length > 1_048_576 ? { status: 413 } : undefined)),
    found: { 'largest-body': 'warn' },
  },
  'one that takes 100 kB, of a producer who sends no more': {
    endpoint: but(({ body }) => (body.length > 102_400 ? { status: 413 } : undefined)),
    typed: `--max-bytes 100000 ${UNTIMED}`,
    found: {},
  },
  'one that refuses two at once': {
    endpoint: (() => {
      let open = 0;
      return async (got: Got, count: number) => {
        if (++open > 1) return { status: 503 };
        await sleep(50);
        open = 0;
        return (await good(got, count)) as Said;
      };
    })(),
    found: { 'at-once': 'fail' },
  },
  'a serial one': { endpoint: serial(700), typed: '--only in-parallel', found: { 'in-parallel': 'warn' } },
  'a slow one': {
    endpoint: but((_, count) => (count === 1 ? sleep(2100).then(() => OK) : undefined)),
    typed: '--only quick',
    found: { quick: 'warn' },
  },
  'one that verifies what json.dumps of Python writes again': {
    endpoint: (got) => (verifies(got, asPython(got.body)) ? OK : REFUSED),
    found: { answers: 'fail' },
  },
  'one that redirects': {
    endpoint: () => ({ status: 301, headers: { location: 'https://example.com/hook/' } }),
    found: { redirects: 'fail', answers: 'fail' },
  },
  'one that says that it is gone': { endpoint: () => ({ status: 410 }), found: { answers: 'fail' } },
  'one that hangs': { endpoint: () => 'hang', typed: '--timeout 1s', found: { answers: 'fail' } },
  'one that hangs after the first': {
    endpoint: (got, count) => (count === 1 ? good(got, count) : 'hang'),
    typed: '--timeout 2s',
    found: { duplicate: 'fail', 'verifies-signature': 'warn' },
  },
  'one that closes connections': {
    endpoint: async (got, count) => ({
      ...((await good(got, count)) as Said),
      headers: { connection: 'close' },
    }),
    found: { 'keep-alive': 'warn' },
  },
  'one of long answers': {
    endpoint: but((got) =>
      verifies(got) && !isChallenge(got) ? { status: 200, body: 'x'.repeat(200_000) } : undefined,
    ),
    found: { 'answer-ends': 'warn', 'keep-alive': 'warn' },
  },
  'one that compresses': {
    endpoint: but((got) =>
      verifies(got) && !isChallenge(got)
        ? { status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync('ok') }
        : undefined,
    ),
    found: { 'answer-plain': 'warn' },
  },
  'one that answers challenges of anybody': {
    endpoint: but((got) => (isChallenge(got) ? responseTo(got) : undefined)),
    found: { 'forged-challenge': 'fail' },
  },
  'one that answers challenges wrongly': {
    endpoint: but((got) => (verifies(got) && isChallenge(got) ? responseTo(got, 'another') : undefined)),
    found: { challenge: 'warn' },
  },
  'one that knows no challenge': {
    endpoint: (got) => (verifies(got) ? OK : REFUSED),
    found: {},
  },
  'one that knows no challenge, and should': {
    endpoint: (got) => (verifies(got) ? OK : REFUSED),
    typed: `--with challenge ${UNTIMED}`,
    found: { challenge: 'fail' },
  },
  'one of a batching target': { endpoint: good, typed: `--with batch ${UNTIMED}`, found: {} },
  'one that knows no batch': {
    endpoint: but(({ headers }) => (headers['posthorn-batch'] ? { status: 400 } : undefined)),
    typed: `--with batch ${UNTIMED}`,
    found: { batch: 'fail' },
  },
  'one that reads bytes as text': {
    endpoint: good,
    typed: `--with bytes ${UNTIMED}`,
    found: { bytes: 'fail' },
  },
  'one that reads bytes as bytes': {
    endpoint: (got) => (isOld(got) ? REFUSED : byHand(got)),
    typed: '--with bytes --skip future-timestamp quick in-parallel',
    found: {},
  },
};
