import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Lane } from '../../lambdas/endpoint-health/lane.ts';
import type { PosthornFunction } from '../constructs/function.ts';
import { GradualRelease } from '../constructs/gradual-release.ts';
import { EVENT_RECEIVES, type PosthornQueueProps, posthornQueue } from '../constructs/queue.ts';
import { cacheMs, type Settings } from '../settings/config.ts';
import { logEnvironment } from '../settings/log-environment.ts';
import { createEgress, type Egress, type GivenEgress } from './egress.ts';
import {
  allowReadingPayloads,
  allowSendingToLanes,
  createDispatch,
  createLaneQueues,
  laneNames,
  lanesAtHome,
  type QueuesOfRegion,
  type RegionalLanes,
  type Surroundings,
} from './lanes.ts';
import { createDeadLetterWriter, createLastQueues, RETENTION } from './last-queues.ts';
import { createLiveQueue } from './live-queue.ts';
import { type PipelineFunctionProps, pipelineFunction } from './pipeline-function.ts';
import type { RegionQueuesStack } from './region-stacks.ts';
import { createReplay, REPLAY_TIMEOUT } from './replay-function.ts';
import type { StorageStack } from './storage-stack.ts';

export interface PipelineProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  /** Queues in further AWS regions. */
  readonly regions: readonly RegionQueuesStack[];
}

/**
 * Timeouts of the functions behind the queues. Each is the longest good run with a margin: a run cut short repeats its
 * work, and the queue's visibility timeout is six times as long.
 */
const TIMEOUT = {
  fanout: Duration.seconds(30),
  record: Duration.seconds(30),
  // The next run begins a minute after this one.
  release: Duration.seconds(55),
};

/** What an event passes through: queues, the functions between them, the schedule that releases parked deliveries. */
export class PipelineStack extends Stack {
  readonly queues: Record<
    Lane | 'events' | 'outcomes' | 'replays' | 'live' | 'deadLetters' | 'quarantine',
    Queue
  >;
  /** The network that deliveries leave from, where their addresses are fixed. */
  readonly egress: Egress | GivenEgress | undefined;
  /** In further AWS regions. */
  readonly regions: readonly RegionQueuesStack[];
  /** Of all AWS regions. */
  readonly lanes: readonly RegionalLanes[];
  private readonly pipeline: PipelineProps;

  constructor(scope: Construct, id: string, pipeline: PipelineProps, props: StackProps) {
    super(scope, id, props);
    this.pipeline = pipeline;
    this.queues = this.createQueues();
    // The last release's API stack imports it. The release after this one can drop it: docs/decisions/12 says why.
    this.exportValue(this.queues.slow.queueUrl);
    this.exportValue(this.queues.replays.queueUrl);
    this.egress = createEgress(this, pipeline.settings);
    this.regions = pipeline.regions;
    this.lanes = [lanesAtHome(this.queues), ...pipeline.regions];
    this.createFanout();
    createDispatch(this, this.queues, this.surroundings());
    this.createRecord();
    createDeadLetterWriter(this, this.surroundings(), pipeline.storage);
    this.createRelease();
    createReplay(this, { ...pipeline, queues: this.queues, lanes: this.lanes });
  }

  /** The settings name the zones. Without this, CDK asks AWS for them where account and region are named. */
  override get availabilityZones(): string[] {
    return [];
  }

  private createQueues(): PipelineStack['queues'] {
    const last = createLastQueues(this);
    const workQueue = (
      id: string,
      functionTimeout: Duration,
      more: Pick<PosthornQueueProps, 'maxReceives'> = {},
    ): Queue =>
      posthornQueue(this, id, {
        retention: RETENTION.work,
        functionTimeout,
        deadLetterQueue: last.deadLetters,
        ...more,
      });
    return {
      events: workQueue('Events', TIMEOUT.fanout, { maxReceives: EVENT_RECEIVES }),
      ...createLaneQueues(this, last.deadLetters, RETENTION.work),
      outcomes: workQueue('Outcomes', TIMEOUT.record),
      replays: workQueue('Replays', REPLAY_TIMEOUT),
      live: createLiveQueue(this),
      ...last,
    };
  }

