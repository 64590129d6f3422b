import { Duration } from 'aws-cdk-lib';
import { PosthornFunction } from '../constructs/function.ts';
import type { Settings } from '../settings/config.ts';
import { allowSendingToLanes, type QueuesOfRegion, queueNames } from './lanes.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface RecoverProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
}

/**
 * How soon a run continues one that ran out of time or waited for a flood to pass. A run without work is one read and
 * two writes of the state table: 3,000 a month cost a cent.
 */
const EVERY = Duration.minutes(15);
/** Ends before the next run begins. */
const TIMEOUT = Duration.minutes(14);

/** Sends lost events and deliveries again. */
export class RecoverFunction extends PosthornFunction {
  constructor(id: string, { environment, settings, storage, pipeline }: RecoverProps) {
    const { configTable, logTable, stateTable, key } = storage;
    const { events } = pipeline.queues;
    const regions = pipeline.queuesByRegion.map(ofDeliveries);
    super(pipeline, id, {
      folder: 'recover',
      timeout: TIMEOUT,
      memoryMb: 512,
      settings,
      environment: {
        CONFIG_TABLE: configTable.tableName,
        LOG_TABLE: logTable.tableName,
        STATE_TABLE: stateTable.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        LANES: queueNames(regions),
        POSTHORN_ENV: environment,
      },
    });
    this.allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], configTable.tableArn);
    this.allow(['kms:Decrypt'], key.keyArn);
    this.allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], logTable.tableArn);
    this.allow(['dynamodb:BatchGetItem'], stateTable.tableArn);
    this.allowItems(['dynamodb:GetItem', 'dynamodb:PutItem'], stateTable.tableArn, ['recovery', 'rooms']);
    const queues = regions.flatMap((region) => Object.values(region.queues));
    this.allow(['sqs:GetQueueAttributes'], ...queues.map(({ queueArn }) => queueArn));
    this.allow(['sqs:SendMessage'], events.queueArn);
    allowSendingToLanes(this, pipeline.lanes, ['slow']);
    this.runEvery(EVERY);
  }
}

/** Queues of what is in flight: messages in quarantine are not any more, and those for who watches live never were. */
function ofDeliveries({
  queues: { quarantine: _, live: __, ...queues },
  ...region
}: QueuesOfRegion): QueuesOfRegion {
  return { ...region, queues };
}
