import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { PosthornFunction } from '../constructs/function.ts';
import { cacheMs, type Settings } from '../settings/config.ts';
import { pipelineFunction } from '../stacks/pipeline-function.ts';
import type { PipelineStack } from '../stacks/pipeline-stack.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';

/** What the constructs of sources stand on. */
export interface SourceSurroundings {
  /** The environment's name. */
  readonly environment: string;
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
  /**
   * Where records wait for a person that functions of sources failed on again and again, and what AWS could not hand over to
   * them.
   */
  readonly deadLetters: IQueue;
}

/** A batch of the largest messages that SQS has, each into the bucket, with a margin. */
export const SOURCE_TIMEOUT = Duration.seconds(30);

export interface SourceFunctionProps {
  /** The folder in lambdas/functions/ that holds its handler.ts. */
  readonly folder: string;
  /** Default: SOURCE_TIMEOUT. */
  readonly timeout?: Duration;
  /** Beside those that publishing needs. */
  readonly variables: Readonly<Record<string, string>>;
  /** See PosthornFunctionProps. */
  readonly isInLoop?: boolean;
  readonly reservedConcurrency?: number | undefined;
}

/** A function that publishes records: see `sourceDeps` of lambdas/functions/source-deps.ts. */
export function sourceFunction(
  scope: Construct,
  id: string,
  { environment, settings, storage, pipeline }: SourceSurroundings,
  { folder, timeout = SOURCE_TIMEOUT, variables, isInLoop, reservedConcurrency }: SourceFunctionProps,
): PosthornFunction {
  const { configTable, logTable, payloads, key } = storage;
  const { events, quarantine } = pipeline.queues;
  const created = pipelineFunction(scope, id, {
    folder,
    timeout,
    environment,
    settings,
    quarantine,
    isInLoop,
    reservedConcurrency,
    variables: {
      CONFIG_TABLE: configTable.tableName,
      LOG_TABLE: logTable.tableName,
      PAYLOAD_BUCKET: payloads.bucketName,
      EVENTS_QUEUE_URL: events.queueUrl,
      EVENT_TYPE_CACHE_MS: cacheMs(settings, 'eventType'),
      ...variables,
    },
  });
  created.allow(['sqs:SendMessage'], events.queueArn);
  // Tenants, and schemas of event types; not items of the environment, such as the key that signs portal tokens.
  created.allowItems(['dynamodb:GetItem'], configTable.tableArn, ['tenant#*', 'tenants']);
  // Which events have the ids of records, and no other items of the log: see id-claim-store.ts.
  created.allowItems(['dynamodb:BatchGetItem'], logTable.tableArn, ['id#*']);
  created.allow(['kms:Decrypt'], key.keyArn);
  created.allow(['s3:PutObject'], payloads.arnForObjects('payloads/*'));
  created.acknowledgeWildcard(
    storage.payloadsWildcard,
    'payloads/* is where payloads go, under keys made on arrival',
  );
  return created;
}
