import * as z from 'zod';
import { eventBridgeSourcesSchema } from './event-bridge.ts';
import { kafkaSourcesSchema } from './kafka.ts';
import { logsSourcesSchema } from './logs.ts';
import { sqsSourcesSchema } from './sqs.ts';

/** A parameter of 4 KB has the names of what is watched: some 240 bytes for a source. */
const MAX_ALL = 15;

/** What events come from beside the API. Each kind has its file here, its construct in lib/sources/ and its page in docs/sources.md. */
export const sourcesSchema = z
  .strictObject({
    logs: logsSourcesSchema.optional(),
    sqs: sqsSourcesSchema.optional(),
    eventBridge: eventBridgeSourcesSchema.optional(),
    kafka: kafkaSourcesSchema.optional(),
  })
  .refine(
    (sources) => Object.values(sources).flat().length <= MAX_ALL,
    `expected at most ${MAX_ALL} sources of all kinds`,
  );

export type SourcesSettings = z.infer<typeof sourcesSchema>;
