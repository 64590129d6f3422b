/** SQS's SendMessage. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
import { createHash, randomUUID } from 'node:crypto';
import { jsonBody, operationOf, type ServiceAnswer } from '../../services/call.ts';
import { faultOf, isText, type SendEntry } from '../../services/sqs/entries.ts';
import { type MessageAttributes, md5OfAttributes } from '../../services/sqs/message-attributes.ts';
import { type Asked, ofKind } from '../asked.ts';
import { json, Refusal } from '../refusal.ts';
import { type Deduplication, deduplication } from './deduplication.ts';

export interface ReceivedMessage {
  readonly body: string;
  /** All of them texts. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly group?: string | undefined;
}

export interface Queue extends Deduplication {
  readonly kind: 'queue';
  readonly arn: string;
  readonly received: ReceivedMessage[];
  readonly maximumBytes: number;
}

export const createQueue = (arn: string, maximumBytes = 1_048_576): Queue => ({
  kind: 'queue',
  arn,
  received: [],
  maximumBytes,
  ...deduplication(),
});

export function sendMessage({ call, resourceOf, authorize }: Asked): ServiceAnswer {
  const operation = operationOf(call);
  if (operation !== 'SendMessage') throw new Refusal(400, 'UnsupportedOperation', `no ${operation} here`);
  const input = (jsonBody(call) ?? {}) as SendEntry & { QueueUrl?: string };
  const [account, name] = (input.QueueUrl ?? '').split('/').slice(-2);
  const arn = `arn:aws:sqs:${call.region}:${account}:${name}`;
  authorize('sqs:SendMessage', arn);
  const queue = ofKind<Queue>(resourceOf(arn), 'queue');
  if (!queue) throw new Refusal(400, 'QueueDoesNotExist', 'The specified queue does not exist.');
  const { MessageBody = '', MessageAttributes = {}, MessageGroupId, MessageDeduplicationId, ...rest } = input;
  const isFifo = arn.endsWith('.fifo');
  if (!isText(MessageBody)) throw new Refusal(400, 'MissingParameter', 'MessageBody');
  const fault = faultOf(
    {
      ...rest,
      MessageBody,
      MessageAttributes,
      ...(MessageGroupId !== undefined && { MessageGroupId }),
      ...(!isFifo && MessageDeduplicationId !== undefined && { MessageDeduplicationId }),
    },
    queue.maximumBytes,
  );
  if (fault) throw new Refusal(400, fault.code, fault.message);
  if (isFifo && !(MessageGroupId && MessageDeduplicationId))
    throw new Refusal(400, 'MissingParameter', 'a FIFO queue wants a group and a deduplication id');
  if (queue.isNew(MessageDeduplicationId))
    queue.received.push({
      body: MessageBody,
      attributes: textsOf(MessageAttributes),
      group: MessageGroupId,
    });
  return json({
    MessageId: randomUUID(),
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
    MD5OfMessageAttributes: md5OfAttributes(MessageAttributes),
  });
}

export const textsOf = (attributes: MessageAttributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue]));
