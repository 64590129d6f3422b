import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { compileEdgeFunction } from '../edge/edge-function.ts';
import type { HeadersPolicy } from '../edge/response-headers.ts';
import { known, noted, notedType, type ResourceType, resourceType } from './resource.ts';
import type { BehaviorSettings, OriginSettings, World } from './world.ts';

/**
 * AWS's own policies that are implemented.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const behavior = {
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: noted('plain http on the loopback').pipe(
    z.enum(['redirect-to-https', 'https-only'], 'expected no plain http from viewers'),
  ),
  CachePolicyId: z.enum(
    [CACHING_OPTIMIZED, CACHING_DISABLED],
    'expected CachingOptimized or CachingDisabled',
  ),
  OriginRequestPolicyId: z
    .literal(ALL_VIEWER_EXCEPT_HOST_HEADER, 'expected AllViewerExceptHostHeader')
    .optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachedMethods: noted('nothing is cached here').optional(),
  Compress: z.boolean().default(false),
  FunctionAssociations: z
    .array(
      known({
        EventType: z.literal('viewer-request', 'only functions at the viewer’s request are implemented'),
        FunctionARN: z.string(),
      }),
    )
    .max(1, 'a behavior takes one function of an event type')
    .default([]),
};

const origin = known({
  Id: z.string(),
  DomainName: z.string(),
  OriginAccessControlId: z.string().optional(),
  S3OriginConfig: known({ OriginAccessIdentity: z.literal('').optional() }).optional(),
  CustomOriginConfig: known({
    OriginProtocolPolicy: z.literal('https-only', 'expected https to origins'),
    OriginSSLProtocols: noted('the loopback').optional(),
    OriginReadTimeout: noted('the API ends a request itself').optional(),
    OriginKeepaliveTimeout: noted('each request has a connection').optional(),
  }).optional(),
});

const distribution = resourceType(
  {
    DistributionConfig: known({
      Enabled: z.literal(true),
      Origins: z.array(origin).min(1),
      DefaultCacheBehavior: known(behavior),
      CacheBehaviors: z.array(known({ ...behavior, PathPattern: z.string() })).default([]),
      DefaultRootObject: z.string().regex(/^[^/]/, 'expected no slash at its beginning').optional(),
      Aliases: noted('reached by its port').optional(),
      ViewerCertificate: noted('plain http on the loopback').optional(),
      WebACLId: noted('a laptop has no firewall of AWS’s').optional(),
      HttpVersion: noted('HTTP/1.1').optional(),
      IPV6Enabled: noted('the loopback').optional(),
      PriceClass: noted('one place').optional(),
      Comment: noted('for people').optional(),
    }),
    Tags: noted('labels for bills').optional(),
  },
  ({ DistributionConfig: config }, { identity, world }) => {
    // CloudFront's names are random.
    const id = `E${createHash('sha256').update(identity.defaultName).digest('hex').slice(0, 13).toUpperCase()}`;
    const domain = `d${id.slice(1, 14).toLowerCase()}.cloudfront.net`;
    const origins = new Map(config.Origins.map((each) => [each.Id, originSettings(world, each)]));
    const settings = (from: z.output<ReturnType<typeof known<typeof behavior>>>, pattern: string) =>
      behaviorSettings(world, origins, from, pattern);
    world.distributions.push({
      id,
      arn: `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}`,
      domain,
      rootObject: config.DefaultRootObject,
      byDefault: settings(config.DefaultCacheBehavior, '*'),
      behaviors: config.CacheBehaviors.map(({ PathPattern, ...each }) => settings(each, PathPattern)),
    });
    return { ref: id, attributes: { Id: id, DomainName: domain } };
  },
);

function originSettings(world: World, from: z.output<typeof origin>): OriginSettings {
  const { Id, DomainName, OriginAccessControlId, S3OriginConfig, CustomOriginConfig } = from;
  if ((S3OriginConfig === undefined) === (CustomOriginConfig === undefined))
    throw new Error(`origin ${Id}: expected S3OriginConfig or CustomOriginConfig`);
  if (CustomOriginConfig) return { kind: 'api', host: DomainName };
  const bucket = /^(.+)\.s3(\.[a-z0-9-]+)?\.amazonaws\.com$/.exec(DomainName)?.[1];
  if (bucket === undefined || !world.s3.hasBucket(bucket))
    throw new Error(`origin ${Id}: no bucket ${DomainName}`);
  if (OriginAccessControlId !== undefined && !world.originAccessControls.has(OriginAccessControlId))
    throw new Error(`origin ${Id}: no origin access control ${OriginAccessControlId}`);
  return { kind: 'files', bucket, isSigned: OriginAccessControlId !== undefined };
}

function behaviorSettings(
  world: World,
  origins: ReadonlyMap<string, OriginSettings>,
  from: z.output<ReturnType<typeof known<typeof behavior>>>,
  pattern: string,
): BehaviorSettings {
  const target = origins.get(from.TargetOriginId);
  if (!target) throw new Error(`behavior ${pattern}: no origin ${from.TargetOriginId}`);
  const isForwarding = from.OriginRequestPolicyId !== undefined;
  const isCached = from.CachePolicyId === CACHING_OPTIMIZED;
  // Without the policy CloudFront drops cookies, queries and most headers; with one that caches, answers are shared.
  if (target.kind === 'api' && (!isForwarding || isCached))
    throw new Error(`behavior ${pattern}: an API needs CachingDisabled and AllViewerExceptHostHeader`);
  if (target.kind === 'files' && isForwarding)
    throw new Error(`behavior ${pattern}: a bucket with an origin request policy is not implemented`);
  const [association] = from.FunctionAssociations;
  return {
    pattern,
    methods: from.AllowedMethods,
    // CloudFront compresses only what its cache policy lets it keep.
    compress: from.Compress && isCached,
    onViewerRequest: association && found(world.edgeFunctions, association.FunctionARN, 'function'),
    headers:
      from.ResponseHeadersPolicyId === undefined
        ? undefined
        : found(world.headersPolicies, from.ResponseHeadersPolicyId, 'response headers policy'),
    origin: target,
  };
}

function found<T>(all: ReadonlyMap<string, T>, name: string, what: string): T {
  const one = all.get(name);
  if (one === undefined) throw new Error(`no ${what} ${name}`);
  return one;
}

const edgeFunction = resourceType(
  {
    Name: z.string().regex(/^[\w-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -'),
    AutoPublish: z.literal(true, 'a function that is not published serves nobody'),
    FunctionCode: z.string(),
    FunctionConfig: known({
      Comment: noted('for people').optional(),
      Runtime: z.literal('cloudfront-js-2.0', 'only cloudfront-js-2.0 is implemented'),
    }),
    Tags: noted('labels for bills').optional(),
  },
  ({ Name, FunctionCode }, { world }) => {
    const arn = `arn:aws:cloudfront::${ACCOUNT}:function/${Name}`;
    world.edgeFunctions.set(arn, compileEdgeFunction(FunctionCode));
    return { ref: arn, attributes: { FunctionARN: arn } };
  },
);

const originAccessControl = resourceType(
  {
    OriginAccessControlConfig: known({
      Name: z.string().max(64),
      Description: noted('for people').optional(),
      OriginAccessControlOriginType: z.literal('s3'),
      SigningBehavior: z.literal('always', 'expected all requests to be signed'),
      SigningProtocol: z.literal('sigv4'),
    }),
  },
  ({ OriginAccessControlConfig: { Name } }, { world }) => {
    world.originAccessControls.add(Name);
    return { ref: Name, attributes: { Id: Name } };
  },
);

const overridable = <Shape extends z.ZodRawShape>(shape: Shape) =>
  known({ ...shape, Override: z.boolean() }).optional();

const responseHeadersPolicy = resourceType(
  {
    ResponseHeadersPolicyConfig: known({
      Name: z.string().regex(/^[\w-]{1,128}$/, 'expected letters, digits, _ or -'),
      Comment: noted('for people').optional(),
      CustomHeadersConfig: known({
        Items: z.array(known({ Header: z.string(), Value: z.string(), Override: z.boolean() })),
      }).optional(),
      RemoveHeadersConfig: known({ Items: z.array(known({ Header: z.string() })) }).optional(),
      SecurityHeadersConfig: known({
        ContentSecurityPolicy: overridable({
          // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-policies
          ContentSecurityPolicy: z.string().max(1783),
        }),
        ContentTypeOptions: overridable({}),
        ReferrerPolicy: overridable({ ReferrerPolicy: z.string() }),
        StrictTransportSecurity: overridable({
          AccessControlMaxAgeSec: z.number().int().min(0),
          IncludeSubdomains: z.boolean().default(false),
          Preload: z.boolean().default(false),
        }),
      }).optional(),
    }),
  },
  ({ ResponseHeadersPolicyConfig: config }, { world }) => {
    world.headersPolicies.set(config.Name, headersPolicy(config));
    return { ref: config.Name, attributes: { Id: config.Name } };
  },
);

interface HeadersConfig {
  readonly CustomHeadersConfig?:
    | {
        readonly Items: readonly {
          readonly Header: string;
          readonly Value: string;
          readonly Override: boolean;
        }[];
      }
    | undefined;
  readonly RemoveHeadersConfig?: { readonly Items: readonly { readonly Header: string }[] } | undefined;
  readonly SecurityHeadersConfig?:
    | {
        readonly ContentSecurityPolicy?: { ContentSecurityPolicy: string; Override: boolean } | undefined;
        readonly ContentTypeOptions?: { Override: boolean } | undefined;
        readonly ReferrerPolicy?: { ReferrerPolicy: string; Override: boolean } | undefined;
        readonly StrictTransportSecurity?:
          | {
              AccessControlMaxAgeSec: number;
              IncludeSubdomains: boolean;
              Preload: boolean;
              Override: boolean;
            }
          | undefined;
      }
    | undefined;
}

function headersPolicy(config: HeadersConfig): HeadersPolicy {
  const {
    ContentSecurityPolicy: csp,
    ContentTypeOptions: sniffing,
    ReferrerPolicy: referrer,
    StrictTransportSecurity: transport,
  } = config.SecurityHeadersConfig ?? {};
  const header = (name: string, value: string, override: boolean) => [{ name, value, override }];
  return {
    set: [
      ...(csp ? header('content-security-policy', csp.ContentSecurityPolicy, csp.Override) : []),
      ...(sniffing ? header('x-content-type-options', 'nosniff', sniffing.Override) : []),
      ...(referrer ? header('referrer-policy', referrer.ReferrerPolicy, referrer.Override) : []),
      ...(transport
        ? header(
            'strict-transport-security',
            `max-age=${transport.AccessControlMaxAgeSec}${transport.IncludeSubdomains ? '; includeSubDomains' : ''}${transport.Preload ? '; preload' : ''}`,
            transport.Override,
          )
        : []),
      ...(config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
        name: Header.toLowerCase(),
        value: Value,
        override: Override,
      })),
    ],
    remove: (config.RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header.toLowerCase()),
  };
}

export const cloudfrontTypes: Record<string, ResourceType> = {
  'AWS::CloudFront::Distribution': distribution,
  'AWS::CloudFront::Function': edgeFunction,
  'AWS::CloudFront::OriginAccessControl': originAccessControl,
  'AWS::CloudFront::ResponseHeadersPolicy': responseHeadersPolicy,
  'AWS::Route53::RecordSet': notedType('reached by its port'),
  'AWS::WAFv2::WebACL': notedType('a laptop has no firewall of AWS’s'),
};
