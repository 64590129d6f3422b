import { type CfnElement, CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel,
  type AddBehaviorOptions,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  SSLMethod,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { EDGE_HEADER } from '../../lambdas/http/edge.ts';
import { accessLogs, acknowledgePolicy } from '../constructs/access-logs.ts';
import { builtConsole } from '../constructs/bundle.ts';
import { onViewerRequest } from '../constructs/edge-function.ts';
import { tidyEmptier } from '../constructs/emptier.ts';
import type { Settings } from '../settings/config.ts';
import type { ConsoleSettings } from '../settings/console.ts';
import { apiHeaders, pageHeaders } from './console-headers.ts';

export interface ConsoleProps {
  readonly environment: string;
  readonly settings: Pick<Settings, 'functionLogDays' | 'logBuckets'>;
  readonly console: ConsoleSettings;
  /** Host names of the APIs. */
  readonly api: string;
  /** What the API wants to see of the distribution, if it takes requests of no other. */
  readonly edgeSecret?: ISecret | undefined;
  readonly live: string;
  /** The web ACL, if there is one. */
  readonly webAclArn?: string | undefined;
}

const PRICE_CLASSES = {
  '100': PriceClass.PRICE_CLASS_100,
  '200': PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
} as const;

/** Paths of the HTTP API whose answers are data, and those with pages of their own. */
const DATA_PATHS = ['/v1/*', '/health', '/stats'];
const DOCS_PATHS = ['/docs*', '/catalogue*'];

/** The portal's pages, and no path that only begins like them: there the console would answer, in a frame. */
const PORTAL_PATHS = ['/portal', '/portal/*'];

/** Where Vite puts what has a hash in its name. */
const HASHED = 'assets/*';

/** The console's files and both APIs at one address, so that browsers need no CORS and cookies no other site. */
export class ConsoleStack extends Stack {
  /** Where browsers reach the console, where it has pages, and anybody the API. */
  readonly url: string;
  readonly hasPages: boolean;
  private readonly props: ConsoleProps;
  private readonly name: string;

  constructor(scope: Construct, id: string, console: ConsoleProps, props: StackProps) {
    super(scope, id, props);
    this.props = console;
    this.name = `posthorn-${console.environment}`;
    this.hasPages = console.console.pages !== false;
    const bucket = this.hasPages ? this.createBucket() : undefined;
    const distribution = this.createDistribution(bucket);
    if (bucket) this.upload(bucket);
    this.createRecords(distribution);
    this.url = `https://${console.console.domain?.name ?? distribution.distributionDomainName}`;
    if (bucket) new CfnOutput(this, 'ConsoleUrl', { value: this.url });
  }

  private createBucket(): IBucket {
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // It can be filled again by a deployment.
      removalPolicy: RemovalPolicy.DESTROY,
      ...accessLogs(this, this.props.settings),
      autoDeleteObjects: true,
    });
    tidyEmptier(this, this.props.settings.functionLogDays);
    acknowledgePolicy(bucket);
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'it holds files that anybody may read, and one distribution reads them',
    });
    // Its declaration does not fit `exactOptionalPropertyTypes`.
    return bucket as IBucket;
  }

  private createDistribution(bucket: IBucket | undefined): Distribution {
    const { console, webAclArn } = this.props;
    const distribution = new Distribution(this, 'Distribution', {
      comment: this.name,
      ...this.behaviors(bucket),
      ...(bucket && { defaultRootObject: 'index.html' }),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PRICE_CLASSES[console.priceClass ?? '100'],
      ...(console.domain && {
        domainNames: [console.domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', console.domain.certificateArn),
        sslSupportMethod: SSLMethod.SNI,
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      ...this.log(),
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
    });
    this.acknowledge(distribution);
    return distribution;
  }

  /** Cookies are credentials, and are left out. */
  private log() {
    const name = this.props.settings.logBuckets?.cloudFront;
    if (name === undefined) return {};
    const logBucket = Bucket.fromBucketName(this, 'CloudFrontLogs', name);
    return { logBucket, logFilePrefix: `${this.stackName}/`, logIncludesCookies: false };
  }

  /** CloudFront takes the first pattern that matches. */
  private behaviors(bucket: IBucket | undefined) {
    const headers = apiHeaders(this, this.name);
    const api = this.apiOrigin(this.props.api, this.props.edgeSecret);
    const session = onViewerRequest(this, 'Session', 'session-to-bearer.js', `${this.name}-session`);
    const toApi = (origin: IOrigin, answer: keyof typeof headers): BehaviorOptions => ({
      ...API_BEHAVIOR,
      origin,
      responseHeadersPolicy: headers[answer],
      functionAssociations: [session],
    });
    const at = (paths: readonly string[], behavior: BehaviorOptions) => paths.map((path) => [path, behavior]);
    const pages = bucket && this.pageBehaviors(bucket);
    return {
      defaultBehavior: pages?.byDefault ?? toApi(api, 'data'),
      additionalBehaviors: Object.fromEntries([
        ...at(DATA_PATHS, toApi(api, 'data')),
        ...at(DOCS_PATHS, toApi(api, 'docs')),
        ...at(['/live'], toApi(this.apiOrigin(this.props.live), 'data')),
        ...(pages?.others ?? []),
      ]),
    };
  }

  private pageBehaviors(bucket: IBucket) {
    // With LIST, a file that is not there is a 404 and not a 403. No request lists the bucket: `/` is a page.
    const originAccessLevels = [AccessLevel.READ, AccessLevel.LIST];
    const origin = S3BucketOrigin.withOriginAccessControl(bucket, { originAccessLevels });
    const headers = pageHeaders(this, this.name, this.props.console.embedOrigins);
    const index = onViewerRequest(this, 'Index', 'page-to-index.js', `${this.name}-index`);
    const files = { ...FILE_BEHAVIOR, origin, responseHeadersPolicy: headers.pages };
    const byDefault = { ...files, functionAssociations: [index] };
    const portal = { ...byDefault, responseHeadersPolicy: headers.portal };
    return {
      byDefault,
      others: [[`/${HASHED}`, files], ...PORTAL_PATHS.map((path) => [path, portal] as const)] as const,
    };
  }

  private apiOrigin(host: string, secret?: ISecret): HttpOrigin {
    return new HttpOrigin(host, {
      // CloudFormation puts the secret in place: the template has its name alone.
      ...(secret && { customHeaders: { [EDGE_HEADER]: secret.secretValue.unsafeUnwrap() } }),
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    });
  }

  /**
   * Hashed files stay, so that pages that were opened before a deployment still find theirs: some megabytes a release,
   * which cost fractions of a cent a month. What browsers ask for anew comes after them. Nothing is invalidated:
   * CloudFront keeps what says `no-cache` for the least time of its policy, a second.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#expiration-individual-objects
   */
  private upload(bucket: IBucket): void {
    const build = builtConsole(this);
    const role = this.uploadRole(bucket, build);
    const logGroup = new LogGroup(this, 'UploadLogs', {
      retention: this.props.settings.functionLogDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    const common = {
      sources: [Source.bucket(build.bucket, build.s3ObjectKey)],
      destinationBucket: bucket,
      // CDK would grant far more.
      role: role.withoutPolicyUpdates(),
      logGroup,
      outputObjectKeys: false,
    };
    const hashed = new BucketDeployment(this, 'Hashed', {
      ...common,
      exclude: ['*'],
      include: [HASHED],
      prune: false,
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    hashed.node.addDependency(role);
    const others = new BucketDeployment(this, 'Others', {
      ...common,
      exclude: [HASHED],
      cacheControl: [CacheControl.fromString('no-cache')],
    });
    others.node.addDependency(hashed);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-L1',
      reason: "the function that uploads is CDK's, with the runtime that CDK tests it on",
    });
  }

  /** What CDK's function needs for `aws s3 cp` of the build and `aws s3 sync` to the bucket. */
  private uploadRole(bucket: IBucket, build: Asset): Role {
    const role = new Role(this, 'UploadRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], resource: string): void => {
      role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
    };
    allow(['s3:GetObject'], build.bucket.arnForObjects(build.s3ObjectKey));
    allow(['s3:ListBucket'], bucket.bucketArn);
    allow(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], bucket.arnForObjects('*'));
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${this.getLogicalId(bucket.node.defaultChild as CfnElement)}.Arn>/*]`,
      reason: 'the files have the names that the build gives them',
    });
    return role;
  }

  private createRecords(distribution: Distribution): void {
    const { domain } = this.props.console;
    if (domain?.hostedZone === undefined) return;
    const { id: hostedZoneId, name: zoneName } = domain.hostedZone;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution));
    new ARecord(this, 'Ipv4', { zone, recordName: `${domain.name}.`, target });
    new AaaaRecord(this, 'Ipv6', { zone, recordName: `${domain.name}.`, target });
  }

  private acknowledge(distribution: Distribution): void {
    const { console, webAclArn } = this.props;
    const reasons: Record<string, string | undefined> = {
      'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk':
        'there is a default root object, and the index function makes a page of it before that',
      'AwsSolutions-CFR1': 'webhooks are not bound to countries',
      'AwsSolutions-CFR2':
        webAclArn === undefined ? 'a web ACL costs $9 a month: see console.waf' : undefined,
      'AwsSolutions-CFR3': 'files are public, and the API has an access log of its own',
      'AwsSolutions-CFR4':
        console.domain === undefined
          ? 'with its own certificate CloudFront takes TLSv1 from viewers: see console.domain'
          : undefined,
    };
    for (const [id, reason] of Object.entries(reasons))
      if (reason !== undefined) Validations.of(distribution).acknowledge({ id, reason });
  }
}

/** Nothing is cached, and everything is handed on but the viewer's Host, by which API Gateway would find no API. */
const API_BEHAVIOR = {
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  /**
   * With all viewer headers, Authorization goes to the origin, also one that a function has set.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-forward-authorization
   */
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  compress: false,
} satisfies AddBehaviorOptions;

const FILE_BEHAVIOR = {
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  cachePolicy: CachePolicy.CACHING_OPTIMIZED,
  compress: true,
} satisfies AddBehaviorOptions;
