import { type CfnElement, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ANSWER_SECONDS } from '../../lambdas/listeners/limits.ts';
import { PosthornFunction } from '../constructs/function.ts';
import { GradualRelease } from '../constructs/gradual-release.ts';
import type { Settings } from '../settings/config.ts';
import { createName } from './api-domain.ts';
import { PUSH_TIMEOUT } from './live-queue.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface LiveProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
}

/** Its path too, so that a distribution before it need not rewrite any. */
const STAGE = 'live';

/** A page waits for its handshake, and API Gateway gives it no more than 29 s. */
const TIMEOUT = Duration.seconds(10);

/** The WebSocket API of those who watch live, and the functions behind it. */
export class LiveChannel {
  /** Where clients connect: `wss://…/live`. */
  readonly url: string;
  /** The WebSocket API's own host name. */
  readonly host: string;
  readonly apiId: string;
  /** Passes deliveries on to listeners: behind a route of the HTTP API. */
  readonly relay: IFunction;

  constructor(scope: Construct, props: LiveProps) {
    const api = new WebSocketApi(scope, 'LiveApi', {
      apiName: `posthorn-${props.environment}-live`,
      routeSelectionExpression: '$request.body.type',
    });
    const url = `${api.apiEndpoint}/${STAGE}`;
    this.apiId = api.apiId;
    const { region, urlSuffix } = Stack.of(scope);
    // As the HTTP API's: see ApiStack.
    this.host = `${api.apiId}.execute-api.${region}.${urlSuffix}`;
    const live = createLive(scope, props).called;
    const integration = (name: string) => new WebSocketLambdaIntegration(name, live);
    const routes = [
      api.addRoute('$connect', { integration: integration('Connect') }),
      api.addRoute('$disconnect', { integration: integration('Disconnect') }),
      // The answer to a ping goes back by itself.
      api.addRoute('$default', { integration: integration('Message'), returnResponse: true }),
    ];
    for (const route of routes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'a browser sets no header on a WebSocket: the function behind $connect takes a ticket that opens one connection, and nothing comes without one',
      });
    }
    const { ratePerSecond, burst } = props.settings.apiThrottle;
    const stage = new WebSocketStage(scope, 'LiveStage', {
      webSocketApi: api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: ratePerSecond, burstLimit: burst },
    });
    Validations.of(stage).acknowledge({
      id: 'AwsSolutions-APIG1',
      reason: 'its access log takes a role of the whole account, which is not for one stack to set',
    });
    const { domain } = props.settings.api ?? {};
    const name = domain?.liveName;
    // The same path as at its own address.
    if (domain && name !== undefined)
      createName(scope, 'LiveDomain', { domain, name, api, stage, path: STAGE });
    this.url = name === undefined ? url : `wss://${name}/${STAGE}`;
    createPush(scope, props, url, api);
    this.relay = createRelay(scope, props, url, api).called;
  }
}

/** Partition keys of listeners, and of what is relayed to them: see listener-keys.ts. */
const LISTENERS = 'listeners';
const RELAYED = 'relay#*';

/** Partition keys of connections, and of who watches a tenant: see live-keys.ts. */
const CONNECTIONS = ['connection#*', 'live#*'];

/** Opens, keeps and closes connections. */
function createLive(scope: Construct, props: LiveProps): PosthornFunction {
  const { configTable, key, logTable, stateTable } = props.storage;
  const live = liveFunction(scope, 'Live', props, {
    folder: 'live',
    timeout: TIMEOUT,
    variables: {
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      STATE_TABLE: stateTable.tableName,
    },
  });
  // Whether a credential is still good: the tenant, and its keys and grants.
  live.allowItems(['dynamodb:GetItem'], configTable.tableArn, ['tenant#*', 'tenants']);
  live.allow(['kms:Decrypt'], key.keyArn);
  // The mark that a tenant is watched, see `markWatched`.
  live.allowItems(['dynamodb:UpdateItem'], logTable.tableArn, ['counts#*']);
  live.allowItems(['dynamodb:DeleteItem'], stateTable.tableArn, ['ticket#*', ...CONNECTIONS]);
  live.allowItems(['dynamodb:GetItem', 'dynamodb:PutItem'], stateTable.tableArn, CONNECTIONS);
  live.allowItems(['dynamodb:UpdateItem'], stateTable.tableArn, ['live#*']);
  live.allowItems(['dynamodb:GetItem', 'dynamodb:UpdateItem'], stateTable.tableArn, [LISTENERS]);
  live.allowItems(['dynamodb:UpdateItem'], stateTable.tableArn, [RELAYED]);
  live.allow(['dynamodb:Query'], stateTable.tableArn);
  return live;
}

