import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { posthornQueue } from '../constructs/queue.ts';
import type { Settings } from '../settings/config.ts';
import type { SourcesSettings } from '../settings/sources/sources.ts';
import { createEventBridgeSource } from '../sources/event-bridge.ts';
import { createKafkaSource } from '../sources/kafka.ts';
import { createLogsSource } from '../sources/logs.ts';
import { createSqsSource } from '../sources/sqs.ts';
import type { SourceSurroundings } from '../sources/surroundings.ts';
import { RETENTION } from './last-queues.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface SourcesProps {
  readonly environment: string;
  readonly settings: Settings;
  readonly sources: SourcesSettings;
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
}

/** What events come from beside the API. Nothing depends on it. */
export class SourcesStack extends Stack {
  /** What sources have failed on again and again, in the form in which it came. */
  readonly deadLetters: Queue;
  /** Queues of sources by their constructs’ ids: `SqsOrdersQueue`; and `SourceDeadLetters`. */
  readonly queues: ReadonlyMap<string, Queue>;

  constructor(scope: Construct, id: string, { sources, ...rest }: SourcesProps, props: StackProps) {
    super(scope, id, props);
    this.deadLetters = posthornQueue(this, 'SourceDeadLetters', { retention: RETENTION.quarantine });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'the last queue: a person moves its messages back when the fault is repaired',
    });
    const surroundings: SourceSurroundings = { ...rest, deadLetters: this.deadLetters };
    for (const one of sources.logs ?? []) createLogsSource(this, one, surroundings);
    for (const one of sources.sqs ?? []) createSqsSource(this, one, surroundings);
    for (const one of sources.eventBridge ?? []) createEventBridgeSource(this, one, surroundings);
    for (const one of sources.kafka ?? []) createKafkaSource(this, one, surroundings);
    const queues = this.node.children.filter((each) => each instanceof Queue);
    this.queues = new Map(queues.map((queue) => [queue.node.id, queue]));
  }
}
