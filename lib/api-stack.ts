import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import * as eventRoutes from '../lambdas/api/events.ts';
import type { Route as DeclaredRoute } from '../lambdas/api/route.ts';
import { ROUTES, type Route, routeKey } from '../lambdas/api/routes.ts';
import type { Settings } from './config.ts';
import { PosthornFunction } from './constructs/function.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ApiProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
}

/** HTTP API ends a request after 30 s; a function that answers a little earlier can still say what went wrong. */
const TIMEOUT = Duration.seconds(29);

/** A replaced key works for at most this much longer, and a busy caller costs one invocation in this time. */
const AUTHORIZER_TTL = Duration.minutes(1);

/** Requests a second on a public route: many monitors' worth. */
const PUBLIC_THROTTLE = 20;

/** The HTTP API and the functions behind it. */
export class ApiStack extends Stack {
  private readonly api: ApiProps;

  constructor(scope: Construct, id: string, api: ApiProps, props: StackProps) {
    super(scope, id, props);
    this.api = api;
    const httpApi = this.createHttpApi();
    const stage = this.createStage(httpApi);
    const authorizer = this.createAuthorizer();
    // One permission for each function: one for each route would outgrow the 20 KB of a function's policy.
    const options = { scopePermissionToRoute: false };
    const integrations = {
      ingest: new HttpLambdaIntegration('Ingest', this.createIngest().function, options),
      manage: new HttpLambdaIntegration('Manage', this.createManage().function, options),
    };
    for (const route of Object.values<Route>(ROUTES)) {
      const added = httpApi.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: integrations[route.function],
        authorizer: route.public ? new HttpNoneAuthorizer() : authorizer,
      });
      if (route.public) this.guardPublic(stage, route, added);
    }
    new CfnOutput(this, 'ApiUrl', { value: httpApi.apiEndpoint });
    new CfnOutput(this, 'ApiKeySecret', { value: api.storage.apiKey.secretArn });
  }

  private createHttpApi(): HttpApi {
    return new HttpApi(this, 'Api', {
      apiName: `posthorn-${this.api.environment}`,
      createDefaultStage: false,
    });
  }

  private createStage(httpApi: HttpApi): HttpStage {
    const { ratePerSecond, burst } = this.api.settings.apiThrottle;
    return new HttpStage(this, 'Stage', {
      httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: ratePerSecond, burstLimit: burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', { retention: this.api.settings.functionLogDays }),
        ),
        format: accessLogFormat(),
      },
    });
  }

  /** Anyone may call a public route, so it is throttled far below what would hurt the others. */
  private guardPublic(stage: HttpStage, route: Route, added: ReturnType<HttpApi['addRoutes']>): void {
    const resource = stage.node.defaultChild as CfnStage;
    resource.routeSettings = {
      ...(resource.routeSettings as object | undefined),
      [routeKey(route)]: { ThrottlingRateLimit: PUBLIC_THROTTLE, ThrottlingBurstLimit: PUBLIC_THROTTLE },
    };
    for (const each of added) {
      resource.node.addDependency(each);
      Validations.of(each).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'health is for load balancers and monitors, which have no key; it tells which parts answer, no more',
      });
    }
  }

  private createAuthorizer(): HttpLambdaAuthorizer {
    const { apiKey, key } = this.api.storage;
    const authorize = this.createFunction('Authorize', 'authorize', Duration.seconds(5), 256, {
      API_KEY_SECRET_ARN: apiKey.secretArn,
    });
    authorize.allow(['secretsmanager:GetSecretValue'], apiKey.secretArn);
    authorize.allow(['kms:Decrypt'], key.keyArn);
    return new HttpLambdaAuthorizer('Authorizer', authorize.function, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      resultsCacheTtl: AUTHORIZER_TTL,
    });
  }

  private createIngest(): PosthornFunction {
    const { payloads, configTable, key } = this.api.storage;
    const { events } = this.api.pipeline.queues;
    // 512 MB hold the largest payload several times over: as text, as bytes, on its way to S3.
    const ingest = this.createFunction('Ingest', 'ingest', TIMEOUT, 512, {
      EVENTS_QUEUE_URL: events.queueUrl,
      PAYLOAD_BUCKET: payloads.bucketName,
      CONFIG_TABLE: configTable.tableName,
      ROUTES: JSON.stringify(routesOfIngest()),
    });
    ingest.allow(['sqs:SendMessage'], events.queueArn);
    // Subscriptions that events are addressed to, with their secrets, and the schemas of event types.
    ingest.allow(['dynamodb:GetItem'], configTable.tableArn);
    ingest.allow(['kms:Decrypt'], key.keyArn);
    ingest.allow(['s3:PutObject'], payloads.arnForObjects('payloads/*'));
    ingest.acknowledgeWildcard(
      this.api.storage.payloadsWildcard,
      'payloads/* is where payloads go, under keys that are made when they come',
    );
    return ingest;
  }

  private createManage(): PosthornFunction {
    const { configTable, key, logTable, stateTable, payloads } = this.api.storage;
    const { queues } = this.api.pipeline;
    const manage = this.createFunction('Manage', 'manage', TIMEOUT, 512, {
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      ALLOW_HTTP: String(this.api.settings.allowHttp),
      HEALTH_COMPONENTS: this.toJsonString({
        config: ['table', configTable.tableName],
        log: ['table', logTable.tableName],
        state: ['table', stateTable.tableName],
        payloads: ['bucket', payloads.bucketName],
        ...Object.fromEntries(
          Object.entries(queues).map(([name, queue]) => [name, ['queue', queue.queueUrl]]),
        ),
      }),
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
    manage.allow(['dynamodb:GetItem'], stateTable.tableArn);
    manage.allow(['s3:ListBucket'], payloads.bucketArn);
    manage.allow(['sqs:GetQueueAttributes'], ...Object.values(queues).map(({ queueArn }) => queueArn));
    return manage;
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
      logDays: this.api.settings.functionLogDays,
      environment: { ...environment, POSTHORN_ENV: this.api.environment },
    });
  }
}

/** From route keys to operation and scope: what ingest needs of the declarations, without their schemas. */
const routesOfIngest = (): Record<string, [operation: string, scope: string]> =>
  Object.fromEntries(
    Object.entries<DeclaredRoute>(eventRoutes)
      .filter(([, route]) => route.function === 'ingest')
      .map(([operation, route]) => [routeKey(route as Route), [operation, route.scope]]),
  );

/** Few fields, since every request writes a line: who, what, how it went, where to look further. */
const accessLogFormat = (): AccessLogFormat =>
  AccessLogFormat.custom(
    JSON.stringify({
      id: AccessLogField.contextRequestId(),
      ip: AccessLogField.contextIdentitySourceIp(),
      route: '$context.routeKey',
      status: AccessLogField.contextStatus(),
      ms: AccessLogField.contextResponseLatency(),
      error: AccessLogField.contextIntegrationErrorMessage(),
    }),
  );
