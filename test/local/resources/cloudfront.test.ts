import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json, Resource } from '../../../local/template/template.ts';
import { arnOf, assembly, ref, resource, role, start } from '../fixtures.ts';

const FORWARDING = {
  CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
};
const CACHING = { CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6' };

const joined = (...parts: Json[]): Json => ({ 'Fn::Join': ['', parts] });

const files = (more = {}) => ({
  TargetOriginId: 'files',
  ViewerProtocolPolicy: 'redirect-to-https',
  ...CACHING,
  ...more,
});

const FILES_ORIGIN = {
  Id: 'files',
  DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] },
  OriginAccessControlId: { 'Fn::GetAtt': ['Control', 'Id'] },
  S3OriginConfig: { OriginAccessIdentity: '' },
};

const API_ORIGIN = {
  Id: 'api',
  DomainName: joined(ref('Api'), '.execute-api.us-east-1.amazonaws.com'),
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
};

/** As CDK writes it for origin access control. */
const allow = (Action: Json, distribution: Json): Resource =>
  resource('AWS::S3::BucketPolicy', {
    Bucket: ref('Bucket'),
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action,
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Resource: [arnOf('Bucket'), joined(arnOf('Bucket'), '/*')],
          Condition: {
            StringEquals: {
              'AWS:SourceArn': joined('arn:aws:cloudfront::000000000000:distribution/', distribution),
            },
          },
        },
      ],
    },
  });

const upload = (more = {}): Resource =>
  resource('Custom::CDKBucketDeployment', {
    ServiceToken: arnOf('Uploader'),
    SourceBucketNames: ['assets'],
    SourceObjectKeys: ['site.zip'],
    DestinationBucketName: ref('Bucket'),
    ...more,
  });

interface Wanted {
  readonly config?: object;
  readonly more?: Record<string, Resource>;
  readonly policy?: Resource;
  readonly uploading?: Parameters<typeof role>;
}

const UPLOADING: Parameters<typeof role> = [
  ['s3:ListBucket', '*'],
  ['s3:GetObject', '*'],
  ['s3:PutObject', '*'],
];

