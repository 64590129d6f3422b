import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PRICES } from '../../lambdas/costs/prices.ts';
import { chunksOf } from '../../lambdas/values/chunks.ts';
import { ACCOUNT } from '../../local/core/account.ts';
import { type Broker, noBroker, startBroker } from '../../test/helpers/kafka/broker.ts';
import { topicsOf } from '../../test/helpers/kafka/topics.ts';
import type { Operator } from '../rig/cloud-process.ts';
import { orderOf } from '../rig/load.ts';

export const SOURCE_KINDS = ['sqs', 'eventbridge', 'logs', 'kafka'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** How records of a kind of source are born. Each becomes an event of type `shop.order.placed` with its number. */
export interface Sender {
  /** The source of the local environment, and its function. */
  readonly source: string;
  readonly functionName: string;
  /** How many records come together where costs are counted. */
  readonly together: readonly number[];
  /** What its producer pays for a million records, in dollars. It is not on Posthorn's meter. */
  producerMillion(together: number): number;
  /** Why this machine can't measure it; nothing if it can. */
  missing?(): string | undefined;
  /** What has to run before the cloud does. */
  startBroker?(): Promise<Broker>;
  connect(operator: Operator, broker: string | undefined): Promise<Sending> | Sending;
}

export interface Sending {
  send(numbers: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

const TYPE = 'shop.order.placed';
/** As many as a request of SQS and of EventBridge takes. */
const AT_ONCE = 10;

const sqs: Sender = {
  source: 'sqs/orders',
  functionName: 'SqsOrders',
  together: [1, 10],
  producerMillion: (together) => PRICES.sqsMillion / Math.min(together, AT_ONCE),
  connect({ config }) {
    const client = new SQSClient(config);
    const QueueUrl = `${config.endpoint}/${ACCOUNT}/posthorn-local-sources-SqsOrdersQueue`;
    const type = { DataType: 'String', StringValue: TYPE };
    return {
      async send(numbers) {
        for (const part of chunksOf(numbers, AT_ONCE)) {
          const Entries = part.map((n) => ({
            Id: `${n}`,
            MessageBody: JSON.stringify(orderOf(n)),
            MessageAttributes: { 'posthorn-event-type': type },
          }));
          await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        }
      },
      close: async () => client.destroy(),
    };
  },
};

const eventBridge: Sender = {
  source: 'eventbridge/shop',
  functionName: 'EventBridgeShop',
  together: [1, 10],
  // The rule sends a message for each event.
  producerMillion: () => PRICES.eventsMillion + PRICES.sqsMillion,
  connect({ config }) {
    const { accessKeyId } = config.credentials;
    const scope = `${accessKeyId}/20261128/${config.region}/events/aws4_request`;
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    };
    return {
      async send(numbers) {
        for (const part of chunksOf(numbers, AT_ONCE)) {
          const Entries = part.map((n) => ({
            Source: 'shop',
            DetailType: TYPE,
            Detail: JSON.stringify(orderOf(n)),
          }));
          const body = JSON.stringify({ Entries });
          const response = await fetch(config.endpoint, { method: 'POST', headers, body });
          const { FailedEntryCount } = (await response.json()) as { FailedEntryCount?: number };
          if (FailedEntryCount !== 0) throw new Error(`expected no failed entry, got ${FailedEntryCount}`);
        }
      },
      close: async () => {},
    };
  },
};

/** What CloudWatch Logs counts of a line beside its bytes. */
const LINE_BYTES = 26;
const lineOf = (n: number): string => JSON.stringify({ event_type: TYPE, ...orderOf(n) });

const logs: Sender = {
  source: 'logs/shop',
  functionName: 'LogsShop',
  together: [1, 10, 100],
  producerMillion: () => (PRICES.logsGb * (Buffer.byteLength(lineOf(0)) + LINE_BYTES)) / 1000,
  async connect({ config }) {
    const client = new CloudWatchLogsClient(config);
    const stream = { logGroupName: '/shop/app', logStreamName: 'bench' };
    await client.send(new CreateLogStreamCommand(stream));
    return {
      async send(numbers) {
        const timestamp = Date.now();
        const logEvents = numbers.map((n) => ({ timestamp, message: lineOf(n) }));
        await client.send(new PutLogEventsCommand({ ...stream, logEvents }));
      },
      close: async () => client.destroy(),
    };
  },
};

const TOPIC = 'shop.events';

const kafka: Sender = {
  source: 'kafka/shop',
  functionName: 'KafkaShop',
  together: [1, 10, 100],
  // Its cluster is paid by the hour.
  producerMillion: () => 0,
  missing: noBroker,
  async startBroker() {
    const broker = await startBroker();
    const topics = topicsOf(broker.address);
    await topics.create(TOPIC);
    await topics[Symbol.asyncDispose]();
    return broker;
  },
  connect(_, broker) {
    const topics = topicsOf(broker!);
    return {
      send: (numbers) =>
        topics.produce(
          TOPIC,
          ...numbers.map((n) => ({ value: JSON.stringify({ event_type: TYPE, payload: orderOf(n) }) })),
        ),
      close: async () => topics[Symbol.asyncDispose](),
    };
  },
};

/** A kind of source that is measured has its row here. */
export const SENDERS: Readonly<Record<SourceKind, Sender>> = { sqs, eventbridge: eventBridge, logs, kafka };
