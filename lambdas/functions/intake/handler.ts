import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { requireEnv } from '../../platform/env.ts';
import { eventBridgeRecord } from '../../sources/eventbridge/event-bridge-record.ts';
import type { EventBridgeSource } from '../../sources/eventbridge/event-bridge-source.ts';
import { intake, type QueuedSource } from '../../sources/intake.ts';
import { sqsRecord } from '../../sources/sqs/sqs-record.ts';
import type { SqsSource } from '../../sources/sqs/sqs-source.ts';
import { sourceDeps } from '../source-deps.ts';

/** As lib/sources/ writes it. */
type Given = ({ readonly kind: 'sqs' } & SqsSource) | ({ readonly kind: 'eventbridge' } & EventBridgeSource);

const given = JSON.parse(requireEnv('SOURCE')) as Given;

const source: QueuedSource = {
  kind: given.kind,
  name: given.name,
  read: given.kind === 'sqs' ? sqsRecord(given) : eventBridgeRecord(given),
};

const deps = sourceDeps();

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => intake(deps, source, event);
