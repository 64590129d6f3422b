import * as z from 'zod';
import { eventBridgeSourcesSchema } from './event-bridge.ts';
import { kafkaSourcesSchema } from './kafka.ts';
import { logsSourcesSchema } from './logs.ts';
import { sqsSourcesSchema } from './sqs.ts';

/** What events come from beside the API. Each kind has its file here, its construct in lib/sources/ and its page in docs/sources.md. */
export const sourcesSchema = z.strictObject({
  logs: logsSourcesSchema.optional(),
  sqs: sqsSourcesSchema.optional(),
  eventBridge: eventBridgeSourcesSchema.optional(),
  kafka: kafkaSourcesSchema.optional(),
});

export type SourcesSettings = z.infer<typeof sourcesSchema>;
