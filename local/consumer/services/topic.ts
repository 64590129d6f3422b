/** SNS's Publish. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import { randomUUID } from 'node:crypto';
import type { ServiceAnswer } from '../../services/call.ts';
import {
  attributeBytes,
  attributesFault,
  type MessageAttributes,
} from '../../services/sqs/message-attributes.ts';
import { type Asked, ofKind } from '../asked.ts';
import { Refusal, xml } from '../refusal.ts';
import { type Deduplication, deduplication } from './deduplication.ts';
import { type ReceivedMessage, textsOf } from './queue.ts';

export interface Topic extends Deduplication {
  readonly kind: 'topic';
  readonly arn: string;
  readonly received: ReceivedMessage[];
  readonly maximumBytes: number;
}

export const createTopic = (arn: string, maximumBytes = 262_144): Topic => ({
  kind: 'topic',
  arn,
  received: [],
  maximumBytes,
  ...deduplication(),
});

const invalid = (what: string): Refusal => new Refusal(400, 'InvalidParameter', `Invalid parameter: ${what}`);

export function publish({ call, resourceOf, authorize }: Asked): ServiceAnswer {
  const form = new URLSearchParams(call.body.toString());
  const [action, arn = '', message = '', group, id] = [
    'Action',
    'TopicArn',
    'Message',
    'MessageGroupId',
    'MessageDeduplicationId',
  ].map((name) => form.get(name) ?? undefined);
  if (action !== 'Publish') throw new Refusal(400, 'InvalidAction', `no ${action} here`);
  authorize('sns:Publish', arn);
  const topic = ofKind<Topic>(resourceOf(arn), 'topic');
  if (!topic || arn.split(':')[3] !== call.region) throw new Refusal(404, 'NotFound', 'Topic does not exist');
  const attributes = attributesIn(form);
  const fault = attributesFault(attributes);
  if (fault) throw invalid(fault.message);
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) + attributeBytes(attributes) > topic.maximumBytes)
    throw invalid('Message too long');
  if (arn.endsWith('.fifo') ? !group || !id : id !== undefined)
    throw invalid('MessageGroupId and MessageDeduplicationId');
  if (topic.isNew(id)) topic.received.push({ body: message, attributes: textsOf(attributes), group });
  return xml(
    200,
    `<PublishResponse><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult></PublishResponse>`,
  );
}

function attributesIn(form: URLSearchParams): MessageAttributes {
  const at = (i: number, part: string): string | null => form.get(`MessageAttributes.entry.${i}.${part}`);
  const found: Record<string, { DataType: string; StringValue: string }> = {};
  for (let i = 1; at(i, 'Name') !== null; i++)
    found[at(i, 'Name')!] = {
      DataType: at(i, 'Value.DataType') ?? '',
      StringValue: at(i, 'Value.StringValue') ?? '',
    };
  return found;
}
