import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { HOME, writeQueues } from '../../lambdas/delivery/queues/queue-names.ts';
import { externalIdOf } from '../../lambdas/destinations/aws/external-id.ts';
import { certificateSecrets } from '../../lambdas/destinations/certificate-secrets.ts';
import { LANES, type Lane } from '../../lambdas/endpoint-health/lane.ts';
import { TIMEOUT_SECONDS } from '../../lambdas/targets/timeout.ts';
import type { Alerts } from '../constructs/alerts.ts';
import type { Mapping, Network, PosthornFunction } from '../constructs/function.ts';
import { GradualRelease } from '../constructs/gradual-release.ts';
import { posthornQueue } from '../constructs/queue.ts';
import type { AwsDestinations } from '../settings/aws-destinations.ts';
import { allowedPortsOf, cacheMs, type Settings } from '../settings/config.ts';
import { pipelineFunction } from './pipeline-function.ts';

/** The slowest endpoint may use its whole timeout; then the outcome is sent. */
const TIMEOUT = Duration.seconds(TIMEOUT_SECONDS.max + 15);

/** The lanes of one AWS region. */
export interface RegionalLanes {
  /** The AWS region; undefined for home's. */
  readonly region?: string | undefined;
  /** The regions, as events name them, whose deliveries use these lanes; `.` for all without lanes of their own. */
  readonly serves: readonly string[];
  readonly queues: Readonly<Record<Lane, IQueue>>;
}

export const lanesAtHome = (queues: RegionalLanes['queues']): RegionalLanes => ({ serves: [HOME], queues });

/** What dispatch needs in each region. */
export interface Surroundings {
  readonly environment: string;
  readonly settings: Settings;
  /** The lanes of all regions, home's among them. */
  readonly lanes: readonly RegionalLanes[];
  /** The AWS region of tables and payloads, for functions in another region. */
  readonly homeRegion?: string | undefined;
  readonly configTable: Pick<ITable, 'tableName' | 'tableArn'>;
  readonly stateTable: Pick<ITable, 'tableName' | 'tableArn'>;
  readonly logTable: Pick<ITable, 'tableName' | 'tableArn'>;
  readonly key: Pick<IKey, 'keyArn'>;
  readonly payloads: Pick<IBucket, 'bucketName' | 'bucketArn' | 'arnForObjects'>;
  /** cdk-nag's name for a role's access to everything under `payloads/`. */
  readonly payloadsWildcard: string;
  readonly alerts: Pick<Alerts, 'topic' | 'allowPublish'>;
  readonly events: IQueue;
  readonly outcomes: IQueue;
  readonly live: IQueue;
  readonly deadLetters: IQueue;
  readonly quarantine: IQueue;
  /** The network that dispatch posts from. Default: any address of AWS. */
  readonly network?: Network | undefined;
}

/**
 * How messages reach dispatch. Ten messages share an invocation's waiting time; in a fast lane each may hold five
 * deliveries. A window trades latency for fewer invocations, as bulk does: its deliveries are not urgent, and the more of
 * a target arrive in one batch, the fewer wait in the hold queue for a batch.
 */
const MAPPINGS: Record<Lane, Omit<Mapping, 'maxConcurrency'>> = {
  critical: { batchSize: 10 },
  standard: { batchSize: 10 },
  slow: { batchSize: 10 },
  bulk: { batchSize: 100, window: Duration.seconds(2) },
};

/** The construct id of a lane's queue is `StandardLane`, of its function `DispatchStandard`. */
const capitalised = (lane: Lane): string => `${lane[0]!.toUpperCase()}${lane.slice(1)}`;

/** Creates the lanes' queues. @param retention of messages in a work queue */
export function createLaneQueues(
  scope: Construct,
  deadLetterQueue: IQueue,
  retention: Duration,
): Record<Lane, Queue> {
  return perLane((lane) =>
    posthornQueue(scope, `${capitalised(lane)}Lane`, {
      retention,
      functionTimeout: TIMEOUT,
      deadLetterQueue,
    }),
  );
}

