import { createAccess } from '../local/core/access.ts';
import { createMeter } from '../local/core/meter.ts';
import { serviceCall } from '../local/services/call.ts';
import { createFaults } from '../local/services/faults.ts';
import { createSqs } from '../local/services/sqs/sqs.ts';
import { batchEvent } from '../local/sources/batch.ts';
import { round } from './rig/statistics.ts';

/** What a call of ten messages of 1 kB costs the thread of the local cloud's emulators, by what the queue holds. */
export interface QueueFigures {
  readonly call: string;
  /** Processor time in an empty queue. */
  readonly micros: number;
  /** With messages in 1,000 groups waiting, and as many delayed. */
  readonly microsWhenFull: number;
}

const CALLS = { full: 5_000, quick: 1_000 };
const WAITING = { full: 100_000, quick: 20_000 };
const GROUPS = 1000;
const TEN = 10;

const NAME = { url: 'http://localhost/000000000000/bench', arn: 'arn:aws:sqs:us-east-1:000000000000:bench' };
const QueueUrl = NAME.url;
const MessageBody = JSON.stringify({ text: JSON.stringify({ n: 'x'.repeat(20) }).repeat(40) }).slice(0, 1024);

export async function measureQueues(size: 'full' | 'quick'): Promise<QueueFigures[]> {
  // Compiles what the calls run.
  await measure(0, CALLS.quick);
  const empty = await measure(0, CALLS[size]);
  const full = await measure(WAITING[size], CALLS[size]);
  return Object.entries(empty).map(([call, micros]) => ({ call, micros, microsWhenFull: full[call]! }));
}

async function measure(waiting: number, count: number): Promise<Record<string, number>> {
  const access = createAccess(() => {});
  const sqs = createSqs({ access, faults: createFaults(), meter: createMeter() });
  const settings = { visibilityTimeout: 900, delay: 0, maximumMessageSize: 1_048_576, receiveWait: 0 };
  const queue = sqs.createQueue({ ...NAME, ...settings, name: 'bench', retention: 345_600 });
  const call = async (operation: string, body: string): Promise<string> => {
    const headers = {
      'x-amz-target': `AmazonSQS.${operation}`,
      authorization: signature(access.operatorKey),
    };
    const answer = await sqs.answer(serviceCall({ method: 'POST', path: '/', headers, body }));
    if (answer.status !== 200) throw new Error(`${operation}: expected 200, got ${answer.body}`);
    return answer.body.toString();
  };
  const send = (i: number) => call('SendMessageBatch', sendBody(i, 0));
  for (let i = 0; i < waiting / TEN; i++) {
    await send(i);
    await call('SendMessageBatch', sendBody(i, 900));
  }

  const bodies = Array.from({ length: count }, (_, i) => sendBody(i, 0));
  const sent = await micros(count, (i) => call('SendMessageBatch', bodies[i]!));
  const received: string[] = [];
  const receive = await micros(count, async () => {
    received.push(await call('ReceiveMessage', JSON.stringify({ QueueUrl, MaxNumberOfMessages: TEN })));
  });
  const deletes = received.map(deleteBody);
  const deleted = await micros(count, (i) => call('DeleteMessageBatch', deletes[i]!));
  for (let i = 0; i < count; i++) await send(i);
  const polled = await micros(count, async () => {
    const batch = queue.receive(TEN);
    if (batchEvent(batch, queue.arn).length < TEN * MessageBody.length)
      throw new Error('expected a batch of ten');
    for (const { handle } of batch) queue.delete(handle);
  });
  return {
    SendMessageBatch: sent,
    ReceiveMessage: receive,
    DeleteMessageBatch: deleted,
    'event source: receive, event, delete': polled,
  };
}

async function micros(count: number, once: (i: number) => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) await once(i);
  const { user, system } = process.cpuUsage(start);
  return round((user + system) / count);
}

const ten = <T>(each: (n: number) => T): T[] => Array.from({ length: TEN }, (_, n) => each(n));

const sendBody = (i: number, DelaySeconds: number): string =>
  JSON.stringify({
    QueueUrl,
    Entries: ten((n) => ({
      Id: `${n}`,
      MessageBody,
      MessageGroupId: `group-${(i * TEN + n) % GROUPS}`,
      DelaySeconds,
    })),
  });

function deleteBody(received: string): string {
  const { Messages } = JSON.parse(received) as { Messages: { ReceiptHandle: string }[] };
  return JSON.stringify({
    QueueUrl,
    Entries: Messages.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle })),
  });
}

const signature = (key: string): string =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261127/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`;
