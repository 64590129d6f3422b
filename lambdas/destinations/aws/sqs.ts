import { suffixOf } from '../../platform/aws/endpoint.ts';
import type { Making } from '../kind.ts';
import { arnOf } from './arn.ts';
import { type AwsSettings, awsKind, eventOf, resourceOf } from './aws-kind.ts';
import { asToken, type Format, headersOf, refuseBeyond, textFor, valueAt } from './contents.ts';

interface Settings extends AwsSettings {
  readonly queueArn: string;
  readonly format?: Format;
  /** A path in the payload. */
  readonly messageGroup?: string;
}

/** Bytes of a message, its attributes included. A queue may take less, and then refuses it. */
const LIMIT = 1_048_576;

/** What a message may have. */
export const MAX_ATTRIBUTES = 10;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const sqs = awsKind<Settings>({
  kind: 'sqs',
  service: 'sqs',
  host: 'sqs',
  override: 'SQS',
  action: 'sqs:SendMessage',
  usesKey: true,
  resource: ({ queueArn }) => resourceOf(queueArn),
  request(making) {
    const { queueArn, format = 'payload' } = making.settings;
    const { region, account, resource: name } = arnOf(queueArn);
    const MessageBody = textFor(making, format);
    const attributes = headersOf(making).slice(0, MAX_ATTRIBUTES);
    refuseBeyond(Buffer.byteLength(MessageBody) + attributeBytes(attributes), LIMIT, 'a queue');
    return {
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({
        QueueUrl: `https://sqs.${region}.${suffixOf(region)}/${account}/${name}`,
        MessageBody,
        MessageAttributes: Object.fromEntries(
          attributes.map(([header, StringValue]) => [header, { DataType: 'String', StringValue }]),
        ),
        ...groupOf(making, name.endsWith('.fifo')),
      }),
    };
  },
});

/** As they are counted: name, type and value. */
export const attributeBytes = (attributes: readonly (readonly [string, string])[]): number =>
  attributes.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    0,
  );

/**
 * A FIFO queue or topic needs a group and a deduplication id. Another takes a group too: it keeps a noisy one from holding up
 * the others. The event's id names a message, so that the same event sent again within five minutes is one.
 */
export function groupOf(
  making: Making<AwsSettings & { readonly messageGroup?: string }>,
  isFifo: boolean,
): { MessageGroupId?: string; MessageDeduplicationId?: string } {
  const { body, settings, target } = making;
  const group = valueAt(body, settings.messageGroup) ?? (isFifo ? target.id : undefined);
  return {
    ...(group !== undefined && { MessageGroupId: asToken(group) }),
    ...(isFifo && { MessageDeduplicationId: asToken(eventOf(making).id) }),
  };
}
