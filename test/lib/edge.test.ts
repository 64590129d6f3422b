import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { checkSettings, type Settings, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const homeRegion = 'eu-central-1';
const domain = {
  name: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b',
};
const console: Settings['console'] = { embedOrigins: [], domain, waf: { requestsPerFiveMinutes: 3000 } };
const environment = environmentOf('prod', { homeRegion, console, api: { onlyAt: 'cloudFront' } });
const api = resourcesOf(environment.api);
const pages = resourcesOf(environment.console!);
const named = (prefix: string) => api.find(({ id }) => id.startsWith(prefix))!;
const ofType = (all: typeof api, type: string) =>
  all.filter((each) => each.type === type).map(({ properties }) => properties);

describe('an API that is reached through CloudFront alone', () => {
  const routes = ofType(api, 'AWS::ApiGatewayV2::Route').filter(
    ({ ApiId }) => named(refOf(ApiId)).properties.ProtocolType === 'HTTP',
  );

  it('asks each request for what the distribution adds, before any function is called', () => {
    const unasked = routes.filter(({ AuthorizerId }) => {
      const sources = AuthorizerId && named(refOf(AuthorizerId)).properties.IdentitySource;
      return !sources?.includes('$request.header.posthorn-edge');
    });
    // Dispatch calls it itself, with a signature.
    expect(unasked.map(({ RouteKey }) => RouteKey)).toEqual(['POST /v1/listeners/{tenant}/{id}/requests']);
    expect(routes.length).toBeGreaterThan(100);
  });

  it('goes on asking for a key where it did', () => {
    const of = (all: typeof routes) =>
      Object.fromEntries(
        all.map(({ RouteKey, AuthorizerId }) => [RouteKey, /^ApiAuthorizer/.test(refOf(AuthorizerId) ?? '')]),
      );
    const before = ofType(
      resourcesOf(environmentOf('prod', { homeRegion, console }).api),
      'AWS::ApiGatewayV2::Route',
    );
    expect(of(before)).toMatchObject(of(routes));
    expect(named('ApiAuthorizer').properties.IdentitySource).toContain('$request.header.Authorization');
  });

  it('shows no secret in a template: the functions get its ARN, the distribution what CloudFormation puts in', () => {
    for (const prefix of ['AuthorizeFunction', 'EdgeFunction']) {
      const { Variables } = named(prefix).properties.Environment;
      expect(JSON.stringify(Variables.EDGE_SECRET_ARN)).toMatch(/EdgeSecret/);
    }
    const [distribution] = ofType(pages, 'AWS::CloudFront::Distribution');
    const sent = distribution!.DistributionConfig.Origins.flatMap(
      ({ OriginCustomHeaders = [] }: { OriginCustomHeaders?: object[] }) => OriginCustomHeaders,
    );
    expect(sent).toEqual([{ HeaderName: 'posthorn-edge', HeaderValue: expect.anything() }]);
    expect(JSON.stringify(sent)).toMatch(/\{\{resolve:secretsmanager:.*EdgeSecret.*:SecretString:/);
  });

  it('lets the function that asks read that secret, and nothing else', () => {
    const { Statement } =
      named('EdgeRole').properties.PolicyDocument ?? named('EdgeRoleDefault').properties.PolicyDocument;
    const actions = Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
  });

  it('tells producers of the distribution’s name', () => {
    expect(environment.api.url).toBe('https://hooks.example.com');
    expect(Template.fromStack(environment.api).toJSON().Outputs.ApiUrl.Value).toBe(
      'https://hooks.example.com',
    );
  });

  it('has nothing of it by default', () => {
    const { storage, api: plain, console: plainPages } = environmentOf('prod', { homeRegion, console });
    for (const stack of [storage, plain, plainPages!])
      expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/EdgeSecret|posthorn-edge/);
  });
});

describe('a distribution without pages', () => {
  const { console: bare, firewall } = environmentOf('prod', {
    homeRegion,
    console: { ...console, embedOrigins: [], pages: false },
  });
  const resources = resourcesOf(bare!);

  it('sends all paths to the API, through the web ACL', () => {
    const [{ DistributionConfig: config }] = ofType(resources, 'AWS::CloudFront::Distribution') as [
      // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema
      any,
    ];
    const origins = config.Origins.map(({ DomainName }: { DomainName: object }) =>
      JSON.stringify(DomainName),
    );
    expect(origins).toHaveLength(2);
    for (const origin of origins) expect(origin).toContain('execute-api');
    expect(config.DefaultRootObject).toBeUndefined();
    expect(config.DefaultCacheBehavior.AllowedMethods).toContain('POST');
    expect(config.WebACLId['Fn::GetStackOutput'].StackName).toBe(firewall!.stackName);
  });

  it('has no bucket and uploads nothing', () => {
    const types = resources.map(({ type }) => type.replace('AWS::', ''));
    expect([...new Set(types)].sort()).toEqual([
      'CloudFront::Distribution',
      'CloudFront::Function',
      'CloudFront::ResponseHeadersPolicy',
    ]);
    expect(Template.fromStack(bare!).toJSON().Outputs?.ConsoleUrl).toBeUndefined();
  });
});

describe('settings of an API behind CloudFront', () => {
  it.each<[object, RegExp]>([
    [{ api: { onlyAt: 'cloudFront' } }, /api\.onlyAt: expected console\.domain with cloudFront/],
    [{ api: { onlyAt: 'cloudFront' }, console: undefined }, /api\.onlyAt: expected console\.domain/],
    [
      { console, api: { onlyAt: 'cloudFront', domain: { ...domain, name: 'api.example.com' } } },
      /api\.domain: expected none with onlyAt cloudFront/,
    ],
    [
      {
        console: {
          embedOrigins: [],
          pages: false,
          oidc: {
            issuer: 'https://login.example.com',
            clientId: 'posthorn',
            claim: 'groups',
            roles: { operators: { scopes: ['admin'] } },
          },
        },
      },
      /console\.oidc: expected none without pages/,
    ],
  ])('are refused: %j', (changes, message) => {
    expect(() => checkSettings('mine', { ...settingsOf('dev'), homeRegion, ...changes })).toThrow(message);
  });
});