/**
 * Creates one function for each lane, all of the same code: a lane is a queue with its own concurrency.
 * @param queues of the functions' own region
 */
export function createDispatch(
  scope: Construct,
  queues: RegionalLanes['queues'],
  surroundings: Surroundings,
): Record<Lane, PosthornFunction> {
  return perLane((lane) => {
    const dispatch = dispatchOf(scope, lane, surroundings);
    const maxConcurrency = surroundings.settings.concurrency[lane];
    dispatch.consume('Lane', queues[lane], { ...MAPPINGS[lane], maxConcurrency });
    return dispatch;
  });
}

function dispatchOf(scope: Construct, lane: Lane, surroundings: Surroundings): PosthornFunction {
  const { environment, settings, quarantine, lanes, homeRegion, network } = surroundings;
  const { configTable, stateTable, logTable, key, payloads, alerts } = surroundings;
  const { events, outcomes, deadLetters } = surroundings;
  const dispatch = pipelineFunction(scope, `Dispatch${capitalised(lane)}`, {
    folder: 'dispatch',
    timeout: TIMEOUT,
    environment,
    settings,
    quarantine,
    network,
    // Retries and drain messages come back, and operational events become deliveries.
    isInLoop: true,
    release: releaseIn(scope, surroundings),
    variables: {
      LANE: lane,
      LANES: laneNames(lanes, ONWARD),
      ...(homeRegion && { HOME_REGION: homeRegion }),
      ALLOW_PRIVATE_ADDRESSES: String(settings.allowPrivateAddresses),
      ALLOWED_PORTS: allowedPortsOf(settings),
      DISABLE_AFTER_HOURS: String(settings.disableAfterHours),
      HEALTH_CACHE_MS: cacheMs(settings, 'endpointHealth'),
      TARGET_CACHE_MS: cacheMs(settings, 'target'),
      CONFIG_TABLE: configTable.tableName,
      STATE_TABLE: stateTable.tableName,
      LOG_TABLE: logTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      EVENTS_QUEUE_URL: events.queueUrl,
      OUTCOMES_QUEUE_URL: outcomes.queueUrl,
      DEAD_LETTERS_QUEUE_URL: deadLetters.queueUrl,
      ALERTS_TOPIC_ARN: alerts.topic.topicArn,
    },
  });
  dispatch.allow(['dynamodb:BatchGetItem'], configTable.tableArn);
  dispatch.allow(['kms:Decrypt'], key.keyArn);
  dispatch.allow(
    ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    stateTable.tableArn,
  );
  // Whether a delivery that waited was sent meanwhile: see superseded.ts.
  dispatch.allow(['dynamodb:BatchGetItem'], logTable.tableArn);
  // Only this lane drains hold queues.
  if (lane === 'slow') dispatch.allow(['dynamodb:Query', 'dynamodb:DeleteItem'], stateTable.tableArn);
  allowReadingCertificates(dispatch, surroundings);
  allowReadingPayloads(dispatch, surroundings);
  alerts.allowPublish(dispatch);
  if (settings.awsDestinations) allowAssuming(dispatch, environment, settings.awsDestinations);
  allowSendingToLanes(dispatch, lanes, ONWARD);
  const queues = [events, outcomes, deadLetters];
  dispatch.allow(['sqs:SendMessage'], ...queues.map(({ queueArn }) => queueArn));
  return dispatch;
}

/** How releases take over in a stack. Another region has alarms of its own. */
export const releaseIn = (
  scope: Construct,
  { environment, settings, homeRegion }: Pick<Surroundings, 'environment' | 'settings' | 'homeRegion'>,
): GradualRelease | undefined =>
  GradualRelease.in(scope, { environment, settings, place: homeRegion ? 'further region' : 'home' });

/** Lanes that dispatch sends to. No delivery moves to a fast one. A held delivery may be of any region. */
const ONWARD: readonly Lane[] = ['slow', 'bulk'];

