import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  type CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpApi,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  gatewayPath,
  PUBLIC_THROTTLE,
  pathsOf,
  type Route,
  routeKey,
  routeKeys,
} from '../../lambdas/api/route.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { EDGE_HEADER } from '../../lambdas/http/edge.ts';
import { TROUBLED_INDEX } from '../../lambdas/targets/troubled-index.ts';
import { PosthornFunction } from '../constructs/function.ts';
import { GradualRelease } from '../constructs/gradual-release.ts';
import { accessLog } from '../settings/access-log.ts';
import { rolesForManage } from '../settings/aws-destinations.ts';
import { allowedPortsOf, cacheMs, LOCAL, type Settings } from '../settings/config.ts';
import { oidcVariable } from '../settings/oidc.ts';
import { createName } from './api-domain.ts';
import type { Egress, GivenEgress } from './egress.ts';
import { allowSendingToLanes, type QueuesOfRegion, queueNames } from './lanes.ts';
import { LiveChannel } from './live-channel.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import { logIndexArns } from './replay-function.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ApiProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
  /** Networks that deliveries leave from, in all regions, where their addresses are fixed. */
  readonly egresses: readonly (Egress | GivenEgress)[];
}

/** The HTTP API ends a request after 30 s. A function that ends a little earlier can still answer with an error. */
const TIMEOUT = Duration.seconds(29);

/**
 * How long API Gateway caches a caller's identity. A revoked key works for at most this much longer, less than a minute
 * with a request in flight. A busy caller costs one invocation and two reads in this time.
 */
const AUTHORIZER_TTL = Duration.seconds(45);

const EDGE_SOURCE = `$request.header.${EDGE_HEADER}`;

/** The HTTP API and the functions behind it. */
export class ApiStack extends Stack {
  /** Where producers reach the API, without a slash at its end. */
  readonly url: string;
  /** The host name that a distribution before the API asks. */
  readonly host: string;
  readonly httpApiId: string;
  /** Where those who watch live connect. */
  readonly live: LiveChannel;
  private readonly api: ApiProps;
  /** Of routes that need no key. */
  private readonly open: IHttpRouteAuthorizer;

  constructor(scope: Construct, id: string, api: ApiProps, props: StackProps) {
    super(scope, id, props);
    this.api = api;
    this.live = new LiveChannel(this, api);
    const httpApi = this.createHttpApi();
    this.httpApiId = httpApi.apiId;
    const stage = this.createStage(httpApi);
    const { domain } = api.settings.api ?? {};
    // CDK's class and interface differ in whether `undefined` may be explicit.
    if (domain) createName(this, 'Domain', { domain, name: domain.name, api: httpApi as IHttpApi, stage });
    this.host = this.hostFor(httpApi);
    const name = domain?.name ?? this.nameOfDistribution();
    this.url = `https://${name ?? this.host}`;
    const authorizer = this.createAuthorizer();
    this.open = this.createOpen();
    // One permission for each function: one for each route would exceed the 20 KB of a function's policy.
    const options = { scopePermissionToRoute: false };
    const docs = this.createDocs().called;
    const integrations = {
      ingest: new HttpLambdaIntegration('Ingest', this.createIngest().called, options),
      manage: new HttpLambdaIntegration('Manage', this.createManage().called, options),
      relay: new HttpLambdaIntegration('Relay', this.live.relay, options),
      pull: new HttpLambdaIntegration('Pull', this.createPull().called, options),
      docs: new HttpLambdaIntegration('Docs', docs, options),
    };
    for (const route of Object.values<Route>(ROUTES)) {
      for (const path of pathsOf(route)) {
        const added = httpApi.addRoutes({
          path: gatewayPath({ ...route, path }),
          methods: [HttpMethod[route.method]],
          integration: integrations[route.function],
          authorizer: route.scope === 'none' ? this.authorizerOfPublic(route) : authorizer,
        });
        const key = routeKey({ ...route, path });
        if (route.scope === 'none') this.guardPublic(stage, key, route, added);
      }
    }
    this.addFallback(httpApi, stage, docs);
    new CfnOutput(this, 'ApiUrl', { value: name === undefined ? httpApi.apiEndpoint : this.url });
    new CfnOutput(this, 'LiveUrl', { value: this.live.url });
    new CfnOutput(this, 'ApiKeySecret', { value: api.storage.apiKey.secretArn });
  }