/** Tells those who watch. */
function createPush(scope: Construct, props: LiveProps, url: string, api: WebSocketApi): void {
  const { settings, pipeline, storage } = props;
  const { stateTable } = storage;
  const { live, quarantine } = pipeline.queues;
  const push = liveFunction(scope, 'LivePush', props, {
    folder: 'live-push',
    timeout: PUSH_TIMEOUT,
    variables: {
      STATE_TABLE: stateTable.tableName,
      LIVE_URL: url,
      QUARANTINE_QUEUE_URL: quarantine.queueUrl,
    },
  });
  push.allowItems(['dynamodb:GetItem', 'dynamodb:UpdateItem'], stateTable.tableArn, ['live#*']);
  push.allowItems(['dynamodb:PutItem'], stateTable.tableArn, ['frames#*']);
  push.allowItems(['dynamodb:DeleteItem'], stateTable.tableArn, CONNECTIONS);
  push.allow(['dynamodb:Query'], stateTable.tableArn);
  push.allow(['sqs:SendMessage'], quarantine.queueArn);
  allowPosting(push, scope, api);
  // A second's worth in one frame.
  push.consume('LiveMessages', live, {
    batchSize: 100,
    window: Duration.seconds(1),
    maxConcurrency: settings.concurrency.live,
  });
}

/** Longer than a listener has for its answer. API Gateway ends a request after 30 s. */
const RELAY_TIMEOUT = Duration.seconds(ANSWER_SECONDS + 8);

/** Passes deliveries on to those who listen. */
function createRelay(scope: Construct, props: LiveProps, url: string, api: WebSocketApi): PosthornFunction {
  const { configTable, key, stateTable } = props.storage;
  const relay = liveFunction(scope, 'Relay', props, {
    folder: 'relay',
    timeout: RELAY_TIMEOUT,
    variables: {
      CONFIG_TABLE: configTable.tableName,
      STATE_TABLE: stateTable.tableName,
      LIVE_URL: url,
    },
  });
  // The secret that a delivery has to be signed with.
  relay.allowItems(['dynamodb:GetItem'], configTable.tableArn, ['tenant#*']);
  relay.allow(['kms:Decrypt'], key.keyArn);
  relay.allowItems(['dynamodb:GetItem', 'dynamodb:UpdateItem'], stateTable.tableArn, [LISTENERS]);
  relay.allowItems(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], stateTable.tableArn, [
    RELAYED,
  ]);
  allowPosting(relay, scope, api);
  return relay;
}

function allowPosting(to: PosthornFunction, scope: Construct, api: WebSocketApi): void {
  to.allow(['execute-api:ManageConnections'], connectionsOf(Stack.of(scope), api.apiId));
  to.acknowledgeWildcard(
    `AwsSolutions-IAM5[Resource::${connectionsAsReported(Stack.of(scope), api)}]`,
    'connections have no names before they are opened',
  );
}

const connectionsOf = (
  { partition, region, account }: Pick<Stack, 'partition' | 'region' | 'account'>,
  apiId: string,
): string => `arn:${partition}:execute-api:${region}:${account}:${apiId}/${STAGE}/POST/@connections/*`;

/** cdk-nag quotes what is named as it stands in the template, and the names of what is not. */
function connectionsAsReported(stack: Stack, api: WebSocketApi): string {
  const shown = (value: string, name: string): string =>
    Token.isUnresolved(value) ? `<AWS::${name}>` : value;
  const place = {
    partition: shown(stack.partition, 'Partition'),
    region: shown(stack.region, 'Region'),
    account: shown(stack.account, 'AccountId'),
  };
  return connectionsOf(place, `<${stack.getLogicalId(api.node.defaultChild as CfnElement)}>`);
}

function liveFunction(
  scope: Construct,
  id: string,
  props: LiveProps,
  { variables, ...of }: { folder: string; timeout: Duration; variables: Record<string, string> },
): PosthornFunction {
  const { environment, settings } = props;
  return new PosthornFunction(scope, id, {
    ...of,
    memoryMb: 256,
    settings,
    environment: { ...variables, POSTHORN_ENV: environment },
    release: GradualRelease.in(scope, props),
  });
}
