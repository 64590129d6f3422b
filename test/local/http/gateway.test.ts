import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../local/template/template.ts';
import { assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

const code = {
  api: `
    export const handler = async (event) => {
      switch (event.pathParameters?.name) {
        case 'throw': throw new Error('no');
        case 'shape': return { statusCode: 'odd' };
        case 'slow': await new Promise((r) => setTimeout(r, 2500)); return 'late';
        default: return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
      }
    };`,
  auth: `
    let calls = 0;
    export const handler = async (event) => {
      calls++;
      if (event.identitySource[0] === 'throw') throw new Error('no');
      return { isAuthorized: event.identitySource[0] !== 'bad', context: { calls, routeArn: event.routeArn, type: event.type } };
    };`,
};

const route = (routeKey: string, more = {}): Resource =>
  resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey: routeKey,
    Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] },
    ...more,
  });

const permission = (fn: string, source: string): Resource =>
  resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [fn, 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:000000000000:', ref('Api'), source]] },
  });

const invocationUri = (fn: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/',
      { 'Fn::GetAtt': [fn, 'Arn'] },
      '/invocations',
    ],
  ],
});

const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: ref('Authorizer') };

function template(): Record<string, Resource> {
  return {
    Role: role(),
    Fn: lambda('api', 'Role', { Timeout: 10 }),
    Auth: lambda('auth', 'Role', { Timeout: 10 }),
    Api: resource('AWS::ApiGatewayV2::Api', {
      Name: 'api',
      ProtocolType: 'HTTP',
      CorsConfiguration: {
        AllowOrigins: ['https://console.test'],
        AllowMethods: ['GET'],
        AllowHeaders: ['x-key'],
        MaxAge: 60,
      },
    }),
    Stage: resource('AWS::ApiGatewayV2::Stage', {
      ApiId: ref('Api'),
      StageName: '$default',
      AutoDeploy: true,
    }),
    Integration: resource('AWS::ApiGatewayV2::Integration', {
      ApiId: ref('Api'),
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Fn', 'Arn'] },
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 2000,
    }),
    Authorizer: resource('AWS::ApiGatewayV2::Authorizer', {
      ApiId: ref('Api'),
      Name: 'auth',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: invocationUri('Auth'),
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.X-Key'],
      AuthorizerResultTtlInSeconds: 60,
    }),
    Open: route('ANY /open/{name}'),
    Guarded: route('GET /guarded/{name}', guarded),
    Forgotten: route('GET /forgotten'),
    OpenPermission: permission('Fn', '/*/*/open/{name}'),
    GuardedPermission: permission('Fn', '/*/*/guarded/{name}'),
    AuthPermission: permission('Auth', '/authorizers/*'),
  };
}

async function startApi(resources = template()) {
  const cloud = await start(assembly(resources, code));
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(cloud.apiUrl + path, init);
    const text = await response.text();
    const body = text.startsWith('{') ? JSON.parse(text) : text;
    return { status: response.status, body, headers: response.headers };
  };
  return { cloud, get };
}

describe('the access log', () => {
  const withLog = (group: object, Format: string): Record<string, Resource> => ({
    ...template(),
    Log: resource('AWS::Logs::LogGroup', { ...group }),
    Stage: resource('AWS::ApiGatewayV2::Stage', {
      ApiId: ref('Api'),
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['Log', 'Arn'] }, Format },
    }),
  });
  const vended = { LogGroupName: '/aws/vendedlogs/api', RetentionInDays: 7 };
  const id = '$context.requestId';

  it('is accepted where it does not fill up a policy', async () => {
    const format = `${id} $context.authorizer.tenant $context.error.message $context.identity.sourceIp`;
    await startApi(withLog(vended, format));
  });

  it.each<[string, object, string, RegExp]>([
    ['a group of another name', {}, id, /expected a log group under \/aws\/vendedlogs\/.* got app-Log/],
    ['days that CloudWatch has not', { ...vended, RetentionInDays: 8 }, id, /RetentionInDays/],
    ['no request’s id', vended, '$context.status', /expected \$context.requestId/],
    [
      'a variable that only REST APIs have',
      vended,
      `${id} $context.authorize.error`,
      /no \$context.authorize.error/,
    ],
    ['a mistyped variable', vended, `${id} $context.error.mesage`, /no \$context.error.mesage/],
  ])('is refused with %s', async (_, group, format, message) => {
    await expect(startApi(withLog(group, format))).rejects.toThrow(message);
  });
});

const key = (value: string) => ({ headers: { 'x-key': value } });