  /**
   * A name whose records are made here is there before any distribution asks for it. Where you make the records, only a
   * closed address makes a distribution wait for them.
   */
  private hostFor({ apiId }: HttpApi): string {
    const { domain, onlyAt } = this.api.settings.api ?? {};
    if (domain && (domain.hostedZone || onlyAt === 'domain')) return domain.name;
    // Not out of its endpoint, a URL: `Fn::Split` is not documented to take another stack's output.
    return `${apiId}.execute-api.${this.region}.${this.urlSuffix}`;
  }

  /** Where the distribution is the only way in. */
  private nameOfDistribution(): string | undefined {
    const { api, console } = this.api.settings;
    return api?.onlyAt === 'cloudFront' ? console?.domain?.name : undefined;
  }

  private createHttpApi(): HttpApi {
    const { browserOrigins, api } = this.api.settings;
    return new HttpApi(this, 'Api', {
      apiName: `posthorn-${this.api.environment}`,
      createDefaultStage: false,
      ...(api?.onlyAt === 'domain' && { disableExecuteApiEndpoint: true }),
      ...(browserOrigins.length > 0 && { corsPreflight: corsFor(browserOrigins) }),
    });
  }

  private createStage(httpApi: HttpApi): HttpStage {
    const { ratePerSecond, burst } = this.api.settings.apiThrottle;
    return new HttpStage(this, 'Stage', {
      httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: ratePerSecond, burstLimit: burst },
      accessLogSettings: accessLog(this, this.api.environment, this.api.settings.functionLogDays),
    });
  }

  /** A public route needs no key, so it is throttled, mostly far below what would hurt other routes. */
  private guardPublic(
    stage: HttpStage,
    key: string,
    { throttle, openBecause }: Pick<Route, 'throttle' | 'openBecause'>,
    added: readonly HttpRoute[],
  ): void {
    const resource = stage.node.defaultChild as CfnStage;
    if (throttle !== undefined) {
      resource.routeSettings = {
        ...(resource.routeSettings as object | undefined),
        [key]: { ThrottlingRateLimit: throttle, ThrottlingBurstLimit: throttle },
      };
    }
    for (const each of added) {
      resource.node.addDependency(each);
      Validations.of(each).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: openBecause ?? 'expected a route that is open to all to say why',
      });
    }
  }

  /** A request that matches no route gets the common error format. */
  private addFallback(httpApi: HttpApi, stage: HttpStage, docs: IFunction): void {
    const fallback = new HttpRoute(this, 'Fallback', {
      httpApi,
      routeKey: HttpRouteKey.DEFAULT,
      // Its own permission: the other routes' permission requires a method and a path, which $default lacks.
      integration: new HttpLambdaIntegration('Fallback', docs),
      authorizer: this.open,
    });
    const guard = { throttle: PUBLIC_THROTTLE, openBecause: 'it only answers that no route matches' };
    this.guardPublic(stage, HttpRouteKey.DEFAULT.key, guard, [fallback]);
  }

  /** Dispatch itself posts to listeners, at the API's own address. A signature guards that route. */
  private authorizerOfPublic(route: Route): IHttpRouteAuthorizer {
    return route === ROUTES.relayRequest ? new HttpNoneAuthorizer() : this.open;
  }

  /** What guards routes that are open to all: nothing, or that they are called through the distribution. */
  private createOpen(): IHttpRouteAuthorizer {
    const { edgeSecret } = this.api.storage;
    if (!edgeSecret) return new HttpNoneAuthorizer();
    const edge = this.createFunction('Edge', 'edge', Duration.seconds(5), 256, this.edgeVariables());
    edge.allow(['secretsmanager:GetSecretValue'], edgeSecret.secretArn);
    return new HttpLambdaAuthorizer('EdgeAuthorizer', edge.function, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: [EDGE_SOURCE],
      resultsCacheTtl: AUTHORIZER_TTL,
    });
  }

  private edgeVariables(): Record<string, string> {
    const { edgeSecret } = this.api.storage;
    if (!edgeSecret) return {};
    return {
      EDGE_SECRET_ARN: edgeSecret.secretArn,
      EDGE_SECRET_CACHE_MS: cacheMs(this.api.settings, 'firstKey'),
    };
  }

  private createAuthorizer(): HttpLambdaAuthorizer {
    const { apiKey, configTable, edgeSecret, key, stateTable } = this.api.storage;
    const authorize = this.createFunction('Authorize', 'authorize', Duration.seconds(5), 256, {
      API_KEY_SECRET_ARN: apiKey.secretArn,
      FIRST_KEY_CACHE_MS: cacheMs(this.api.settings, 'firstKey'),
      CONFIG_TABLE: configTable.tableName,
      STATE_TABLE: stateTable.tableName,
      ...this.edgeVariables(),
    });
    authorize.allow(['secretsmanager:GetSecretValue'], apiKey.secretArn);
    if (edgeSecret) authorize.allow(['secretsmanager:GetSecretValue'], edgeSecret.secretArn);
    authorize.allow(['dynamodb:GetItem'], configTable.tableArn);
    authorize.allow(['kms:Decrypt'], key.keyArn);
    // When keys were last used, and no other items of the table: see key-use-store.ts.
    authorize.allowItems(['dynamodb:PutItem'], stateTable.tableArn, ['key-use']);
    return new HttpLambdaAuthorizer('Authorizer', authorize.called, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // A request that lacks one is refused without asking the function.
      identitySource: ['$request.header.Authorization', ...(edgeSecret ? [EDGE_SOURCE] : [])],
      resultsCacheTtl: AUTHORIZER_TTL,
    });
  }

  private createIngest(): PosthornFunction {
    const { payloads, configTable, key, logTable } = this.api.storage;
    const { events } = this.api.pipeline.queues;
    // 512 MB hold the largest payload several times over: as text, as bytes, and in the request to S3.
    const ingest = this.createFunction('Ingest', 'ingest', TIMEOUT, 512, {
      EVENTS_QUEUE_URL: events.queueUrl,
      PAYLOAD_BUCKET: payloads.bucketName,
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      ADDRESS_CACHE_MS: cacheMs(this.api.settings, 'address'),
      EVENT_TYPE_CACHE_MS: cacheMs(this.api.settings, 'eventType'),
      ROUTES: JSON.stringify(routesOfIngest()),
    });
    ingest.allow(['sqs:SendMessage'], events.queueArn);
    // Subscriptions that events are addressed to, with their secrets, and schemas of event types; not items of the
    // environment, such as the key that signs portal tokens: see config-keys.ts.
    ingest.allowItems(['dynamodb:GetItem'], configTable.tableArn, ['tenant#*', 'tenants', 'address#*']);
    // Which events have the ids that producers chose, and no other items of the log: see id-claim-store.ts.
    ingest.allowItems(['dynamodb:BatchGetItem'], logTable.tableArn, ['id#*']);
    ingest.allow(['kms:Decrypt'], key.keyArn);
    ingest.allow(['s3:PutObject'], payloads.arnForObjects('payloads/*'));
    ingest.acknowledgeWildcard(
      this.api.storage.payloadsWildcard,
      'payloads/* is where payloads go, under keys made on arrival',
    );
    return ingest;
  }

  private createManage(): PosthornFunction {
    const { configTable, key, logTable, stateTable, payloads, alerts } = this.api.storage;
    const { queues, queuesByRegion } = this.api.pipeline;
    const manage = this.createFunction('Manage', 'manage', TIMEOUT, 512, {
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      STATE_TABLE: stateTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      ALERTS_TOPIC_ARN: alerts.topic.topicArn,
      QUEUES: queueNames(queuesByRegion.map(withoutLast)),
      LOG_RETENTION_SECONDS: String(this.api.settings.logRetentionHours * 3600),
      AUDIT_SECONDS: String(this.api.settings.auditDays * 86_400),
      SECRET_OVERLAP_HOURS: String(this.api.settings.secretOverlapHours),
      MAX_LOG_RETENTION_HOURS: String(this.api.settings.maxLogRetentionHours),
      ALLOWED_PORTS: allowedPortsOf(this.api.settings),
      LIVE_URL: this.live.url,
      EGRESS_ADDRESSES: this.egressAddresses(),
      OIDC: oidcVariable(this.api.settings.console?.oidc),
      // The room for variables is nearly used up: these are left out where they would say no.
      ...(this.api.settings.tenantMail && { TENANT_MAIL: 'true' }),
      ...whereTargetsMayBe(this.api.settings),
      ...(this.api.environment === LOCAL && { PLAIN_HTTP: 'true' }),
    });
    manage.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:BatchWriteItem',
      ],
      configTable.tableArn,
    );
    manage.allow(['kms:Decrypt'], key.keyArn);
    manage.allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], logTable.tableArn);
    // A replay is noted before it is sent; see replay-claim-store.ts. The audit trail is written, never deleted from.
    manage.allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], logTable.tableArn);
    manage.allow(['dynamodb:Query'], ...logIndexArns(this.api.storage));
    manage.allow(
      ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
      stateTable.tableArn,
    );
    manage.allow(['dynamodb:Query'], `${stateTable.tableArn}/index/${TROUBLED_INDEX.name}`);
    // What is known of a deleted target. The keys of its health are older than their names.
    manage.allowItems(['dynamodb:DeleteItem'], stateTable.tableArn, [
      'standing#*',
      'rate#*',
      'challenge#*',
      'failing-targets',
      'listeners',
    ]);
    // Rules that are to be judged: see rule-state-store.ts.
    manage.allowItems(['dynamodb:UpdateItem', 'dynamodb:DeleteItem'], stateTable.tableArn, ['alert-rules#*']);
    alerts.allowPublish(manage);
    manage.allow(['s3:ListBucket'], payloads.bucketArn);
    manage.allow(['s3:GetObject', 's3:PutObject'], payloads.arnForObjects('payloads/*'));
    manage.acknowledgeWildcard(
      this.api.storage.payloadsWildcard,
      'payloads/* is where payloads are, under keys made on arrival',
    );
    manage.allow(['sqs:SendMessage'], queues.events.queueArn, queues.replays.queueArn, queues.live.queueArn);
    allowSendingToLanes(manage, this.api.pipeline.lanes, ['slow', 'bulk']);
    const allQueues = queuesByRegion.flatMap((region) => Object.values(region.queues));
    manage.allow(['sqs:GetQueueAttributes'], ...allQueues.map(({ queueArn }) => queueArn));
    manage.allow(['cloudwatch:GetMetricData'], '*');
    manage.acknowledgeWildcard(
      'AwsSolutions-IAM5[Resource::*]',
      'reading metrics can be allowed for all metrics only; it reads how old messages in queues are',
    );
    return manage;
  }

  /** Hands out messages to those who fetch them. */
  private createPull(): PosthornFunction {
    const { configTable, key, logTable, stateTable, payloads } = this.api.storage;
    const { outcomes, deadLetters } = this.api.pipeline.queues;
    // 512 MB hold an answer of the largest payload several times over: as bytes, as base64, and in what Lambda is answered.
    const pull = this.createFunction('Pull', 'pull', TIMEOUT, 512, {
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      STATE_TABLE: stateTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      OUTCOMES_QUEUE_URL: outcomes.queueUrl,
      DEAD_LETTERS_QUEUE_URL: deadLetters.queueUrl,
      TARGET_CACHE_MS: cacheMs(this.api.settings, 'target'),
    });
    // Targets, with the secrets that sign.
    pull.allowItems(['dynamodb:BatchGetItem'], configTable.tableArn, ['tenant#*']);
    pull.allow(['kms:Decrypt'], key.keyArn);
    // Whether a delivery was sent again meanwhile.
    pull.allowItems(['dynamodb:BatchGetItem'], logTable.tableArn, ['delivery#*']);
    // Hold queues, and nothing else of the table. Their keys are older than their name.
    pull.allowItems(
      ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
      stateTable.tableArn,
      ['room#*'],
    );
    pull.allow(['dynamodb:Query'], stateTable.tableArn);
    pull.allow(['sqs:SendMessage'], outcomes.queueArn, deadLetters.queueArn);
    pull.allow(['s3:GetObject'], payloads.arnForObjects('payloads/*'));
    pull.acknowledgeWildcard(
      this.api.storage.payloadsWildcard,
      'payloads/* is where payloads are, under keys made on arrival',
    );
    return pull;
  }

  /** Regions with the addresses that their deliveries leave from. */
  private egressAddresses(): string {
    const { egresses } = this.api;
    // The addresses are read, not referred to, so CDK does not see the dependency.
    for (const egress of egresses) this.addStackDependency(Stack.of(egress));
    return this.toJsonString(egresses.map(({ region, addressesElsewhere }) => [region, addressesElsewhere]));
  }

  /** Serves the API's description. It needs no grant and no setting. */
  private createDocs(): PosthornFunction {
    return this.createFunction('Docs', 'docs', Duration.seconds(10), 256, {});
  }

  private createFunction(
    id: string,
    folder: string,
    timeout: Duration,
    memoryMb: number,
    environment: Record<string, string>,
  ): PosthornFunction {
    return new PosthornFunction(this, id, {
      folder,
      timeout,
      memoryMb,
      settings: this.api.settings,
      environment: { ...environment, POSTHORN_ENV: this.api.environment },
      release: GradualRelease.in(this, this.api),
    });
  }
}

