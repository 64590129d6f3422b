import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { type RunningCli, runningCli } from '../../helpers/running-cli.ts';
import { type LiveApi, startLiveApi } from '../../helpers/servers/live-api.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}.pem`, import.meta.url));
const OWN_CERTIFICATE = { key: fixture('self-signed-key'), cert: fixture('self-signed-cert') };

interface Got {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly body: Buffer;
}

/** The developer's own server, until the test ends. */
async function ownServer(react: RequestListener = (_, response) => response.end('thanks'), isTls = false) {
  const got: Got[] = [];
  const create = isTls ? (on: RequestListener) => createTlsServer(OWN_CERTIFICATE, on) : createServer;
  const server = create(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url = '', headers, rawHeaders } = request;
    got.push({ url, headers, rawHeaders, body: Buffer.concat(chunks) });
    react(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, got, url: `http://127.0.0.1:${port}/hook?x=1` };
}

async function listening(api: LiveApi, typed: string): Promise<RunningCli> {
  const listen = runningCli({ apiUrl: api.url, key: 'phk_1' }, typed);
  await listen.says('Ready');
  return listen;
}

let made = 0;

function requestOf(api: LiveApi, more: object = {}) {
  const [listener] = [...api.listeners.keys()];
  return {
    type: 'request',
    id: `req_${++made}`,
    listener,
    deadline: new Date(Date.now() + 15_000).toISOString(),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Posthorn/1',
      'webhook-id': `evt_${made}`,
      'webhook-signature': 'v1,abc',
      'posthorn-event-type': 'order.paid',
      'posthorn-attempt': '1',
      host: 'other.example',
    },
    body: Buffer.from('{"a": 1.0}').toString('base64'),
    ...more,
  };
}

const answered = (api: LiveApi, id: string) =>
  eventually(() => {
    const found = api.said.filter((one) => one.id === id);
    expect(found.length).toBeGreaterThan(0);
    return found.at(-1)!;
  });

it('passes a request on with its own headers and bytes, and answers what the server answers (E6)', async () => {
  const api = await startLiveApi();
  const server = await ownServer((_, response) => {
    response.writeHead(503, { 'retry-after': '7', 'set-cookie': 'a=b' }).end('later');
  });
  const listen = await listening(
    api,
    `listen -f ${server.url} --events order.** --where '{"source":["shop"]}' --name mine`,
  );
  expect([...api.listeners.values()]).toMatchObject([
    { events: ['order.**'], where: { source: ['shop'] }, name: 'mine' },
  ]);
  expect(listen.said.stderr).toMatch(/^Signing secret: whsec_\S+$/m);
  expect(listen.said.stderr).toMatch(/^ {2}export POSTHORN_WEBHOOK_SECRET=whsec_\S+$/m);
  const request = requestOf(api);
  api.send(request);
  expect(await answered(api, request.id)).toEqual({
    type: 'answer',
    id: request.id,
    status: 503,
    headers: { 'retry-after': '7' },
    body: 'later',
  });
  const [got] = server.got;
  expect(got!.url).toBe('/hook?x=1');
  expect(got!.body.toString()).toBe('{"a": 1.0}');
  expect(got!.headers).toEqual({
    'content-type': 'application/json',
    'user-agent': 'Posthorn/1',
    'webhook-id': request.headers['webhook-id'],
    'webhook-signature': 'v1,abc',
    'posthorn-event-type': 'order.paid',
    'posthorn-attempt': '1',
    'content-length': '10',
    host: `127.0.0.1:${server.port}`,
    connection: 'keep-alive',
  });
  const { code, stdout, stderr } = await listen.end();
  expect(code).toBe(0);
  expect(stdout).toMatch(/ {2}→ order\.paid {2}evt_\d+\n.* {2}← 503 {2}order\.paid {2}evt_\d+ {2}\d+ ms$/m);
  expect(stderr).toContain('1 request: 0 with success, 1 without. Nothing is left behind.');
  expect(api.listeners.size).toBe(0);
});

it('says that nothing listens, and what to do (E6)', async () => {
  const api = await startLiveApi();
  const listen = await listening(api, 'listen -f http://127.0.0.1:9/');
  const request = requestOf(api);
  api.send(request);
  expect(await answered(api, request.id)).toMatchObject({
    error: 'ECONNREFUSED: nothing listens on 127.0.0.1:9',
  });
  await listen.says('Start your server');
  await listen.end();
});

