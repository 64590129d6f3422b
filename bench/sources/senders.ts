import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { chunksOf } from '../../lambdas/values/chunks.ts';
import { ACCOUNT } from '../../local/core/account.ts';
import type { Operator } from '../rig/cloud-process.ts';
import { orderOf } from '../rig/load.ts';

/** How records of a kind of source are born. Each becomes an event of type `shop.order.placed` with its number. */
export interface Sender {
  /** The source of the local environment, and its function. */
  readonly source: string;
  readonly functionName: string;
  /** What its producer pays for a million records, in dollars. It is not on Posthorn's meter. */
  readonly producerMillion: number;
  send(operator: Operator, numbers: readonly number[]): Promise<void>;
}

const TYPE = 'shop.order.placed';
/** As many as a request of SQS and of EventBridge takes. */
const AT_ONCE = 10;

const sqs: Sender = {
  source: 'sqs/orders',
  functionName: 'SqsOrders',
  producerMillion: 0.04,
  async send({ config }, numbers) {
    const client = new SQSClient(config);
    const QueueUrl = `${config.endpoint}/${ACCOUNT}/posthorn-local-sources-SqsOrdersQueue`;
    const type = { DataType: 'String', StringValue: TYPE };
    for (const part of chunksOf(numbers, AT_ONCE)) {
      const Entries = part.map((n) => ({
        Id: `${n}`,
        MessageBody: JSON.stringify(orderOf(n)),
        MessageAttributes: { 'posthorn-event-type': type },
      }));
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
    client.destroy();
  },
};

const eventBridge: Sender = {
  source: 'eventbridge/shop',
  functionName: 'EventBridgeShop',
  // One for the event, 0.40 for the rule's message.
  producerMillion: 1.4,
  async send({ config }, numbers) {
    const { accessKeyId } = config.credentials;
    const scope = `${accessKeyId}/20261128/${config.region}/events/aws4_request`;
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    };
    for (const part of chunksOf(numbers, AT_ONCE)) {
      const Entries = part.map((n) => ({
        Source: 'shop',
        DetailType: TYPE,
        Detail: JSON.stringify(orderOf(n)),
      }));
      const response = await fetch(config.endpoint, {
        method: 'POST',
        headers,
        body: JSON.stringify({ Entries }),
      });
      const { FailedEntryCount } = (await response.json()) as { FailedEntryCount?: number };
      if (FailedEntryCount !== 0) throw new Error(`expected no failed entry, got ${FailedEntryCount}`);
    }
  },
};

/** A kind of source that is measured has its row here. */
export const SENDERS: readonly Sender[] = [sqs, eventBridge];