/**
 * Both flags say no outside the local cloud. They make room for the roles where there are any, and stay where there are none,
 * so that the last release finds them while the next is deployed.
 */
function whereTargetsMayBe({
  awsDestinations,
  allowHttp,
  allowPrivateAddresses,
}: Settings): Record<string, string> {
  const isOpen = allowHttp || allowPrivateAddresses;
  return {
    ...((isOpen || !awsDestinations) && {
      ALLOW_HTTP: String(allowHttp),
      ALLOW_PRIVATE_ADDRESSES: String(allowPrivateAddresses),
    }),
    ...(awsDestinations && { AWS_ROLES: rolesForManage(awsDestinations) }),
  };
}

/** From route keys to operation and scope: what ingest needs of the routes, without their schemas. */
const routesOfIngest = (): Record<string, [operation: string, scope: string]> =>
  Object.fromEntries(
    Object.entries<Route>(ROUTES)
      .filter(([, route]) => route.function === 'ingest')
      .flatMap(([operation, route]) => routeKeys(route).map((key) => [key, [operation, route.scope]])),
  );

/**
 * The function finds the last queues of a further AWS region as the dead-letter queues of the lanes there: with their names,
 * the variables of an environment with the most regions are longer than 4 KB.
 */
function withoutLast(region: QueuesOfRegion): QueuesOfRegion {
  if (region.region === undefined) return region;
  const { deadLetters: _, quarantine: __, ...queues } = region.queues;
  return { ...region, queues };
}

/** What a page of these origins may send and read. API Gateway answers the preflight itself. */
const corsFor = (origins: string[]): CorsPreflightOptions => ({
  allowOrigins: origins,
  allowMethods: [
    CorsHttpMethod.GET,
    CorsHttpMethod.POST,
    CorsHttpMethod.PUT,
    CorsHttpMethod.PATCH,
    CorsHttpMethod.DELETE,
  ],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'traceparent', 'tracestate'],
  exposeHeaders: ['etag', 'link'],
  // The longest that Chromium caches a preflight.
  maxAge: Duration.hours(2),
});