it('follows no redirect, and goes to no other address (E6)', async () => {
  const api = await startLiveApi();
  const elsewhere = await ownServer();
  const server = await ownServer((_, response) => response.writeHead(307, { location: elsewhere.url }).end());
  const listen = await listening(api, `listen -f ${server.port}/hook --json`);
  const request = requestOf(api);
  api.send(request);
  expect(await answered(api, request.id)).toMatchObject({ status: 307 });
  await listen.end();
  expect(elsewhere.got).toEqual([]);
});

it('passes requests on by TLS, with a certificate of one’s own where that is asked for (E6)', async () => {
  const api = await startLiveApi();
  const server = await ownServer(undefined, true);
  const careful = await listening(api, `listen -f https://localhost:${server.port}`);
  const first = requestOf(api);
  api.send(first);
  expect(await answered(api, first.id)).toMatchObject({ error: expect.stringMatching(/SELF_SIGNED/) });
  await careful.says('--insecure takes a certificate of your own');
  await careful.end();
  const trusting = await listening(api, `listen -f https://localhost:${server.port} --insecure`);
  const second = requestOf(api);
  api.send(second);
  expect(await answered(api, second.id)).toMatchObject({ status: 200, body: 'thanks' });
  const wrong = runningCli({ apiUrl: api.url, key: 'phk_1' }, `listen -f http://localhost:${server.port}`);
  await wrong.says('Ready');
  const third = { ...requestOf(api), listener: [...api.listeners.keys()][1]! };
  api.send(third);
  expect(await answered(api, third.id)).toMatchObject({ error: expect.stringMatching(/^(ECONNRESET|HPE_)/) });
  await wrong.end();
  await trusting.end();
  expect(server.got).toHaveLength(1);
});

it('gives up a server that does not answer in time, and one that ends without an answer (E6)', async () => {
  const api = await startLiveApi();
  const server = await ownServer((request, response) => {
    if (request.headers['posthorn-attempt'] === '2') response.destroy();
  });
  const listen = await listening(api, `listen -f ${server.port}`);
  const late = requestOf(api, { deadline: new Date(Date.now() + 3000).toISOString() });
  api.send(late);
  expect(await answered(api, late.id)).toMatchObject({
    error: expect.stringMatching(/^no answer within \d\.\d s$/),
  });
  const cut = requestOf(api);
  api.send({ ...cut, headers: { ...cut.headers, 'posthorn-attempt': '2' } });
  expect(await answered(api, cut.id)).toMatchObject({ error: expect.stringMatching(/^ECONNRESET: /) });
  const past = requestOf(api, { deadline: new Date(Date.now() - 1000).toISOString() });
  api.send(past);
  expect(await answered(api, past.id)).toMatchObject({ error: 'it came too late to be passed on' });
  expect(server.got).toHaveLength(2);
  await listen.end();
});

it('without a server it prints what comes, and answers 200; as JSON a line each (E6)', async () => {
  const api = await startLiveApi();
  const listen = runningCli({ apiUrl: api.url, key: 'phk_1' }, 'listen --json --print-body --print-headers');
  await listen.says('Ready');
  const request = requestOf(api);
  api.send(request);
  expect(await answered(api, request.id)).toEqual({ type: 'answer', id: request.id, status: 200 });
  api.payloads.set('evt_large', Buffer.from('x'.repeat(200_000)));
  const large = requestOf(api, { body: undefined, bodyOf: 'evt_large' });
  api.send(large);
  await answered(api, large.id);
  const gone = requestOf(api, { body: undefined, bodyOf: 'evt_gone' });
  api.send(gone);
  expect(await answered(api, gone.id)).toMatchObject({ error: expect.stringContaining('payload') });
  expect(await listen.end()).toMatchObject({ code: 0 });
  const [head, first, answer, second] = listen.lines();
  expect(head).toMatchObject({ type: 'listening', events: ['**'], secret: expect.stringMatching(/^whsec_/) });
  expect(first).toMatchObject({
    type: 'request',
    id: request.id,
    eventType: 'order.paid',
    body: '{"a": 1.0}',
    headers: { 'webhook-signature': 'v1,abc' },
  });
  expect(answer).toMatchObject({ type: 'answer', status: 200, ms: expect.any(Number) });
  expect((second!.body as string).length).toBe(200_000);
});

