import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../local/cloud.ts';
import { arnOf, assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

/** Prints every batch; a message's body decides its result. */
const code = {
  fn: `
    export const handler = async ({ Records }) => {
      const bodies = Records.map((record) => record.body);
      console.log(JSON.stringify({ bodies, records: Records }));
      if (bodies.includes('throw')) throw new Error('no');
      if (bodies.includes('hang')) await new Promise(() => {});
      const slow = bodies.find((body) => body.startsWith('wait'));
      if (slow) await new Promise((r) => setTimeout(r, Number(slow.slice(5))));
      const failed = Records.filter((record) => record.body === 'fail');
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
    };`,
};

interface Batch {
  bodies: string[];
  records: Record<string, unknown>[];
}

const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

async function startMapped(mapping: object = {}, { timeout = 1, visibility = 1, options = {} } = {}) {
  const cloud = await start(
    assembly(
      {
        Dead: resource('AWS::SQS::Queue', { QueueName: 'dead' }),
        Queue: resource('AWS::SQS::Queue', {
          QueueName: 'work',
          VisibilityTimeout: visibility,
          RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 2 },
        }),
        Role: role(...ACTIONS.map((action): Parameters<typeof role>[number] => [action, arnOf('Queue')])),
        Fn: lambda('fn', 'Role', { Timeout: timeout }),
        Map: resource('AWS::Lambda::EventSourceMapping', {
          FunctionName: ref('Fn'),
          EventSourceArn: arnOf('Queue'),
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        }),
      },
      code,
    ),
    options,
  );
  const client = new SQSClient(cloud.awsClientConfig());
  const QueueUrl = cloud.resource('Queue').physicalId;
  const batches = (): Batch[] =>
    cloud.lines.flatMap((line) => (line.text.startsWith('{"bodies') ? JSON.parse(line.text) : []));
  return {
    cloud,
    batches,
    send: (MessageBody: string, more = {}) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    sendAll: (bodies: string[]) =>
      client.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: bodies.map((MessageBody, n) => ({ Id: `${n}`, MessageBody })),
        }),
      ),
    work: () => cloud.queues().work!,
    empty: () => until(() => Object.values(cloud.queues().work!).every((count) => count === 0)),
  };
}

const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });

describe('an event source mapping (E1)', () => {
  it('passes a message on as AWS does and deletes it', async () => {
    const { send, batches, empty, cloud } = await startMapped();
    await send('hello', { MessageGroupId: 'tenant', MessageAttributes: { kind: attribute('x') } });
    await until(() => batches().length === 1);
    expect(batches()[0]?.records).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          kind: { stringValue: 'x', dataType: 'String', stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: cloud.resource('Queue').arn,
        awsRegion: 'us-east-1',
      },
    ]);
    await empty();
  });

  it('takes a message within milliseconds when warm', async () => {
    const { send, batches } = await startMapped();
    await send('warm up');
    await until(() => batches().length === 1);
    const times: number[] = [];
    for (let round = 2; round < 12; round++) {
      await send('now');
      const began = performance.now();
      await until(() => batches().length === round);
      times.push(performance.now() - began);
    }
    expect(times.sort((a, b) => a - b)[5]).toBeLessThan(50);
  });

  it('does not wait for a full batch without a window', async () => {
    const { sendAll, batches, empty } = await startMapped();
    await sendAll(['a', 'b', 'c']);
    await until(() => batches().length === 1);
    expect(batches()[0]?.bodies).toEqual(['a', 'b', 'c']);
    await empty();
  });

  it('collects a batch as long as its window is open', async () => {
    const mapping = { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 };
    // Longer than the window, during which received messages wait.
    const { send, batches } = await startMapped(mapping, { visibility: 10 });
    for (const body of ['a', 'b', 'c']) await send(body);
    expect(batches()).toEqual([]);
    await until(() => batches().length === 1);
    expect(batches()[0]?.bodies).toEqual(['a', 'b', 'c']);
  });

  it('closes the window when the batch is full', async () => {
    const { sendAll, batches } = await startMapped({ BatchSize: 3, MaximumBatchingWindowInSeconds: 300 });
    await sendAll(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    await until(() => batches().length === 2);
    expect(batches().map(({ bodies }) => bodies.length)).toEqual([3, 3]);
  });

  it('keeps only the failed messages, and moves them to the dead-letter queue in the end', async () => {
    const { sendAll, batches, cloud } = await startMapped();
    await sendAll(['a', 'fail', 'b']);
    await until(() => cloud.queues().dead?.visible === 1);
    expect(batches().map(({ bodies }) => bodies)).toEqual([['a', 'fail', 'b'], ['fail']]);
    expect(batches()[1]?.records[0]).toMatchObject({ attributes: { ApproximateReceiveCount: '2' } });
  });

  it.each(['throw', 'hang'])('keeps the whole batch when the function fails (%s)', async (how) => {
    const { sendAll, batches, cloud, work } = await startMapped();
    await sendAll(['a', how]);
    await until(() => cloud.functions.get('Fn')!.stats().errors === 1);
    expect(work().visible + work().inFlight).toBe(2);
    await until(() => batches().length === 2);
  });

  it('processes as many batches at once as MaximumConcurrency and leaves the rest visible (A10)', async () => {
    const { sendAll, cloud, work } = await startMapped(
      { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      { timeout: 1 },
    );
    await sendAll(['wait 600', 'wait 600', 'wait 600', 'wait 600']);
    await until(() => cloud.functions.get('Fn')!.stats().workers === 2);
    expect(work()).toMatchObject({ inFlight: 2, visible: 2 });
  });

  it('counts the poller’s billed requests, and those of a fair queue', async () => {
    const meter = createMeter();
    const { send, sendAll, empty } = await startMapped({}, { options: { meter } });
    const counted = (caller: string) =>
      meter
        .snapshot()
        .filter((entry) => entry.caller === caller && entry.service === 'sqs')
        .map(({ operation, requests, units, fairUnits }) => [operation, requests, units, fairUnits]);
    await sendAll(['a', 'b']);
    await empty();
    expect(counted('poller')).toEqual([
      ['ReceiveMessage', 1, 1, 0],
      ['DeleteMessageBatch', 1, 1, 0],
    ]);
    expect(counted('operator')).toEqual([['SendMessageBatch', 1, 1, 0]]);
    await send('c', { MessageGroupId: 'tenant' });
    await until(() =>
      counted('poller').some(([operation, n]) => operation === 'DeleteMessageBatch' && n === 2),
    );
    expect(counted('poller')).toEqual([
      ['ReceiveMessage', 2, 2, 1],
      ['DeleteMessageBatch', 2, 2, 1],
    ]);
    expect(counted('operator')).toContainEqual(['SendMessage', 1, 1, 1]);
  });
});