describe('the HTTP API (E1)', () => {
  it('calls the function with the request and answers with its answer', async () => {
    const { get } = await startApi();
    const { status, body, headers } = await get('/open/a%20b?q=1', {
      method: 'POST',
      body: 'text',
      headers: { 'content-type': 'text/plain' },
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toMatchObject({
      routeKey: 'ANY /open/{name}',
      rawPath: '/open/a b',
      pathParameters: { name: 'a b' },
      queryStringParameters: { q: '1' },
      body: 'text',
      isBase64Encoded: false,
    });
  });

  it('finds the route by the decoded path, so that an escaped slash splits segments', async () => {
    const { get } = await startApi();
    expect((await get('/open/a%2Fb')).status).toBe(404);
    expect((await get('/%6Fpen/a%252Fb')).body).toMatchObject({
      pathParameters: { name: 'a/b' },
      rawPath: '/open/a/b',
    });
    expect(await get('/open/a%25b')).toMatchObject({ status: 400, body: { message: 'Bad Request' } });
  });

  it('passes bytes in base64', async () => {
    const { get } = await startApi();
    const bytes = new Uint8Array([0, 255, 1]);
    const { body } = await get('/open/x', {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'image/png' },
    });
    expect(body).toMatchObject({ body: 'AP8B', isBase64Encoded: true });
  });

  it.each<[string, string, RequestInit | undefined, number, unknown]>([
    ['an unknown path', '/nowhere', undefined, 404, { message: 'Not Found' }],
    ['an unknown method', '/guarded/x', { method: 'PUT' }, 404, { message: 'Not Found' }],
    ['an error', '/open/throw', undefined, 500, { message: 'Internal Server Error' }],
    ['an odd answer', '/open/shape', undefined, 500, { message: 'Internal Server Error' }],
    ['a slow answer', '/open/slow', undefined, 503, { message: 'Service Unavailable' }],
    [
      'a big body',
      '/open/x',
      { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) },
      413,
      { message: 'Request Entity Too Large' },
    ],
    ['a route without permission', '/forgotten', undefined, 500, { message: 'Internal Server Error' }],
  ])('answers %s', async (_, path, init, status, body) => {
    const { get } = await startApi();
    expect(await get(path, init)).toMatchObject({ status, body });
  });

  it('says which port is taken', async () => {
    const { cloud } = await startApi();
    const port = Number(new URL(cloud.apiUrl).port);
    const second = start(assembly(template(), code), { port });
    await expect(second).rejects.toMatchObject({ cause: { code: 'EADDRINUSE', port } });
  });

  it('is out of reach while clients are cut off', async () => {
    const { cloud, get } = await startApi();
    const restore = cloud.cutOff();
    await expect(get('/open/x')).rejects.toThrow('fetch failed');
    restore();
    expect(await get('/open/x')).toMatchObject({ status: 200 });
  });

  it('answers preflights and marks answers for the allowed origin', async () => {
    const { get } = await startApi();
    const preflight = await get('/open/x', {
      method: 'OPTIONS',
      headers: { origin: 'https://console.test' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET');
    const answer = await get('/open/x', { headers: { origin: 'https://console.test' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://console.test');
    const other = await get('/open/x', { headers: { origin: 'https://other.test' } });
    expect(other.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('the authorizer', () => {
  it('adds its context, and is called once for an identity', async () => {
    const { cloud, get } = await startApi();
    const first = await get('/guarded/a', key('good'));
    expect(first.body.requestContext.authorizer.lambda).toMatchObject({ calls: 1, type: 'REQUEST' });
    expect(first.body.requestContext.authorizer.lambda.routeArn).toMatch(
      /:execute-api:.*\/\$default\/GET\/guarded\/\{name\}$/,
    );
    expect((await get('/guarded/b', key('good'))).body.requestContext.authorizer.lambda).toMatchObject({
      calls: 1,
    });
    expect((await get('/guarded/b', key('better'))).body.requestContext.authorizer.lambda).toMatchObject({
      calls: 2,
    });
    expect(cloud.functions.get('Auth')?.stats().invocations).toBe(2);
  });

  it('caches a refusal as well', async () => {
    const { cloud, get } = await startApi();
    for (let round = 0; round < 2; round++) {
      expect(await get('/guarded/a', key('bad'))).toMatchObject({
        status: 403,
        body: { message: 'Forbidden' },
      });
    }
    expect(cloud.functions.get('Auth')?.stats().invocations).toBe(1);
    expect(cloud.functions.get('Fn')?.stats().invocations).toBe(0);
  });

  it('is not called without an identity', async () => {
    const { cloud, get } = await startApi();
    expect(await get('/guarded/a')).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(cloud.functions.get('Auth')?.stats().invocations).toBe(0);
  });

  it('is an error when it fails, not cached', async () => {
    const { cloud, get } = await startApi();
    for (let round = 0; round < 2; round++) {
      expect(await get('/guarded/a', key('throw'))).toMatchObject({
        status: 500,
        body: { message: 'Internal Server Error' },
      });
    }
    expect(cloud.functions.get('Auth')?.stats().invocations).toBe(2);
  });

  it('needs a permission to be called', async () => {
    const { AuthPermission: _, ...resources } = template();
    const { get } = await startApi(resources);
    expect(await get('/guarded/a', key('good'))).toMatchObject({ status: 500 });
  });
});
