import * as z from 'zod';
import type { Described } from '../../../lambdas/sources/sqs/sqs-source.ts';
import { isEachOnce, sourceConcurrency, sourceName, sourcesOf, tenantSchema } from './common.ts';
import { eventDefaults, eventTypeSchema } from './event-schemas.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const attributeName = z
  .string()
  .regex(
    /^(?!aws\.|amazon\.)[\w-]+(\.[\w-]+)*$/i,
    'expected the name of a message attribute: letters, digits, _, - and single dots within',
  )
  // AWS takes 256; all of a function's variables have 4 KB.
  .max(64);

/** An account, or a role or user of one. */
const producer = z
  .string()
  .regex(
    /^(\d{12}|arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+)$/,
    "expected an AWS account's 12 digits, or the ARN of a role or user",
  );

/** A queue that other systems send events to. */
const sqsSourceSchema = z.strictObject({
  name: sourceName,
  /** Whose events the messages are: a tenant's, or that of the one that a message attribute names, where it is one of these. */
  tenant: tenantSchema(
    { attribute: attributeName },
    '{"attribute": "tenant", "of": ["ten_…"]} or "of": "any"',
  ),
  /** The queue's name, so that producers know it beforehand. Left out, CloudFormation chooses one, and an output tells it. */
  queueName: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'expected 1 to 80 letters, digits, - and _')
    .optional(),
  /**
   * Accounts, roles and users that the queue's policy lets send. Those of Posthorn's own account need none: a grant of theirs for
   * `sqs:SendMessage` suffices.
   */
  producers: z.array(producer).max(50).refine(isEachOnce, 'expected each producer once').optional(),
  /** Names of message attributes. Left out, posthorn-event-type, posthorn-event-id and so on. */
  attributes: z
    .strictObject({
      type: attributeName,
      id: attributeName,
      contentType: attributeName,
      source: attributeName,
      priority: attributeName,
      region: attributeName,
    } satisfies Record<Described, z.ZodString>)
    .partial()
    .optional(),
  /** What events have whose message does not say it. Without a type here, each message has to name one. */
  defaults: z
    .strictObject({
      type: eventTypeSchema.optional(),
      /** Left out, `application/json`. */
      contentType: z
        .string()
        .regex(/^[\x20-\x7e]{1,256}$/, 'expected 1 to 256 printable ASCII characters')
        .optional(),
      ...eventDefaults,
    })
    .optional(),
  /** Batches of messages that are worked on at once. */
  concurrency: sourceConcurrency,
});

export type SqsSourceSettings = z.infer<typeof sqsSourceSchema>;

export const sqsSourcesSchema = sourcesOf(sqsSourceSchema).refine(
  (sources) => isEachOnce(sources.flatMap(({ queueName }) => (queueName === undefined ? [] : [queueName]))),
  'expected each queueName once',
);
