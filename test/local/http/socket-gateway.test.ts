import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  createClock,
  createMeter,
  type FaultKind,
  type LocalCloudOptions,
  type MeterEntry,
} from '../../../local/cloud.ts';
import type { Resource } from '../../../local/template/template.ts';
import { assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

/** Prints each event. What it answers stands in the query of $connect, or in the message. */
const code = {
  live: `
    const endpoint = process.env.ADDRESS?.replace(/^ws/, 'http') + '/live';
    const client = (sdk, options) => new sdk.ApiGatewayManagementApiClient({ endpoint, maxAttempts: 1, ...options });
    const answers = {
      throw: () => { throw new Error('no'); },
      odd: () => ({ body: 'no status' }),
      slow: () => new Promise(() => {}),
      protocol: () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'b' } }),
    };
    export const handler = async (event) => {
      if (event.call) {
        const { call, region, ...input } = event;
        // Few tests call, and loading it takes longer than all else.
        const sdk = await import('${import.meta.resolve('@aws-sdk/client-apigatewaymanagementapi')}');
        return client(sdk, region && { region }).send(new sdk[call](input)).then(
          ({ $metadata, ...output }) => ({ status: $metadata.httpStatusCode, ...output }),
          ({ name, message, $metadata }) => ({ status: $metadata.httpStatusCode, name, message }),
        );
      }
      console.log(JSON.stringify(event));
      const wanted = event.queryStringParameters?.answer ?? event.body?.match(/answer (\\w+)/)?.[1];
      return answers[wanted]?.() ?? { statusCode: Number(wanted) || 200, body: 'to ' + event.body };
    };`,
};

/** What CDK's WebSocketApi makes of a route. */
function route(key: string, isTwoWay: boolean, TimeoutInMillis: number): Record<string, Resource> {
  const id = key.replace('$', '');
  return {
    [`${id}Permission`]: resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', ref('Live'), `/*${key}`]],
      },
    }),
    [`${id}Integration`]: resource('AWS::ApiGatewayV2::Integration', {
      ApiId: ref('Live'),
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: {
        'Fn::Join': [
          '',
          [
            'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/',
            { 'Fn::GetAtt': ['Fn', 'Arn'] },
            '/invocations',
          ],
        ],
      },
      TimeoutInMillis,
    }),
    [`${id}Route`]: resource('AWS::ApiGatewayV2::Route', {
      ApiId: ref('Live'),
      AuthorizationType: 'NONE',
      RouteKey: key,
      Target: { 'Fn::Join': ['', ['integrations/', ref(`${id}Integration`)]] },
      ...(isTwoWay && { RouteResponseSelectionExpression: '$default' }),
    }),
    ...(isTwoWay && {
      [`${id}Response`]: resource('AWS::ApiGatewayV2::RouteResponse', {
        ApiId: ref('Live'),
        RouteId: ref(`${id}Route`),
        RouteResponseKey: '$default',
      }),
    }),
  };
}

const connectionsOf = (path: string) => ({
  'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', ref('Live'), path]],
});

/** @param connectMs timeout of $connect, and of $default. A cold start takes a part of it */
const template = (connectMs = 29_000, defaultMs = 29_000): Record<string, Resource> => ({
  Role: role(['execute-api:ManageConnections', connectionsOf('/live/*/@connections/*')]),
  Fn: lambda('live', 'Role', {
    Timeout: 10,
    Environment: { Variables: { ADDRESS: { 'Fn::GetAtt': ['Live', 'ApiEndpoint'] } } },
  }),
  Live: resource('AWS::ApiGatewayV2::Api', {
    Name: 'live',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: '$request.body.action',
  }),
  Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId: ref('Live'), AutoDeploy: true, StageName: 'live' }),
  ...route('$connect', false, connectMs),
  ...route('$disconnect', false, 29_000),
  ...route('$default', true, defaultMs),
  ...route('quiet', false, 29_000),
});

interface SocketEvent {
  readonly requestContext: { readonly routeKey: string; readonly connectionId: string } & Record<
    string,
    unknown
  >;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly [key: string]: unknown;
}

const clients: WebSocket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});