  private createFanout(): void {
    const { events, outcomes, deadLetters } = this.queues;
    const { configTable, key, logTable, stateTable, payloads } = this.pipeline.storage;
    const variables = {
      ...logEnvironment(logTable, this.pipeline.settings),
      HEALTH_CACHE_MS: cacheMs(this.pipeline.settings, 'endpointHealth'),
      CONFIG_TABLE: configTable.tableName,
      STATE_TABLE: stateTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      EVENTS_QUEUE_URL: events.queueUrl,
      OUTCOMES_QUEUE_URL: outcomes.queueUrl,
      DEAD_LETTERS_QUEUE_URL: deadLetters.queueUrl,
      LANES: laneNames(this.lanes),
    };
    // Fanout sends itself the rest of an event that takes several passes.
    const options = { isInLoop: true, release: GradualRelease.in(this, this.pipeline) };
    const fanout = this.createFunction('Fanout', 'fanout', TIMEOUT.fanout, variables, options);
    fanout.allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], configTable.tableArn);
    fanout.allow(['kms:Decrypt'], key.keyArn);
    fanout.allow(['dynamodb:PutItem', 'dynamodb:BatchWriteItem'], logTable.tableArn);
    // Which events have the ids that producers chose: see id-claim-store.ts.
    fanout.allowItems(['dynamodb:GetItem'], logTable.tableArn, ['id#*']);
    // Hold queues, and the schedule of their drains: see hold-at-once.ts.
    fanout.allow(['dynamodb:BatchGetItem'], stateTable.tableArn);
    fanout.allowItems(['dynamodb:BatchWriteItem'], stateTable.tableArn, ['room#*']);
    fanout.allowItems(['dynamodb:PutItem'], stateTable.tableArn, ['rooms']);
    allowReadingPayloads(fanout, this.pipeline.storage);
    allowSendingToLanes(fanout, this.lanes);
    fanout.allow(['sqs:SendMessage'], events.queueArn, outcomes.queueArn, deadLetters.queueArn);
    fanout.consume('Events', events, {
      batchSize: 10,
      maxConcurrency: this.pipeline.settings.concurrency.fanout,
    });
  }

  /** All queues that there are, by AWS region, home's first. */
  get queuesByRegion(): readonly QueuesOfRegion[] {
    const elsewhere = this.regions.map(({ region, serves, queues }) => ({
      region,
      serves,
      queues: { ...queues },
    }));
    return [{ ...lanesAtHome(this.queues), queues: this.queues }, ...elsewhere];
  }

  /** What dispatch needs here. Another region replaces last queues, alerts and network with its own. */
  surroundings(): Surroundings {
    const { environment, settings, storage } = this.pipeline;
    const { configTable, stateTable, logTable, key, payloads, payloadsWildcard, alerts } = storage;
    const { events, outcomes, live, deadLetters, quarantine } = this.queues;
    const tables = { configTable, stateTable, logTable };
    const home = { ...tables, key, payloads, payloadsWildcard, events, outcomes, live, alerts };
    const network = this.egress?.network;
    return { environment, settings, ...home, lanes: this.lanes, deadLetters, quarantine, network };
  }

  private createRecord(): void {
    const { logTable } = this.pipeline.storage;
    const variables = {
      ...logEnvironment(logTable, this.pipeline.settings),
      LIVE_QUEUE_URL: this.queues.live.queueUrl,
    };
    const options = { release: GradualRelease.in(this, this.pipeline) };
    const record = this.createFunction('Record', 'record', TIMEOUT.record, variables, options);
    record.allow(['sqs:SendMessage'], this.queues.live.queueArn);
    record.allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], logTable.tableArn);
    // A message holds up to ten outcomes. The log may be seconds late, and a full batch writes a counter once for
    // hundreds of outcomes.
    record.consume('Outcomes', this.queues.outcomes, {
      batchSize: 100,
      window: Duration.seconds(2),
      maxConcurrency: this.pipeline.settings.concurrency.record,
    });
  }

  private createRelease(): void {
    const { stateTable } = this.pipeline.storage;
    const release = this.createFunction('Release', 'release', TIMEOUT.release, {
      STATE_TABLE: stateTable.tableName,
      LANES: laneNames(this.lanes, ['slow']),
    });
    release.allow(
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem'],
      stateTable.tableArn,
    );
    allowSendingToLanes(release, this.lanes, ['slow']);
    // A failed run is not repeated: the next run, a minute later, does its work.
    release.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(release.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }

  private createFunction(
    id: string,
    folder: string,
    timeout: Duration,
    variables: Record<string, string>,
    options: Pick<PipelineFunctionProps, 'isInLoop' | 'release'> = {},
  ): PosthornFunction {
    const { environment, settings } = this.pipeline;
    const { quarantine } = this.queues;
    const props = { folder, timeout, variables, environment, settings, quarantine, ...options };
    return pipelineFunction(this, id, props);
  }
}
