import { Duration, type Stack } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DEAD_INDEX, UNDELIVERED_INDEX } from '../../lambdas/events/log-keys.ts';
import { GradualRelease } from '../constructs/gradual-release.ts';
import type { Settings } from '../settings/config.ts';
import { allowReadingPayloads, allowSendingToLanes, laneNames, type RegionalLanes } from './lanes.ts';
import { pipelineFunction } from './pipeline-function.ts';
import type { StorageStack } from './storage-stack.ts';

/** A page of a job searches for 5 seconds, and may then read the payloads of some hundred events before it stops. */
export const REPLAY_TIMEOUT = Duration.seconds(60);

export interface ReplayProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly queues: Readonly<Record<'replays' | 'live' | 'quarantine', IQueue>>;
  readonly lanes: readonly RegionalLanes[];
}

/** The indexes of the log, as policies name them. */
export const logIndexArns = ({ logTable }: StorageStack): string[] =>
  [DEAD_INDEX, UNDELIVERED_INDEX].map(({ name }) => `${logTable.tableArn}/index/${name}`);

/** Creates the function of jobs, which replay deliveries or purge dead letters. */
export function createReplay(
  stack: Stack,
  { environment, settings, storage, queues, lanes }: ReplayProps,
): void {
  const { configTable, logTable, stateTable, payloads, key } = storage;
  const { replays, live, quarantine } = queues;
  const replay = pipelineFunction(stack, 'Replay', {
    folder: 'replay',
    timeout: REPLAY_TIMEOUT,
    environment,
    settings,
    quarantine,
    // A page sends the message for the next one.
    isInLoop: true,
    release: GradualRelease.in(stack, { environment, settings }),
    variables: {
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      STATE_TABLE: stateTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      REPLAYS_QUEUE_URL: replays.queueUrl,
      LIVE_QUEUE_URL: live.queueUrl,
      LANES: laneNames(lanes, ['bulk']),
    },
  });
  replay.allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], configTable.tableArn);
  replay.allow(['kms:Decrypt'], key.keyArn);
  replay.allow(
    [
      'dynamodb:Query',
      'dynamodb:BatchGetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:BatchWriteItem',
    ],
    logTable.tableArn,
  );
  replay.allow(['dynamodb:Query'], ...logIndexArns(storage));
  replay.allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'], stateTable.tableArn);
  allowReadingPayloads(replay, storage);
  replay.allow(['sqs:SendMessage'], replays.queueArn, live.queueArn);
  allowSendingToLanes(replay, lanes, ['bulk']);
  // Jobs wait between their pages, so two at a time serve many.
  replay.consume('Replays', replays, { batchSize: 1, maxConcurrency: 2 });
}