async function startApi(options: Partial<LocalCloudOptions> = {}, resources = template()) {
  const cloud = await start(assembly(resources, code), options);
  const { url, cut, connections } = cloud.sockets.get('Live')!;
  const events = (routeKey: string): SocketEvent[] =>
    cloud.lines
      .filter(({ kind }) => kind === 'function')
      .map(({ text }) => JSON.parse(text) as SocketEvent)
      .filter(({ requestContext }) => requestContext.routeKey === routeKey);
  const call = (command: string, ConnectionId: string, more = {}): Promise<unknown> =>
    cloud.functions.get('Fn')!.invoke({ call: command, ConnectionId, ...more });
  const open = async (query = '', protocols: string[] = []) => {
    const before = events('$connect').length;
    const client = connect(url + query, protocols);
    await client.opened;
    // A function's line may come after its answer.
    await until(() => events('$connect').length > before);
    return { ...client, id: events('$connect').at(-1)!.requestContext.connectionId };
  };
  return { cloud, url, cut, connections, events, call, open };
}

function connect(url: string, protocols: string[] = []) {
  const socket = new WebSocket(url, protocols, { headers: { 'User-Agent': 'a test' } });
  clients.push(socket);
  const messages: string[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const opened = Promise.withResolvers<void>();
  socket.on('message', (data) => messages.push(String(data)));
  socket.on('close', (code, reason) => closed.resolve({ code, reason: String(reason) }));
  socket.on('open', opened.resolve);
  socket.on('error', opened.reject);
  opened.promise.catch(() => {});
  return { socket, messages, closed: closed.promise, opened: opened.promise };
}

describe('connecting to a WebSocket API', () => {
  it('asks $connect with headers and query, as AWS does', async () => {
    const { events, open, cloud } = await startApi();
    const before = Date.now();
    const { id } = await open('?ticket=a%20b&x=1&x=2');
    expect(id).toMatch(/^[\w-]{15}=$/);
    const [event] = events('$connect');
    const host = new URL(cloud.sockets.get('Live')!.url).host;
    expect(event).toMatchObject({
      headers: {
        Host: host,
        'User-Agent': 'a test',
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Proto': 'http',
      },
      multiValueHeaders: { Host: [host], 'Sec-WebSocket-Version': ['13'] },
      queryStringParameters: { ticket: 'a b', x: '2' },
      multiValueQueryStringParameters: { ticket: ['a b'], x: ['1', '2'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        messageDirection: 'IN',
        stage: 'live',
        identity: { userAgent: 'a test', sourceIp: '127.0.0.1' },
        domainName: host,
      },
      isBase64Encoded: false,
    });
    expect(Object.keys(event!.headers!)).not.toContain('Connection');
    const { connectedAt, requestId, extendedRequestId, apiId } = event!.requestContext;
    expect(connectedAt).toBeGreaterThanOrEqual(before);
    expect(extendedRequestId).toBe(requestId);
    expect(apiId).toBe(cloud.resource('Live').physicalId);
  });

  it.each<[string, string, number]>([
    ['a status of its own', '?answer=403', 403],
    ['a redirect', '?answer=302', 302],
    ['an error', '?answer=throw', 502],
    ['an answer without a status', '?answer=odd', 502],
  ])('refuses with the status of %s', async (_, query, status) => {
    const { url, connections } = await startApi();
    await expect(connect(url + query).opened).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(connections()).toBe(0);
  });

  it('refuses when there is no answer in time', async () => {
    const { url } = await startApi({}, template(500));
    await expect(connect(`${url}?answer=slow`).opened).rejects.toThrow('504');
  });

  it('refuses other paths than its stage, what is no handshake, and what it may not ask', async () => {
    const { connectPermission: _, ...resources } = template();
    const { url, cloud, events } = await startApi({}, resources);
    await expect(connect(`${url}/more`).opened).rejects.toThrow('403');
    await expect(connect(url.replace('/live', '/dev')).opened).rejects.toThrow('403');
    await expect(connect(url).opened).rejects.toThrow('500');
    expect(cloud.lines).toContainEqual(
      expect.objectContaining({
        text: expect.stringContaining('NotPermitted  function=Fn route="$connect"'),
      }),
    );
    expect(await fetch(url.replace('ws:', 'http:'))).toMatchObject({ status: 403 });
    expect(events('$connect')).toEqual([]);
  });

  it('takes the subprotocol that the function names, and none by itself', async () => {
    const { url, open } = await startApi();
    expect((await open('?answer=protocol', ['a', 'b'])).socket.protocol).toBe('b');
    await expect(connect(url, ['a']).opened).rejects.toThrow('no subprotocol');
  });

  it('compresses nothing', async () => {
    const { open } = await startApi();
    expect((await open()).socket.extensions).toBe('');
  });
});

describe('a message to a WebSocket API', () => {
  it('goes to its route, and is answered where the route has a response', async () => {
    const { open, events } = await startApi();
    const { socket, messages, id } = await open();
    socket.send('{"action":"quiet"}');
    await until(() => events('quiet').length === 1);
    socket.send('plain text');
    await until(() => messages.length === 1);
    expect(messages).toEqual(['to plain text']);
    const [event] = events('$default');
    expect(event).toMatchObject({
      body: 'plain text',
      isBase64Encoded: false,
      requestContext: {
        eventType: 'MESSAGE',
        connectionId: id,
        messageId: expect.stringMatching(/^[\w-]{15}=$/),
      },
    });
    expect(event!.headers).toBeUndefined();
  });

  it.each([
    ['an error', 'answer throw', 'Internal server error'],
    ['an answer without a status', 'answer odd', 'Internal server error'],
    ['no answer in time', 'answer slow', 'Endpoint request timed out'],
  ])('tells the client of %s', async (_, text, message) => {
    const { open } = await startApi({}, template(29_000, text === 'answer slow' ? 500 : 29_000));
    const { socket, messages, id } = await open();
    socket.send(text);
    await until(() => messages.length === 1);
    expect(JSON.parse(messages[0]!)).toEqual({ message, connectionId: id, requestId: expect.any(String) });
  });

  it('is forbidden without a route, and fails without a permission', async () => {
    const { defaultRoute: _, defaultResponse: __, quietPermission: ___, ...resources } = template();
    const { open } = await startApi({}, resources);
    const { socket, messages } = await open();
    socket.send('to nobody');
    await until(() => messages.length === 1);
    socket.send('{"action":"quiet"}');
    await until(() => messages.length === 2);
    expect(messages.map((text) => JSON.parse(text).message)).toEqual(['Forbidden', 'Internal server error']);
  });

  it('may have 128 KB in frames of 32 KB', async () => {
    const { open, events } = await startApi();
    const { socket } = await open();
    const part = 'x'.repeat(32 * 1024);
    for (const fin of [false, false, false, true]) socket.send(part, { fin });
    await until(() => events('$default').length === 1);
    expect(events('$default')[0]!.body).toHaveLength(128 * 1024);
  });

  it.each<[string, number, (socket: WebSocket) => void]>([
    ['a frame over 32 KB', 1009, (socket) => socket.send('x'.repeat(32 * 1024 + 1))],
    [
      'a message over 128 KB',
      1009,
      (socket) => {
        for (const fin of [false, false, false, false, true]) socket.send('x'.repeat(27 * 1024), { fin });
      },
    ],
    ['a binary message', 1003, (socket) => socket.send(Buffer.from('x'))],
  ])('ends the connection if it is %s', async (_, code, send) => {
    const { open, events, connections } = await startApi();
    const { socket, closed } = await open();
    send(socket);
    expect((await closed).code).toBe(code);
    await until(() => events('$disconnect').length === 1);
    expect(events('$disconnect')[0]!.requestContext.disconnectStatusCode).toBe(code);
    expect(events('$default')).toEqual([]);
    expect(connections()).toBe(0);
  });
});

describe('@connections', () => {
  it('posts, describes and ends a connection', async () => {
    const { open, call, events } = await startApi();
    const { messages, id, closed } = await open();
    expect(await call('PostToConnectionCommand', id, { Data: 'grüße' })).toEqual({ status: 200 });
    await until(() => messages.length === 1);
    expect(messages).toEqual(['grüße']);
    expect(await call('GetConnectionCommand', id)).toMatchObject({
      status: 200,
      Identity: { SourceIp: '127.0.0.1', UserAgent: 'a test' },
      ConnectedAt: expect.stringMatching(/^20.*Z$/),
      LastActiveAt: expect.stringMatching(/^20.*Z$/),
    });
    expect(await call('DeleteConnectionCommand', id)).toEqual({ status: 204 });
    expect((await closed).code).toBe(1000);
    await until(() => events('$disconnect').length === 1);
    const gone = { status: 410, name: 'GoneException' };
    expect(await call('PostToConnectionCommand', id, { Data: 'x' })).toMatchObject(gone);
    expect(await call('GetConnectionCommand', id)).toMatchObject(gone);
    expect(await call('DeleteConnectionCommand', 'L0SM9cOFvHcCIhw=')).toMatchObject(gone);
  });

  it('posts up to 128 KB, in frames of 32 KB', async () => {
    const { open, call } = await startApi();
    const { messages, id } = await open();
    const Data = 'é'.repeat(64 * 1024);
    expect(await call('PostToConnectionCommand', id, { Data })).toEqual({ status: 200 });
    await until(() => messages.length === 1);
    expect(messages[0]).toBe(Data);
    const tooLarge = { status: 413, name: 'PayloadTooLargeException' };
    expect(await call('PostToConnectionCommand', id, { Data: `${Data}x` })).toMatchObject(tooLarge);
  });

  it('is held against the role of the caller, for each method', async () => {
    const resources = {
      ...template(),
      Role: role(['execute-api:ManageConnections', connectionsOf('/live/POST/@connections/*')]),
    };
    const { open, call, cloud } = await startApi({}, resources);
    const { id } = await open();
    expect(await call('PostToConnectionCommand', id, { Data: 'x' })).toMatchObject({ status: 200 });
    expect(await call('DeleteConnectionCommand', id)).toMatchObject({
      status: 403,
      name: 'AccessDeniedException',
      message: expect.stringContaining('not authorized to perform: execute-api:ManageConnections'),
    });
    const api = cloud.resource('Live').physicalId;
    expect(cloud.denials).toMatchObject([
      {
        functionName: 'Fn',
        action: 'execute-api:ManageConnections',
        resource: `arn:aws:execute-api:us-east-1:000000000000:${api}/live/DELETE/@connections/${id}`,
      },
    ]);
  });

  it('is denied to a stranger, without a signature and in another region', async () => {
    const { url, open, call } = await startApi();
    const { id } = await open();
    const address = `${url.replace('ws:', 'http:')}/@connections/${encodeURIComponent(id)}`;
    expect((await fetch(address, { method: 'POST', body: 'x' })).status).toBe(403);
    const stranger = new ApiGatewayManagementApiClient({
      endpoint: url.replace('ws:', 'http:'),
      region: 'us-east-1',
      credentials: { accessKeyId: 'STRANGER', secretAccessKey: 'x' },
    });
    await expect(
      stranger.send(new PostToConnectionCommand({ ConnectionId: id, Data: Buffer.from('x') })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await call('GetConnectionCommand', id, { region: 'eu-west-1' })).toMatchObject({
      status: 403,
      name: 'InvalidSignatureException',
    });
  });

  it('does not find a connection before $connect has answered', async () => {
    const { url, events, call, open } = await startApi();
    await open();
    connect(`${url}?answer=slow`);
    await until(() => events('$connect').length === 2);
    const { connectionId } = events('$connect')[1]!.requestContext;
    expect(await call('PostToConnectionCommand', connectionId, { Data: 'x' })).toMatchObject({ status: 410 });
  });

  it('refuses posts to a client that does not read', async () => {
    const { open, url, cloud } = await startApi();
    const { socket, id } = await open();
    socket.pause();
    const operator = new ApiGatewayManagementApiClient({
      ...cloud.awsClientConfig(),
      endpoint: url.replace('ws:', 'http:'),
      maxAttempts: 1,
    });
    const post = () =>
      operator.send(new PostToConnectionCommand({ ConnectionId: id, Data: Buffer.alloc(128 * 1024, 'x') }));
    await expect(
      (async () => {
        for (let posts = 0; posts < 1000; posts++) await post();
      })(),
    ).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('a disturbed WebSocket API', () => {
  it.each<[FaultKind, number, string, number]>([
    ['internal', 500, 'InternalServerErrorException', 0],
    ['unknown', 500, 'InternalServerErrorException', 1],
    ['unavailable', 503, 'ServiceUnavailableException', 0],
    ['throttled', 429, 'LimitExceededException', 0],
  ])('answers posts with its %s', async (kind, status, name, sent) => {
    const { open, call, cloud } = await startApi();
    const { messages, id } = await open();
    const calm = cloud.disturb('websocket', { kinds: [kind] });
    const post = () => call('PostToConnectionCommand', id, { Data: 'x' });
    expect(await post()).toMatchObject({ status, name });
    expect(calm()).toBe(1);
    expect(await post()).toMatchObject({ status: 200 });
    await until(() => messages.length === sent + 1);
  });
});

describe('the end of a connection', () => {
  it.each<[string, (socket: WebSocket) => void, number, string]>([
    ['with a code', (socket) => socket.close(4000, 'enough'), 4000, 'enough'],
    ['without a code', (socket) => socket.close(), 1005, 'Client-side close frame status not set'],
    ['without a frame', (socket) => socket.terminate(), 1006, ''],
  ])('by the client %s is told to $disconnect', async (_, close, disconnectStatusCode, disconnectReason) => {
    const { open, events } = await startApi();
    const { socket, id } = await open();
    close(socket);
    await until(() => events('$disconnect').length === 1);
    expect(events('$disconnect')[0]).toMatchObject({
      headers: { 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
      requestContext: { eventType: 'DISCONNECT', connectionId: id, disconnectStatusCode, disconnectReason },
    });
  });

  it('comes after ten minutes without a message, by the cloud’s clock', async () => {
    const clock = createClock();
    const { open, events, call } = await startApi({ clock });
    const idle = await open();
    const { id } = await open();
    clock.advance(9 * 60_000);
    await call('PostToConnectionCommand', id, { Data: 'still here' });
    clock.advance(61_000);
    expect(await idle.closed).toMatchObject({ code: 1001 });
    await until(() => events('$disconnect').length === 1);
    expect(events('$disconnect')[0]).toMatchObject({
      requestContext: { connectionId: idle.id, disconnectStatusCode: 1001, disconnectReason: 'Going away' },
    });
    expect(await call('GetConnectionCommand', id)).toMatchObject({ status: 200 });
  });

  it('comes after two hours at the latest', async () => {
    const { open } = await startApi({ limits: { socketLifetimeMs: 300 } });
    const { socket, closed } = await open();
    const talking = setInterval(() => socket.send('still here'), 50);
    expect((await closed).code).toBe(1001);
    clearInterval(talking);
  });

  it('comes within a second when the cloud stops', async () => {
    const { open, call, cloud, url, events } = await startApi();
    const { closed } = await open();
    const deaf = await open();
    deaf.socket.pause();
    await call('DeleteConnectionCommand', deaf.id);
    await until(() => events('$disconnect').length === 1);
    const waiting = connect(`${url}?answer=slow`);
    await until(() => events('$connect').length === 3);
    const before = performance.now();
    await cloud.stop();
    expect(performance.now() - before).toBeLessThan(1000);
    expect((await closed).code).toBe(1006);
    await expect(waiting.opened).rejects.toThrow();
    expect(events('$disconnect')).toHaveLength(1);
  });
});

describe('a broken network', () => {
  it('cuts connections, of which nothing is said', async () => {
    const { open, cut, call, connections, events } = await startApi();
    const [first, second] = [await open(), await open()];
    expect(cut()).toBe(2);
    expect(await Promise.all([first.closed, second.closed])).toMatchObject([{ code: 1006 }, { code: 1006 }]);
    expect(connections()).toBe(0);
    expect(await call('PostToConnectionCommand', first.id, { Data: 'x' })).toMatchObject({ status: 410 });
    expect(events('$disconnect')).toEqual([]);
    await open();
    expect(connections()).toBe(1);
  });

  it('keeps clients out until it is whole again', async () => {
    const { open, call, cloud, url } = await startApi();
    const { closed, id } = await open();
    const restore = cloud.cutOff();
    await closed;
    await expect(connect(url).opened).rejects.toThrow('socket hang up');
    expect(await call('GetConnectionCommand', id)).toMatchObject({ status: 410 });
    restore();
    await open();
  });
});

it('counts what AWS bills', async () => {
  const meter = createMeter();
  const clock = createClock();
  const { open, call } = await startApi({ meter, clock });
  const { socket, messages, id } = await open();
  const entries = (): Pick<MeterEntry, 'caller' | 'operation' | 'requests' | 'units'>[] =>
    meter
      .snapshot()
      .filter(({ service }) => service === 'websocket')
      .map(({ caller, operation, requests, units }) => ({ caller, operation, requests, units }));
  expect(entries()).toEqual([{ caller: 'client', operation: 'ConnectionMinutes', requests: 0, units: 1 }]);
  meter.reset();
  socket.send('hello');
  await until(() => messages.length === 1);
  await call('PostToConnectionCommand', id, { Data: 'x'.repeat(33 * 1024) });
  await call('GetConnectionCommand', id);
  clock.advance(2 * 60_000);
  await until(() => entries().some(({ operation }) => operation === 'ConnectionMinutes'));
  expect(entries()).toEqual([
    { caller: 'client', operation: 'Message', requests: 1, units: 1 },
    { caller: 'client', operation: 'Answer', requests: 1, units: 1 },
    { caller: 'Fn', operation: 'PostToConnection', requests: 1, units: 2 },
    { caller: 'Fn', operation: 'GetConnection', requests: 1, units: 0 },
    { caller: 'client', operation: 'ConnectionMinutes', requests: 0, units: 2 },
  ]);
});
