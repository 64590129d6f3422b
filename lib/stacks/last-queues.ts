import { Duration, Validations } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EVENT_RECEIVES, posthornQueue } from '../constructs/queue.ts';
import { logEnvironment } from '../settings/log-environment.ts';
import { releaseIn, type Surroundings } from './lanes.ts';
import { pipelineFunction } from './pipeline-function.ts';
import type { StorageStack } from './storage-stack.ts';

/** The longest good run of the dead-letter writer, with a margin. */
const TIMEOUT = Duration.seconds(30);

/**
 * A message keeps its age when it moves to a dead-letter queue, so each queue keeps messages longer than the one
 * before. 14 days is the most that SQS offers.
 */
export const RETENTION = {
  work: Duration.days(4),
  deadLetters: Duration.days(10),
  quarantine: Duration.days(14),
};

/** The queues of messages that failed everywhere else. */
export interface LastQueues {
  readonly deadLetters: Queue;
  readonly quarantine: Queue;
}

/** Creates them. A queue's dead-letter queue has to be in its own AWS region, so each region has these. */
export function createLastQueues(scope: Construct): LastQueues {
  const quarantine = posthornQueue(scope, 'Quarantine', { retention: RETENTION.quarantine });
  Validations.of(quarantine).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'the last queue: its messages failed everywhere else and wait for a person',
  });
  const deadLetters = posthornQueue(scope, 'DeadLetters', {
    retention: RETENTION.deadLetters,
    functionTimeout: TIMEOUT,
    deadLetterQueue: quarantine,
    // AWS does not say whether a message's receive count begins anew in its dead-letter queue. If it goes on, a
    // message has used up the work queue's receives, of an event 25, and the one that moved it. The dead-letter writer
    // must still get as many.
    maxReceives: 2 * EVENT_RECEIVES + 1,
  });
  return { deadLetters, quarantine };
}

/** Creates the function that records the messages of the dead-letter queue. */
export function createDeadLetterWriter(
  scope: Construct,
  surroundings: Surroundings,
  { logTable, stateTable }: Pick<StorageStack, 'logTable' | 'stateTable'>,
): void {
  const { environment, settings, quarantine, deadLetters, events, live, alerts, homeRegion } = surroundings;
  const writer = pipelineFunction(scope, 'DeadLetterWriter', {
    folder: 'dead-letter-writer',
    timeout: TIMEOUT,
    environment,
    settings,
    quarantine,
    // It publishes operational events about dead letters, and those can die themselves.
    isInLoop: true,
    release: releaseIn(scope, surroundings),
    variables: {
      ...logEnvironment(logTable, settings),
      STATE_TABLE: stateTable.tableName,
      EVENTS_QUEUE_URL: events.queueUrl,
      LIVE_QUEUE_URL: live.queueUrl,
      ALERTS_TOPIC_ARN: alerts.topic.topicArn,
      ...(homeRegion && { HOME_REGION: homeRegion }),
    },
  });
  writer.allow(
    ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
    logTable.tableArn,
  );
  writer.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], stateTable.tableArn);
  writer.allow(['sqs:SendMessage'], events.queueArn, live.queueArn);
  alerts.allowPublish(writer);
  writer.consume('DeadLetters', deadLetters, { batchSize: 10, maxConcurrency: 2 });
}
