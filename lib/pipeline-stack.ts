import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Lane } from '../lambdas/domain/lane.ts';
import type { Settings } from './config.ts';
import type { PosthornFunction } from './constructs/function.ts';
import { MAX_RECEIVES, posthornQueue } from './constructs/queue.ts';
import { createEgress, type Egress } from './egress.ts';
import {
  allowReadingPayloads,
  createDispatch,
  createLaneQueues,
  laneUrls,
  type Surroundings,
} from './lanes.ts';
import { pipelineFunction } from './pipeline-function.ts';
import { createReplay, REPLAY_TIMEOUT } from './replay-function.ts';
import type { StorageStack } from './storage-stack.ts';

export interface PipelineProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
}

/**
 * Time limits of the functions behind the queues. Each is the longest good run with room to spare: a run cut
 * short repeats its work, and the queue's visibility timeout is six times as long.
 */
const TIMEOUT = {
  fanout: Duration.seconds(30),
  record: Duration.seconds(30),
  bury: Duration.seconds(30),
  // The next run begins a minute after this one.
  release: Duration.seconds(55),
};

/**
 * A message keeps its first day in a dead-letter queue, so each stop on the way down keeps longer than the one
 * before. 14 days is the most that SQS offers.
 */
const RETENTION = { work: Duration.days(4), deadLetters: Duration.days(10), quarantine: Duration.days(14) };

/** The way of an event: queues, the functions between them, the clock of the parked. */
export class PipelineStack extends Stack {
  readonly queues: Record<Lane | 'events' | 'outcomes' | 'replays' | 'deadLetters' | 'quarantine', Queue>;
  /** Where deliveries leave from, if their addresses are to stay the same. */
  readonly egress: Egress | undefined;
  private readonly pipeline: PipelineProps;

  constructor(scope: Construct, id: string, pipeline: PipelineProps, props: StackProps) {
    super(scope, id, props);
    this.pipeline = pipeline;
    this.queues = this.createQueues();
    this.egress = createEgress(this, pipeline.settings);
    this.watchQuarantine();
    this.createFanout();
    createDispatch(this, this.queues, this.surroundings());
    this.createRecord();
    this.createBury();
    this.createRelease();
    createReplay(this, { ...pipeline, queues: this.queues });
  }