/** A distribution before a bucket with `index.html` and `assets/app.js`, and an API without routes. */
function site({ config = {}, more = {}, policy, uploading = UPLOADING }: Wanted = {}): string {
  const dir = assembly(
    {
      Bucket: resource('AWS::S3::Bucket'),
      Control: resource('AWS::CloudFront::OriginAccessControl', {
        OriginAccessControlConfig: {
          Name: 'control',
          OriginAccessControlOriginType: 's3',
          SigningBehavior: 'always',
          SigningProtocol: 'sigv4',
        },
      }),
      Api: resource('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
      Stage: resource('AWS::ApiGatewayV2::Stage', {
        ApiId: ref('Api'),
        StageName: '$default',
        AutoDeploy: true,
      }),
      Distribution: resource('AWS::CloudFront::Distribution', {
        DistributionConfig: {
          Enabled: true,
          DefaultRootObject: 'index.html',
          Origins: [FILES_ORIGIN, API_ORIGIN],
          DefaultCacheBehavior: files(),
          ...config,
        },
      } as never),
      Policy: policy ?? allow(['s3:GetObject', 's3:ListBucket'], ref('Distribution')),
      Role: role(...uploading),
      Uploader: resource('AWS::Lambda::Function', {
        Code: { S3Bucket: 'assets', S3Key: 'python.zip' },
        Handler: 'index.handler',
        Runtime: 'python3.13',
        Role: arnOf('Role'),
        Layers: [ref('Layer')],
      }),
      Layer: resource('AWS::Lambda::LayerVersion', { Content: {} }),
      Upload: upload(),
      ...more,
    },
    { site: '' },
  );
  mkdirSync(join(dir, 'asset.site/assets'));
  writeFileSync(join(dir, 'asset.site/index.html'), '<p>index</p>');
  writeFileSync(join(dir, 'asset.site/assets/app.js'), 'app');
  return dir;
}

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;

describe('a distribution from a template', () => {
  it('serves what was put into its bucket, and its APIs', async () => {
    const api = { ...files(), TargetOriginId: 'api', ...FORWARDING, PathPattern: '/v1/*' };
    const { consoleUrl } = await start(site({ config: { CacheBehaviors: [api] } }));
    const index = await fetch(consoleUrl);
    expect([index.status, index.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await (await fetch(`${consoleUrl}/assets/app.js`)).text()).toBe('app');
    expect(await statusOf(`${consoleUrl}/assets/gone.js`)).toBe(404);
    expect(await (await fetch(`${consoleUrl}/v1/x`)).json()).toEqual({ message: 'Not Found' });
  });

  it.each([
    ['without LIST', allow('s3:GetObject', ref('Distribution')), 200, 403],
    ['of another distribution', allow('s3:*', 'EOTHER'), 403, 403],
    ['that allows nothing', allow('s3:PutObject', ref('Distribution')), 403, 403],
  ])('is held against a policy %s', async (_, policy, present, missing) => {
    const { consoleUrl } = await start(site({ policy }));
    expect(await statusOf(consoleUrl)).toBe(present);
    expect(await statusOf(`${consoleUrl}/gone`)).toBe(missing);
  });

  it('reads no private bucket without origin access control', async () => {
    const { OriginAccessControlId: _, ...unsigned } = FILES_ORIGIN;
    const { consoleUrl } = await start(site({ config: { Origins: [unsigned] } }));
    expect(await statusOf(consoleUrl)).toBe(403);
  });

  it.each<[string, object, RegExp]>([
    ['a property that is not known', { Logging: {} }, /unknown property Logging/],
    [
      'a behavior that caches an API',
      { DefaultCacheBehavior: files({ TargetOriginId: 'api' }) },
      /an API needs CachingDisabled/,
    ],
    [
      'a cache policy that is not known',
      { DefaultCacheBehavior: files({ CachePolicyId: 'mine' }) },
      /expected CachingOptimized/,
    ],
    [
      'plain http from viewers',
      { DefaultCacheBehavior: files({ ViewerProtocolPolicy: 'allow-all' }) },
      /no plain http/,
    ],
    [
      'an origin that is not there',
      { DefaultCacheBehavior: files({ TargetOriginId: 'other' }) },
      /no origin other/,
    ],
    [
      'a bucket that is not there',
      { Origins: [{ ...FILES_ORIGIN, DomainName: 'x.s3.amazonaws.com' }] },
      /no bucket x/,
    ],
    [
      'a policy that is not there',
      { DefaultCacheBehavior: files({ ResponseHeadersPolicyId: 'mine' }) },
      /no response headers policy mine/,
    ],
    [
      'a function at the viewer’s response',
      {
        DefaultCacheBehavior: files({
          FunctionAssociations: [{ EventType: 'viewer-response', FunctionARN: 'a' }],
        }),
      },
      /only functions at the viewer’s request/,
    ],
    [
      'an API that is not there',
      {
        Origins: [{ ...API_ORIGIN, DomainName: 'gone.execute-api.us-east-1.amazonaws.com' }],
        DefaultCacheBehavior: files({ TargetOriginId: 'api', ...FORWARDING }),
      },
      /no API gone\.execute-api/,
    ],
  ])('is refused with %s', async (_, config, message) => {
    await expect(start(site({ config }))).rejects.toThrow(message);
  });

  it('takes no more of a policy than CloudFront does', async () => {
    const Headers = resource('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        Name: 'long',
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: 'x'.repeat(1784), Override: true },
        },
      },
    });
    await expect(start(site({ more: { Headers } }))).rejects.toThrow(/1783/);
  });
});

describe('CDK’s upload to a bucket', () => {
  it('takes what its filters say, the later before the earlier, with a header', async () => {
    const SystemMetadata = { 'cache-control': 'no-cache' };
    const Upload = upload({ Exclude: ['*'], Include: ['assets/*'], SystemMetadata });
    const { consoleUrl } = await start(site({ more: { Upload } }));
    const { status, headers } = await fetch(`${consoleUrl}/assets/app.js`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(await statusOf(consoleUrl)).toBe(404);
  });

  it.each(['s3:ListBucket', 's3:GetObject', 's3:PutObject'])('needs %s', async (action) => {
    const uploading = UPLOADING.filter(([each]) => each !== action);
    await expect(start(site({ uploading }))).rejects.toThrow(`lacks ${action} on`);
  });
});
