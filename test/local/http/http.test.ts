import { describe, expect, it } from 'vitest';
import { eventBase, integrationEvent, isText } from '../../../local/http/event.ts';
import { handedOver, routedPath } from '../../../local/http/path.ts';
import { functionAnswer } from '../../../local/http/response.ts';
import { routeMatcher } from '../../../local/http/routes.ts';

describe('routeMatcher', () => {
  const keys = [
    'GET /events',
    'GET /events/{id}',
    'GET /events/latest',
    'ANY /events/{id}',
    'GET /events/{id}/attempts/{number}',
    'ANY /{proxy+}',
    'GET /console/{path+}',
    '$default',
  ];
  const find = routeMatcher(keys.map((routeKey) => ({ routeKey })));

  it.each<[string, string, string, Record<string, string> | undefined]>([
    ['GET', '/events', 'GET /events', undefined],
    ['GET', '/events/1', 'GET /events/{id}', { id: '1' }],
    ['PUT', '/events/1', 'ANY /events/{id}', { id: '1' }],
    ['GET', '/events/latest', 'GET /events/latest', undefined],
    ['GET', '/events/a b', 'GET /events/{id}', { id: 'a b' }],
    ['GET', '/events/a%2Fb', 'GET /events/{id}', { id: 'a/b' }],
    ['GET', '/events/1/attempts/2', 'GET /events/{id}/attempts/{number}', { id: '1', number: '2' }],
    ['POST', '/events', 'ANY /{proxy+}', { proxy: 'events' }],
    ['GET', '/events/', 'ANY /{proxy+}', { proxy: 'events/' }],
    ['GET', '/a/b/c', 'ANY /{proxy+}', { proxy: 'a/b/c' }],
    ['GET', '/console/js/app.js', 'GET /console/{path+}', { path: 'js/app.js' }],
    ['GET', '/', '$default', undefined],
  ])('%s %s', (method, path, routeKey, pathParameters) => {
    expect(find(method, path)).toEqual({ route: { routeKey }, pathParameters });
  });

  it('finds nothing without a default', () => {
    expect(routeMatcher([{ routeKey: 'GET /a' }])('GET', '/b')).toBeUndefined();
  });
});

describe('a path, as it was captured on AWS', () => {
  it.each<[string, string | undefined]>([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/percent%25done', undefined],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
  ])('%s is passed on as %s', (sent, expected) => {
    const routed = routedPath(sent);
    expect(routed === undefined ? undefined : handedOver(routed)).toBe(expected);
  });

  it('is routed before it is decoded again', () => {
    expect(routedPath('/a%252Fb/%2e%2E')).toBe('/a%2Fb/..');
    expect([routedPath('/%'), routedPath('/%zz'), routedPath('/%2')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(routedPath('/%ff')).toBe('/\ufffd');
  });
});

describe('isText', () => {
  it.each<[string | undefined, boolean]>([
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['Application/JSON', true],
    ['text/csv', true],
    ['TEXT/PLAIN; CHARSET="UTF-8"', true],
    ['text/plain; charset=iso-8859-1', false],
    ['application/json;charset=utf-16', false],
    ['application/graphql', true],
    ['application/xml', true],
    ['application/javascript', true],
    ['application/cloudevents+json', false],
    ['application/x-www-form-urlencoded', false],
    ['application/octet-stream', false],
    ['multipart/form-data; boundary=x', false],
    [undefined, false],
  ])('%s: %s', (contentType, expected) => {
    expect(isText(contentType)).toBe(expected);
  });

  it('treats a compressed body as bytes', () => {
    expect(isText('application/json', 'gzip')).toBe(false);
  });
});

describe('the event', () => {
  const request = {
    method: 'POST',
    url: '/v1/a%20b?x=1&x=2&y=%2F',
    rawHeaders: [
      'Host',
      'api.test',
      'X-One',
      'a',
      'x-one',
      'b',
      'Cookie',
      'c=1; d=2',
      'Content-Type',
      'application/json',
      'Connection',
      'close',
    ],
    sourceIp: '127.0.0.1',
    body: Buffer.from('{"ü":1}'),
    requestId: '11111111-2222-3333-4444-555555555555',
    time: Date.UTC(2020, 2, 12, 19, 3, 58),
  };
  const api = { apiId: 'abc', stage: '$default', accountId: '000000000000' };
  const event = (body = request.body) =>
    JSON.parse(
      integrationEvent(eventBase(request, api, 'POST /v1/{name}'), { name: 'a b' }, { tenant: 't' }, body),
    );

  it('has the form of payload 2.0', () => {
    expect(event()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/{name}',
      rawPath: '/v1/a b',
      rawQueryString: 'x=1&x=2&y=%2F',
      cookies: ['c=1', 'd=2'],
      headers: {
        host: 'api.test',
        'x-one': 'a,b',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '80',
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { x: '1,2', y: '/' },
      pathParameters: { name: 'a b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'abc',
        authorizer: { lambda: { tenant: 't' } },
        domainName: 'api.test',
        domainPrefix: 'api',
        http: { method: 'POST', path: '/v1/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        routeKey: 'POST /v1/{name}',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: request.time,
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
    const slashed = eventBase({ ...request, url: '/v1/a%20b/?x=1' }, api, '$default');
    expect([slashed.rawPath, slashed.requestContext.http.path]).toEqual(['/v1/a b/', '/v1/a b']);
    expect(eventBase({ ...request, url: '/' }, api, '$default').requestContext.http.path).toBe('/');
    expect(event().headers).not.toHaveProperty('cookie');
    expect(event().headers).not.toHaveProperty('connection');
  });

  it('leaves out missing parts', () => {
    expect(event(Buffer.alloc(0))).not.toHaveProperty('body');
    const bare = eventBase({ ...request, url: '/', rawHeaders: [] }, api, '$default');
    expect(bare).not.toHaveProperty('queryStringParameters');
    expect(bare).not.toHaveProperty('cookies');
  });
});

describe('functionAnswer', () => {
  const answer = (value: unknown) => {
    const { status, headers, cookies, body } = functionAnswer(JSON.stringify(value) ?? 'null');
    return { status, type: headers['content-type'], cookies, body: body.toString() };
  };

  it.each<[string, unknown, ReturnType<typeof answer>]>([
    [
      'a full answer',
      { statusCode: 201, headers: { 'Content-Type': 'text/html' }, body: 'x', cookies: ['a=1'] },
      { status: 201, type: 'text/html', cookies: ['a=1'], body: 'x' },
    ],
    [
      'no content type',
      { statusCode: 200, body: 'x' },
      { status: 200, type: 'text/plain;charset=UTF-8', cookies: [], body: 'x' },
    ],
    [
      'base64',
      { statusCode: 200, body: 'eA==', isBase64Encoded: true },
      { status: 200, type: 'text/plain;charset=UTF-8', cookies: [], body: 'x' },
    ],
    ['an inferred object', { a: 1 }, { status: 200, type: 'application/json', cookies: [], body: '{"a":1}' }],
    ['an inferred text', 'hello', { status: 200, type: 'application/json', cookies: [], body: 'hello' }],
  ])('%s', (_, value, expected) => {
    expect(answer(value)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a status that is no number', { statusCode: 'fine' }],
    ['a status out of range', { statusCode: 99 }],
  ])('treats %s as a failure', (_, value) => {
    expect(answer(value)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });
});