/** As `queues/lane-queues.ts` reads it. */
export const laneNames = (regions: readonly RegionalLanes[], lanes: readonly Lane[] = LANES): string =>
  queueNames(
    servingRegions(regions).map(({ queues, ...region }) => ({
      ...region,
      queues: Object.fromEntries(lanes.map((lane) => [lane, queues[lane]])),
    })),
  );

/** Queues of one AWS region by what they are for. */
export interface QueuesOfRegion extends Omit<RegionalLanes, 'queues'> {
  readonly queues: Readonly<Record<string, IQueue>>;
}

/** The same for any queues. @param regions home's first */
export function queueNames(regions: readonly QueuesOfRegion[]): string {
  const [home] = Object.values(regions[0]!.queues);
  return writeQueues(
    home!.queueUrl,
    regions.map(({ region, serves, queues }) => ({
      region,
      serves,
      queues: Object.fromEntries(Object.entries(queues).map(([name, { queueName }]) => [name, queueName])),
    })),
  );
}

export function allowSendingToLanes(
  sender: PosthornFunction,
  regions: readonly RegionalLanes[],
  lanes: readonly Lane[] = LANES,
): void {
  const queues = servingRegions(regions).flatMap((region) => lanes.map((lane) => region.queues[lane]));
  sender.allow(['sqs:SendMessage'], ...queues.map(({ queueArn }) => queueArn));
}

/** A region that is being given up gets no deliveries. */
const servingRegions = (regions: readonly RegionalLanes[]): readonly RegionalLanes[] =>
  regions.filter(({ serves }) => serves.length > 0);

export function allowReadingPayloads(
  reader: PosthornFunction,
  { payloads, payloadsWildcard }: Pick<Surroundings, 'payloads' | 'payloadsWildcard'>,
): void {
  reader.allow(['s3:GetObject'], payloads.arnForObjects('payloads/*'));
  // Without it S3 answers 403 for a missing object, as for a missing grant.
  reader.allow(['s3:ListBucket'], payloads.bucketArn);
  reader.acknowledgeWildcard(
    payloadsWildcard,
    'payloads/* is where ingest puts payloads, under keys made on arrival',
  );
}

/** Their owners put them there: docs/deploy.md. They are encrypted with AWS's own key, or with that of the environment. */
function allowReadingCertificates(
  reader: PosthornFunction,
  { environment, homeRegion }: Pick<Surroundings, 'environment' | 'homeRegion'>,
): void {
  const { partition, region, account } = Stack.of(reader);
  const place = (parts: string[]): string =>
    `arn:${parts.join(':')}:secret:${certificateSecrets(environment)}*`;
  reader.allow(
    ['secretsmanager:GetSecretValue'],
    place([partition, 'secretsmanager', homeRegion ?? region, account]),
  );
  // As cdk-nag quotes it.
  const quoted = (text: string, name: string): string => (Token.isUnresolved(text) ? `<AWS::${name}>` : text);
  const finding = place([
    Token.isUnresolved(region) || Token.isUnresolved(partition) ? '<AWS::Partition>' : partition,
    'secretsmanager',
    homeRegion ?? quoted(region, 'Region'),
    quoted(account, 'AccountId'),
  ]);
  reader.acknowledgeWildcard(
    `AwsSolutions-IAM5[Resource::${finding}]`,
    'secrets end in six random characters, and there is one for each client certificate of a target',
  );
}

/** Consumers' roles, and only with an external id of this environment: see role-sessions.ts. */
function allowAssuming(dispatch: PosthornFunction, environment: string, { roles }: AwsDestinations): void {
  dispatch.allowWhere(['sts:AssumeRole'], roles, {
    StringLike: { 'sts:ExternalId': externalIdOf(environment, '*') },
  });
  for (const role of roles)
    dispatch.acknowledgeWildcard(
      `AwsSolutions-IAM5[Resource::${role}]`,
      'the roles are of consumers, who name them; each has to trust this account and ask for an external id',
    );
}

const perLane = <T>(make: (lane: Lane) => T): Record<Lane, T> =>
  Object.fromEntries(LANES.map((lane) => [lane, make(lane)])) as Record<Lane, T>;
