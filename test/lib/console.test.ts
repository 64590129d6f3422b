import { describe, expect, it } from 'vitest';
import { checkSettings, ENVIRONMENT_NAMES, type Settings, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
const full: NonNullable<Settings['console']> = {
  embedOrigins: ['https://app.example.com', 'https://*.example.org'],
  waf: { requestsPerFiveMinutes: 3000 },
  domain: {
    name: 'hooks.example.com',
    certificateArn: CERTIFICATE,
    hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
  },
};
const plain = resourcesOf(environmentOf('prod').console!);
const whole = environmentOf('prod', { homeRegion: 'eu-central-1', console: full });
const withAll = resourcesOf(whole.console!);

const ofType = (resources: typeof plain, type: string) => resources.filter((each) => each.type === type);
const configOf = (resources: typeof plain) =>
  ofType(resources, 'AWS::CloudFront::Distribution')[0]!.properties.DistributionConfig;
const policies = (resources: typeof plain): Record<string, string> =>
  Object.fromEntries(
    ofType(resources, 'AWS::CloudFront::ResponseHeadersPolicy').map(({ id, properties }) => [
      id.replace(/Headers.*/, ''),
      properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy
        .ContentSecurityPolicy,
    ]),
  );

describe('the console’s stack', () => {
  it.each(ENVIRONMENT_NAMES)('is there in %s', (name) => {
    expect(environmentOf(name).console?.stackName).toBe(`posthorn-${name}-console`);
  });

  it('is left out with its setting, and the API does not notice', () => {
    const { console: none, ...others } = settingsOf('dev');
    expect(none).toBeDefined();
    const without = environmentOf('dev', { ...others, console: undefined } as never);
    expect([without.console, without.firewall]).toEqual([undefined, undefined]);
    expect(resourcesOf(without.api)).toEqual(resourcesOf(environmentOf('dev').api));
  });

  it('needs the API’s stack, and none needs it', () => {
    const { console: pages, api, storage, pipeline, firewall } = whole;
    expect(pages!.dependencies).toEqual(expect.arrayContaining([api, firewall]));
    for (const other of [api, storage, pipeline]) expect(other.dependencies).not.toContain(pages);
  });

  it('keeps its files in a private bucket that one distribution reads', () => {
    const [bucket] = ofType(plain, 'AWS::S3::Bucket');
    expect(bucket!.properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const [policy] = ofType(plain, 'AWS::S3::BucketPolicy');
    const allowing = policy!.properties.PolicyDocument.Statement.filter(
      ({ Effect, Principal }: { Effect: string; Principal: object }) =>
        Effect === 'Allow' && 'Service' in Principal,
    );
    expect(allowing.flatMap(({ Action }: { Action: string[] }) => Action)).toEqual([
      's3:GetObject',
      's3:ListBucket',
    ]);
    for (const { Principal, Condition } of allowing) {
      expect(Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
      expect(JSON.stringify(Condition.StringEquals['AWS:SourceArn'])).toContain(
        ofType(plain, 'AWS::CloudFront::Distribution')[0]!.id,
      );
    }
    const [control] = ofType(plain, 'AWS::CloudFront::OriginAccessControl');
    expect(control!.properties.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    const [files] = configOf(plain).Origins.filter((each: object) => 'S3OriginConfig' in each);
    expect(refOf(files.OriginAccessControlId)).toBe(control!.id);
  });

  it('lets CDK’s function write to that bucket alone, and read the build', () => {
    const role = ofType(plain, 'AWS::IAM::Policy').find(({ id }) => id.startsWith('UploadRole'))!;
    const allowed = role.properties.PolicyDocument.Statement.map(({ Action }: { Action: unknown }) => Action);
    expect(allowed).toEqual([
      's3:GetObject',
      's3:ListBucket',
      ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:PutObject'],
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
  });

  it('leaves no log and no file behind', () => {
    const groups = ofType(plain, 'AWS::Logs::LogGroup');
    expect(groups.map(({ deletionPolicy }) => deletionPolicy)).toEqual(groups.map(() => 'Delete'));
    const functions = ofType(plain, 'AWS::Lambda::Function');
    expect(functions.filter(({ properties }) => !properties.LoggingConfig?.LogGroup)).toEqual([]);
    const [bucket] = ofType(plain, 'AWS::S3::Bucket');
    const emptied = ofType(plain, 'Custom::S3AutoDeleteObjects').map(({ properties }) =>
      refOf(properties.BucketName),
    );
    expect([bucket!.deletionPolicy, emptied]).toEqual(['Delete', [bucket!.id]]);
  });

  it('keeps hashed files for ever, and asks for all others anew', () => {
    const uploads = ofType(plain, 'Custom::CDKBucketDeployment').map(({ properties }) => properties);
    expect(uploads).toEqual([
      expect.objectContaining({
        Exclude: ['*'],
        Include: ['assets/*'],
        Prune: false,
        SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
      }),
      expect.objectContaining({
        Exclude: ['assets/*'],
        Prune: true,
        SystemMetadata: { 'cache-control': 'no-cache' },
      }),
    ]);
  });

  it('sends the API’s paths to the API, uncached, and all others to the bucket', () => {
    const { CacheBehaviors, DefaultCacheBehavior, Origins } = configOf(plain);
    const isApi = ({ TargetOriginId }: { TargetOriginId: string }): boolean =>
      'CustomOriginConfig' in Origins.find(({ Id }: { Id: string }) => Id === TargetOriginId);
    const paths = CacheBehaviors.filter(isApi).map(({ PathPattern }: { PathPattern: string }) => PathPattern);
    expect(paths).toEqual(
      expect.arrayContaining(['/v1/*', '/health', '/stats', '/docs*', '/catalogue*', '/live']),
    );
    for (const behavior of CacheBehaviors.filter(isApi)) {
      expect(behavior).toMatchObject({
        // CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
        AllowedMethods: expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
        FunctionAssociations: [expect.objectContaining({ EventType: 'viewer-request' })],
      });
      expect(refOf(behavior.FunctionAssociations[0].FunctionARN)).toMatch(/^Session/);
    }
    expect(isApi(DefaultCacheBehavior)).toBe(false);
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(['GET', 'HEAD']);
  });

  it('lets pages load nothing of another host, and run nothing inline', () => {
    const { Pages, Portal } = policies(plain);
    expect(Portal).toBe(Pages);
    const directives = Object.fromEntries(
      Pages!.split('; ').map((each) => [each.split(' ')[0], each.split(' ').slice(1)]),
    );
    expect(directives).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'manifest-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    });
  });

  it('lets named origins frame the portal, and nothing else', () => {
    const { Portal, ...others } = policies(withAll);
    expect(Portal).toMatch(/frame-ancestors https:\/\/app.example.com https:\/\/\*.example.org$/);
    for (const policy of Object.values(others)) expect(policy).toContain("frame-ancestors 'none'");
    const { CacheBehaviors } = configOf(withAll);
    const framed = CacheBehaviors.filter((each: { ResponseHeadersPolicyId: object }) =>
      refOf(each.ResponseHeadersPolicyId).startsWith('Portal'),
    );
    // Not `/portal*`: the pages at `/portalx` are the operators'.
    expect(framed.map((each: { PathPattern: string }) => each.PathPattern)).toEqual(['/portal', '/portal/*']);
  });

  it('lets no answer of the API run as a page, but for the documentation’s own', () => {
    expect(policies(plain).Data).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
    const docs = ofType(plain, 'AWS::CloudFront::ResponseHeadersPolicy').find(({ id }) =>
      id.startsWith('Docs'),
    )!;
    const { SecurityHeadersConfig } = docs.properties.ResponseHeadersPolicyConfig;
    expect(SecurityHeadersConfig.ContentSecurityPolicy.Override).toBe(false);
  });

  it('has names that fit every environment and region of an account', () => {
    const names = withAll.flatMap(
      ({ properties }) => properties.Name ?? properties.ResponseHeadersPolicyConfig?.Name ?? [],
    );
    expect(names).toEqual(
      expect.arrayContaining(['posthorn-prod-session-eu-central-1', 'posthorn-prod-portal-eu-central-1']),
    );
  });
});

describe('a domain of one’s own', () => {
  it('has its certificate, TLS 1.2 at least, and records', () => {
    expect(configOf(withAll)).toMatchObject({
      Aliases: ['hooks.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    const records = ofType(withAll, 'AWS::Route53::RecordSet').map(({ properties }) => properties);
    expect(records.map(({ Type, Name }) => [Type, Name])).toEqual([
      ['A', 'hooks.example.com.'],
      ['AAAA', 'hooks.example.com.'],
    ]);
  });

  it('has no records without a zone', () => {
    const { hostedZone: _, ...domain } = full.domain!;
    const { console: pages } = environmentOf('prod', { console: { ...full, waf: undefined, domain } });
    expect(ofType(resourcesOf(pages!), 'AWS::Route53::RecordSet')).toEqual([]);
  });
});

describe('the web ACL', () => {
  const [acl] = resourcesOf(whole.firewall!);
  const rules: Record<string, { Statement: object; Priority: number }> = Object.fromEntries(
    acl!.properties.Rules.map((rule: { Name: string }) => [rule.Name, rule]),
  );

  it('is where CloudFront takes it from, and the distribution has it', () => {
    expect(whole.firewall!.region).toBe('us-east-1');
    expect(acl!.properties.Scope).toBe('CLOUDFRONT');
    expect(configOf(withAll).WebACLId).toEqual({
      'Fn::GetStackOutput': {
        StackName: 'posthorn-prod-firewall',
        Region: 'us-east-1',
        OutputName: expect.stringContaining('WebAcl'),
      },
    });
    expect(configOf(plain).WebACLId).toBeUndefined();
  });

  it('may be where home is', () => {
    const home = environmentOf('prod', { homeRegion: 'us-east-1', console: full });
    expect(configOf(resourcesOf(home.console!)).WebACLId).toEqual(
      expect.objectContaining({
        'Fn::GetStackOutput': expect.objectContaining({ StackName: 'posthorn-prod-firewall' }),
      }),
    );
  });

  it('limits one address before anything else', () => {
    expect(rules.Rate).toMatchObject({
      Priority: 0,
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { Limit: 3000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' } },
    });
  });

  it('refuses no payload for what it holds, nor for its size', () => {
    const overrides = Object.values(rules).flatMap(({ Statement }) => {
      const { ManagedRuleGroupStatement: group } = Statement as {
        ManagedRuleGroupStatement?: { RuleActionOverrides: { Name: string; ActionToUse: object }[] };
      };
      return group?.RuleActionOverrides ?? [];
    });
    expect(overrides.filter(({ ActionToUse }) => !('Count' in ActionToUse))).toEqual([]);
    expect(overrides.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(['SizeRestrictions_BODY', 'CrossSiteScripting_BODY', 'Log4JRCE_BODY']),
    );
  });
});

describe('settings of the console', () => {
  const dev = settingsOf('dev');
  const check = (console: object, more: object = {}) => checkSettings('mine', { ...dev, ...more, console });
  const domain = full.domain!;

  const oidc = {
    issuer: 'https://login.example.com/realms/one',
    clientId: 'posthorn',
    claim: 'groups',
    roles: { operators: { scopes: ['admin'] } },
  };
  const many = Array.from({ length: 40 }, (_, n) => n);

  it('may let users of an OpenID provider sign in', () => {
    expect(check({ embedOrigins: [], oidc }).console).toEqual({ embedOrigins: [], oidc });
  });

  it('may be all, or next to nothing', () => {
    expect(check(full, { homeRegion: 'us-east-1' }).console).toEqual(full);
    const embedOrigins = ['http://localhost:5173', 'http://127.0.0.1:*'];
    expect(check({ embedOrigins }).console).toEqual({ embedOrigins });
  });

  it.each([
    [
      { domain: { ...domain, certificateArn: CERTIFICATE.replace('us-east-1', 'eu-central-1') } },
      /domain\.certificateArn: expected a certificate of us-east-1.*CloudFront takes none of another region/,
    ],
    [{ domain: { ...domain, name: 'https://hooks.example.com' } }, /domain\.name: expected a host name/],
    [
      { domain: { ...domain, hostedZone: { id: 'Z1', name: 'example.org' } } },
      /hostedZone\.name: expected a zone that holds hooks\.example\.com/,
    ],
    [{ waf: { requestsPerFiveMinutes: 9 } }, /requestsPerFiveMinutes/],
    [{ embedOrigins: ['http://app.example.com'] }, /embedOrigins\.0: expected an https origin/],
    [{ embedOrigins: ["https://a.example.com; script-src 'unsafe-inline'"] }, /expected an https origin/],
    [{ embedOrigins: ['https://app.example.com:*'] }, /expected an https origin/],
    [{ embedOrigins: ['*'] }, /expected an https origin/],
    [
      { embedOrigins: Array.from({ length: 60 }, (_, index) => `https://embedder-${index}.example.com`) },
      /expected at most 1300 characters/,
    ],
    [{ priceClass: '300' }, /priceClass/],
    [{ colour: 'red' }, /colour/],
    [{ oidc: { ...oidc, issuer: 'http://login.example.com' } }, /oidc\.issuer: expected an https URL/],
    [{ oidc: { ...oidc, issuer: 'https://login.example.com/?x' } }, /oidc\.issuer: expected an https URL/],
    [{ oidc: { ...oidc, roles: {} } }, /oidc\.roles: expected a role/],
    [{ oidc: { ...oidc, roles: { a: { scopes: ['all'] } } } }, /oidc\.roles\.a\.scopes/],
    [
      { oidc: { ...oidc, roles: { a: { scopes: ['admin'], tenantId: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX' } } } },
      /scopes: expected scopes without admin: administrators are of the first tenant/,
    ],
    [
      { oidc: { ...oidc, roles: { a: { scopes: ['read'], tenantId: 'acme' } } } },
      /expected the id of a tenant/,
    ],
    [{ oidc: { ...oidc, scope: 'email' } }, /oidc\.scope: expected scopes that begin with openid/],
    [{ oidc: { ...oidc, clientId: undefined } }, /oidc\.clientId/],
    [
      { oidc: { ...oidc, roles: Object.fromEntries(many.map((n) => [`user-${n}`, { scopes: ['read'] }])) } },
      /oidc: expected at most 800 bytes as JSON with 0 dispatchRegions, got \d+: name groups, not users/,
    ],
  ])('refuse %j', (changes, message) => {
    expect(() => check({ embedOrigins: [], ...changes }, { homeRegion: 'us-east-1' })).toThrow(message);
  });

  it('name home’s region where there is a web ACL', () => {
    expect(() => check({ embedOrigins: [], waf: { requestsPerFiveMinutes: 100 } })).toThrow(
      /homeRegion: expected a region, since the web ACL of console\.waf is in us-east-1/,
    );
  });
});
