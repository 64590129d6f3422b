import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../local/template/template.ts';
import { arnOf, assembly, assemblyOf, lambda, ref, resource, role, start } from '../fixtures.ts';

const code = { fn: 'export const handler = async () => ({ statusCode: 200 });' };

const template = (): Record<string, Resource> => ({
  Role: role(),
  Fn: lambda('fn', 'Role'),
  Live: resource('AWS::ApiGatewayV2::Api', {
    Name: 'live',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: '$request.body.action',
  }),
  Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId: ref('Live'), AutoDeploy: true, StageName: 'live' }),
  Integration: resource('AWS::ApiGatewayV2::Integration', {
    ApiId: ref('Live'),
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: arnOf('Fn'),
  }),
  Route: resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Live'),
    RouteKey: '$default',
    Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] },
  }),
});

const http = (): Record<string, Resource> => ({
  Http: resource('AWS::ApiGatewayV2::Api', { Name: 'http', ProtocolType: 'HTTP' }),
});

describe('a WebSocket API in the template', () => {
  it('has an address that answers, beside an HTTP API and further WebSocket APIs', async () => {
    const resources = {
      ...template(),
      ...http(),
      Other: resource('AWS::ApiGatewayV2::Api', {
        Name: 'other',
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.action',
      }),
      OtherStage: resource('AWS::ApiGatewayV2::Stage', {
        ApiId: ref('Other'),
        AutoDeploy: true,
        StageName: 'two',
      }),
    };
    const cloud = await start(assembly(resources, code));
    expect([...cloud.sockets.keys()].sort()).toEqual(['Live', 'Other']);
    const { url } = cloud.sockets.get('Live')!;
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/live$/);
    expect(cloud.sockets.get('Other')!.url).toMatch(/\/two$/);
    expect(cloud.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(
      new Set([url, cloud.sockets.get('Other')!.url, cloud.apiUrl].map((each) => new URL(each).port)).size,
    ).toBe(3);
  });

  it('is called by its region where two have the name', async () => {
    const stacks = { near: { Resources: template() }, far: { Resources: template() } };
    const regions = { near: 'eu-west-1', far: 'ap-south-1' };
    const cloud = await start(assemblyOf(stacks, code, regions));
    expect([...cloud.sockets.keys()]).toEqual(['Live', 'ap-south-1/Live']);
  });

  const without = (property: string, id: string): Resource => {
    const { [property]: _, ...Properties } = template()[id]!.Properties!;
    return { ...template()[id]!, Properties };
  };
  const changed = (
    id: string,
    properties: NonNullable<Resource['Properties']>,
  ): Record<string, Resource> => ({
    [id]: { ...template()[id]!, Properties: { ...template()[id]!.Properties, ...properties } },
  });

  it.each<[string, Record<string, Resource>, string | RegExp]>([
    [
      'a protocol',
      changed('Live', { ProtocolType: 'GRPC' }),
      'expected an API with protocol HTTP or WEBSOCKET, got GRPC',
    ],
    [
      'an expression',
      changed('Live', { RouteSelectionExpression: '$request.header.x' }),
      /expected \$request\.body/,
    ],
    ['no expression', { Live: without('RouteSelectionExpression', 'Live') }, 'RouteSelectionExpression'],
    ['CORS', changed('Live', { CorsConfiguration: {} }), 'unknown property CorsConfiguration'],
    ['$default as a stage', changed('Stage', { StageName: '$default' }), 'expected 1 to 128 letters'],
    ['an access log', changed('Stage', { AccessLogSettings: {} }), 'a role of the whole account'],
    [
      'a payload format',
      changed('Integration', { PayloadFormatVersion: '2.0' }),
      'a WebSocket API has only 1.0',
    ],
    ['a long timeout', changed('Integration', { TimeoutInMillis: 30_000 }), 'TimeoutInMillis'],
    ['an authorizer', changed('Route', { AuthorizationType: 'CUSTOM' }), 'are not implemented'],
    ['a second route of the key', { Again: template().Route! }, 'there is a route $default already'],
    [
      'a response to nothing',
      {
        Response: resource('AWS::ApiGatewayV2::RouteResponse', {
          ApiId: ref('Live'),
          RouteId: 'x',
          RouteResponseKey: '$default',
        }),
      },
      'no route x',
    ],
    [
      'a response of an HTTP API',
      {
        ...http(),
        Response: resource('AWS::ApiGatewayV2::RouteResponse', {
          ApiId: ref('Http'),
          RouteId: 'x',
          RouteResponseKey: '$default',
        }),
      },
      'expected an API with protocol WEBSOCKET, got HTTP',
    ],
    [
      'a second stage',
      {
        Stage2: resource('AWS::ApiGatewayV2::Stage', {
          ApiId: ref('Live'),
          AutoDeploy: true,
          StageName: 'b',
        }),
      },
      'one stage is implemented, and there is live',
    ],
  ])('is refused with %s', async (_, more, message) => {
    await expect(start(assembly({ ...template(), ...more }, code))).rejects.toThrow(message);
  });

  it('needs a stage', async () => {
    const { Stage: _, ...resources } = template();
    await expect(start(assembly(resources, code))).rejects.toThrow('the WebSocket API Live has no stage');
  });
});