it('shows a person headers and bodies, and of an answer what it says where it is no success (E6)', async () => {
  const api = await startLiveApi();
  const server = await ownServer((_, response) => response.writeHead(500).end('broken\u001b[2J'));
  const listen = await listening(api, `listen -f ${server.port} --print-headers --print-body`);
  const request = requestOf(api);
  api.send({ ...request, headers: { ...request.headers, 'posthorn-attempt': '2' } });
  await answered(api, request.id);
  const { stdout } = await listen.end();
  expect(stdout).toMatch(/ {2}→ order\.paid {2}evt_\d+ {2}attempt 2\n {4}content-type: application\/json\n/);
  expect(stdout).toMatch(/\n {4}\{\n {6}"a": 1\n {4}\}\n/);
  expect(stdout).toMatch(/ {2}← 500 {2}.*\n {4}broken\\u001b\[2J\n$/);
});

it('goes on after a lost connection, with the same listener; an answer that was lost is given again (E6)', async () => {
  const api = await startLiveApi();
  const server = await ownServer();
  const listen = await listening(api, `listen -f ${server.port}`);
  const before = [...api.listeners.keys()];
  const first = requestOf(api);
  api.send(first);
  await answered(api, first.id);
  api.cut();
  await listen.says('The connection is lost');
  await listen.says('Connected again.');
  expect([...api.listeners.keys()]).toEqual(before);
  api.said.length = 0;
  api.send(first);
  expect(await answered(api, first.id)).toMatchObject({ status: 200 });
  expect(server.got).toHaveLength(1);
  await listen.end();
});

it('makes another listener in the place of one that has expired, and says so with its secret (E6)', async () => {
  const api = await startLiveApi();
  const listen = await listening(api, 'listen');
  const [before] = [...api.listeners.keys()];
  api.listeners.clear();
  api.cut();
  await listen.says('The listener has expired meanwhile');
  await listen.says('Connected again.');
  const [after] = [...api.listeners.keys()];
  expect(after).not.toBe(before);
  const request = requestOf(api);
  api.send(request);
  await answered(api, request.id);
  await listen.end();
  expect(listen.said.stderr.match(/^Signing secret: /gm)).toHaveLength(2);
  expect(api.listeners.size).toBe(0);
});

it('ends with a key that is revoked, and says so (E6)', async () => {
  const api = await startLiveApi();
  const listen = await listening(api, 'listen');
  api.refuse = 403;
  api.cut();
  const { code, stderr } = await listen.ran;
  expect(code).toBe(4);
  expect(stderr).toContain('the key is gone');
  expect(stderr).toContain('It ends by itself within minutes.');
});

it('leaves alone what is no request of its listener, and answers nothing to it (E6)', async () => {
  const api = await startLiveApi();
  const server = await ownServer();
  const listen = await listening(api, `listen -f ${server.port}`);
  const odd = [
    { ...requestOf(api), listener: 'lsn_other' },
    { ...requestOf(api), headers: { 'x-a': 'b\r\nhost: c' } },
    { ...requestOf(api), id: undefined },
    { ...requestOf(api), body: 7 },
    'not json',
    { type: 'frame' },
  ];
  for (const one of odd) api.send(one);
  const last = requestOf(api);
  api.send(last);
  await answered(api, last.id);
  expect(api.said).toHaveLength(1);
  expect(server.got).toHaveLength(1);
  await listen.says('A request is left alone: it is another listener’s.');
  await listen.end();
});

it('answers many at once, and what is under way when it ends (E6)', async () => {
  const api = await startLiveApi();
  const open: (() => void)[] = [];
  const server = await ownServer((_, response) => open.push(() => response.end()));
  const listen = await listening(api, `listen -f ${server.port}`);
  const requests = Array.from({ length: 30 }, () => requestOf(api));
  for (const one of requests) api.send(one);
  await eventually(() => expect(server.got).toHaveLength(20));
  const ended = listen.end();
  const done = setInterval(() => {
    for (const answer of open.splice(0)) answer();
  }, 5);
  onTestFinished(() => clearInterval(done));
  const { code, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr).toContain('30 requests: 30 with success, 0 without.');
  expect(new Set(api.said.map(({ id }) => id)).size).toBe(30);
});

it.each([
  ['listen -f ftp://localhost', '--forward-to'],
  ['listen -f 3000 --insecure', '--insecure'],
  ['listen --events pay*', '--events'],
  ['listen --where {', '--where'],
])('refuses %s before it asks anybody (E6)', async (typed, named) => {
  const api = await startLiveApi();
  const { code, stderr } = await runningCli({ apiUrl: api.url, key: 'phk_1' }, typed.split(' ')).ran;
  expect(code).toBe(2);
  expect(stderr).toContain(named);
  expect(api.listeners.size).toBe(0);
});