  private createQueues(): PipelineStack['queues'] {
    const quarantine = posthornQueue(this, 'Quarantine', { retention: RETENTION.quarantine });
    Validations.of(quarantine).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'the last stop: what lies here has failed everywhere else and waits for a person',
    });
    const deadLetters = posthornQueue(this, 'DeadLetters', {
      retention: RETENTION.deadLetters,
      functionTimeout: TIMEOUT.bury,
      deadLetterQueue: quarantine,
      // AWS does not say whether a message's receive count begins anew in its dead-letter queue. If it goes on, a
      // message has used up the work queue's receives, and the one that moved it, and bury must still get as many.
      maxReceives: 2 * MAX_RECEIVES + 1,
    });
    const workQueue = (id: string, functionTimeout: Duration): Queue =>
      posthornQueue(this, id, { retention: RETENTION.work, functionTimeout, deadLetterQueue: deadLetters });
    return {
      events: workQueue('Events', TIMEOUT.fanout),
      ...createLaneQueues(this, deadLetters, RETENTION.work),
      outcomes: workQueue('Outcomes', TIMEOUT.record),
      replays: workQueue('Replays', REPLAY_TIMEOUT),
      deadLetters,
      quarantine,
    };
  }

  /** Messages that nothing can read are for a person. Visible ones are counted: moves into a queue are not sends. */
  private watchQuarantine(): void {
    const alarm = new Alarm(this, 'QuarantineAlarm', {
      alarmDescription: 'Posthorn: messages wait in the quarantine queue that no function could read or bury',
      metric: this.queues.quarantine.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.pipeline.storage.alerts.topic));
  }

  private createFanout(): void {
    const { events, critical, standard, slow, bulk } = this.queues;
    const lanes = { critical, standard, slow, bulk };
    const { configTable, key, logTable, stateTable, payloads } = this.pipeline.storage;
    const fanout = this.createFunction('Fanout', 'fanout', TIMEOUT.fanout, {
      ...this.logEnvironment(),
      CONFIG_TABLE: configTable.tableName,
      STATE_TABLE: stateTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      EVENTS_QUEUE_URL: events.queueUrl,
      LANES: laneUrls(this, lanes),
    });
    fanout.allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], configTable.tableArn);
    fanout.allow(['kms:Decrypt'], key.keyArn);
    fanout.allow(['dynamodb:PutItem', 'dynamodb:BatchWriteItem'], logTable.tableArn);
    fanout.allow(['dynamodb:BatchGetItem'], stateTable.tableArn);
    allowReadingPayloads(fanout, this.pipeline.storage);
    const queues = [events, ...Object.values(lanes)];
    fanout.allow(['sqs:SendMessage'], ...queues.map(({ queueArn }) => queueArn));
    fanout.consume('Events', events, {
      batchSize: 10,
      maxConcurrency: this.pipeline.settings.concurrency.fanout,
    });
  }

  private surroundings(): Surroundings {
    const { environment, settings, storage } = this.pipeline;
    const { configTable, stateTable, key, payloads, payloadsWildcard, alerts } = storage;
    const { events, outcomes, deadLetters, quarantine } = this.queues;
    const home = { configTable, stateTable, key, payloads, payloadsWildcard, alerts, events, outcomes };
    return { environment, settings, ...home, deadLetters, quarantine, network: this.egress?.network };
  }

  private createRecord(): void {
    const { logTable } = this.pipeline.storage;
    const record = this.createFunction('Record', 'record', TIMEOUT.record, this.logEnvironment());
    record.allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], logTable.tableArn);
    // A message holds up to ten outcomes. Nobody waits for the log to the second, and full batches mean that a
    // counter is written once for hundreds of outcomes.
    record.consume('Outcomes', this.queues.outcomes, {
      batchSize: 100,
      window: Duration.seconds(2),
      maxConcurrency: this.pipeline.settings.concurrency.record,
    });
  }

  private createBury(): void {
    const { logTable, stateTable, alerts } = this.pipeline.storage;
    const { events, deadLetters } = this.queues;
    const bury = this.createFunction('Bury', 'bury', TIMEOUT.bury, {
      ...this.logEnvironment(),
      STATE_TABLE: stateTable.tableName,
      EVENTS_QUEUE_URL: events.queueUrl,
      ALERTS_TOPIC_ARN: alerts.topic.topicArn,
    });
    bury.allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], logTable.tableArn);
    bury.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], stateTable.tableArn);
    bury.allow(['sqs:SendMessage'], events.queueArn);
    alerts.allowPublish(bury);
    bury.consume('DeadLetters', deadLetters, { batchSize: 10, maxConcurrency: 2 });
  }

  private createRelease(): void {
    const { stateTable } = this.pipeline.storage;
    const release = this.createFunction('Release', 'release', TIMEOUT.release, {
      STATE_TABLE: stateTable.tableName,
      LANES: laneUrls(this, { slow: this.queues.slow }),
    });
    release.allow(
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem'],
      stateTable.tableArn,
    );
    release.allow(['sqs:SendMessage'], this.queues.slow.queueArn);
    // A run that fails is not repeated: the next one, a minute later, makes up for it.
    release.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(release.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }

  /** For functions that write to the log: where it is, and how long an entry lives. */
  private logEnvironment(): Record<string, string> {
    return {
      LOG_TABLE: this.pipeline.storage.logTable.tableName,
      LOG_RETENTION_SECONDS: String(this.pipeline.settings.logRetentionHours * 3600),
    };
  }

  private createFunction(
    id: string,
    folder: string,
    timeout: Duration,
    variables: Record<string, string>,
  ): PosthornFunction {
    const { environment, settings } = this.pipeline;
    const { quarantine } = this.queues;
    return pipelineFunction(this, id, { folder, timeout, variables, environment, settings, quarantine });
  }
}
