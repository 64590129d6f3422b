import type { Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { PosthornFunction } from '../constructs/function.ts';
import { posthornQueue } from '../constructs/queue.ts';
import { DEFAULT_CONCURRENCY } from '../settings/sources/common.ts';
import { RETENTION } from '../stacks/last-queues.ts';
import { SOURCE_TIMEOUT, type SourceSurroundings, sourceFunction } from './surroundings.ts';

/**
 * Receives before a message of a source waits for a person: at a visibility timeout of three minutes, an outage of an hour.
 * What is wrong with a record goes to quarantine at once and needs none of them.
 */
const MAX_RECEIVES = 20;

export interface SourceQueueProps {
  /** What its function reads of the source: `kind`, `name` and the settings of that kind. */
  readonly source: { readonly kind: string; readonly name: string };
  readonly queueName?: string | undefined;
  readonly concurrency?: number | undefined;
}

/** The queue of a source, and the function `intake` behind it. */
export function createSourceQueue(
  stack: Stack,
  id: string,
  surroundings: SourceSurroundings,
  { source, queueName, concurrency = DEFAULT_CONCURRENCY }: SourceQueueProps,
): { readonly queue: Queue; readonly intake: PosthornFunction } {
  const queue = posthornQueue(stack, `${id}Queue`, {
    queueName,
    retention: RETENTION.work,
    functionTimeout: SOURCE_TIMEOUT,
    deadLetterQueue: surroundings.deadLetters,
    maxReceives: MAX_RECEIVES,
  });
  const intake = sourceFunction(stack, id, surroundings, {
    folder: 'intake',
    variables: { SOURCE: JSON.stringify(source) },
  });
  intake.consume('Queue', queue, { batchSize: 10, maxConcurrency: concurrency });
  return { queue, intake };
}
