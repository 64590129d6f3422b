import { describe, expect, it } from 'vitest';
import type { FaultKind, Service } from '../../../local/cloud.ts';
import { createFaults } from '../../../local/services/faults.ts';
import { partDynamodb, partSqs } from '../../../local/services/partial.ts';
import { arnOf, assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

/** Does what its event says with the three services, once, and returns the results. */
const code = {
  fn: `
    const base = process.env.AWS_ENDPOINT_URL_SQS;
    const json = (target, body) => ({ method: 'POST', body: JSON.stringify(body), headers: {
      'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, 'x-amz-date': 'now',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/' + process.env.AWS_REGION + '/x/aws4_request, SignedHeaders=none, Signature=none' } });
    const items = [1, 2, 3, 4].map((n) => ({ PutRequest: { Item: { pk: { S: String(n) } } } }));
    const Entries = ['a', 'b', 'c', 'd'].map((Id) => ({ Id, MessageBody: Id }));
    const requests = {
      put: () => [base, json('DynamoDB_20120810.PutItem', { TableName: process.env.TABLE, Item: { pk: { S: 'one' } } })],
      batch: () => [base, json('DynamoDB_20120810.BatchWriteItem', { RequestItems: { [process.env.TABLE]: items } })],
      send: () => [base, json('AmazonSQS.SendMessage', { QueueUrl: process.env.QUEUE, MessageBody: 'one' })],
      sendBatch: () => [base, json('AmazonSQS.SendMessageBatch', { QueueUrl: process.env.QUEUE, Entries })],
      store: () => [base + '/' + process.env.BUCKET + '/key', { ...json('', ''), method: 'PUT', body: 'text',
        headers: { authorization: json('', '').headers.authorization } }],
    };
    export const handler = async (name) => {
      const response = await fetch(...requests[name]());
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    };`,
};

const startWithServices = () =>
  start(
    assembly(
      {
        Queue: resource('AWS::SQS::Queue', { QueueName: 'work' }),
        Bucket: resource('AWS::S3::Bucket', {}),
        Table: resource('AWS::DynamoDB::Table', {
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
        Role: role(
          ['sqs:SendMessage', arnOf('Queue')],
          ['dynamodb:PutItem', arnOf('Table')],
          ['dynamodb:BatchWriteItem', arnOf('Table')],
          ['s3:PutObject', { 'Fn::Join': ['', [arnOf('Bucket'), '/*']] }],
        ),
        Fn: lambda('fn', 'Role', {
          Environment: { Variables: { QUEUE: ref('Queue'), TABLE: ref('Table'), BUCKET: ref('Bucket') } },
        }),
      },
      code,
    ),
  );

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** Many requests take long on a busy machine. */
const PATIENCE_MS = 30_000;

describe('a disturbed service', { timeout: PATIENCE_MS }, () => {
  it('answers functions as AWS does, and works again afterwards', async () => {
    const cloud = await startWithServices();
    const answer = (name: string) => cloud.functions.get('Fn')!.invoke(name) as Promise<Answer>;
    const during = async (service: Service, kind: FaultKind, name: string): Promise<Answer> => {
      const calm = cloud.disturb(service, { kinds: [kind] });
      const found = await answer(name);
      expect(calm()).toBe(1);
      return found;
    };
    const visible = (): number => cloud.queues().work!.visible;

    for (const [kind, name, status, error] of [
      ['internal', 'put', 500, 'InternalServerError'],
      ['unknown', 'put', 500, 'InternalServerError'],
      ['unavailable', 'put', 503, 'ServiceUnavailableException'],
      ['throttled', 'batch', 400, 'ProvisionedThroughputExceededException'],
      ['partial', 'put', 400, 'ProvisionedThroughputExceededException'],
    ] as const) {
      const { status: got, text } = await during('dynamodb', kind, name);
      expect([got, (JSON.parse(text) as { __type: string }).__type.split('#')[1]]).toEqual([status, error]);
    }
    const { text: left } = await during('dynamodb', 'partial', 'batch');
    const { UnprocessedItems } = JSON.parse(left) as { UnprocessedItems: Record<string, object[]> };
    const [unprocessed] = Object.values(UnprocessedItems);
    expect([1, 2, 3]).toContain(unprocessed!.length);

    for (const [kind, status, error, sent] of [
      ['internal', 500, 'InternalFailure;Receiver', 0],
      ['unavailable', 503, 'ServiceUnavailable;Receiver', 0],
      ['throttled', 403, 'RequestThrottled;Sender', 0],
      ['partial', 403, 'RequestThrottled;Sender', 0],
      ['unknown', 500, 'InternalFailure;Receiver', 1],
    ] as const) {
      const { status: got, headers } = await during('sqs', kind, 'send');
      expect([got, headers['x-amzn-query-error'], visible()]).toEqual([status, error, sent]);
    }
    const { text: parts } = await during('sqs', 'partial', 'sendBatch');
    const { Successful, Failed } = JSON.parse(parts) as { Successful: object[]; Failed: object[] };
    expect(Successful.length + Failed.length).toBe(4);
    expect(Failed[0]).toMatchObject({ SenderFault: false, Code: 'InternalError' });
    expect(visible()).toBe(1 + Successful.length);

    for (const [kind, status, error] of [
      ['internal', 500, 'InternalError'],
      ['unavailable', 503, 'ServiceUnavailable'],
      ['throttled', 503, 'SlowDown'],
      ['unknown', 500, 'InternalError'],
    ] as const) {
      const { status: got, text } = await during('s3', kind, 'store');
      expect([got, /<Code>(\w+)/.exec(text)?.[1]]).toEqual([status, error]);
    }

    for (const name of ['put', 'batch', 'send', 'sendBatch', 'store']) {
      expect((await answer(name)).status).toBe(200);
    }
  });

  it('lets event sources receive nothing and delete nothing', async () => {
    const cloud = await start(
      assembly(
        {
          Queue: resource('AWS::SQS::Queue', { QueueName: 'work', VisibilityTimeout: 1 }),
          Role: role(
            ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'].map(
              (action): Parameters<typeof role>[number] => [action, arnOf('Queue')],
            ),
          ),
          Fn: lambda('print', 'Role', { Timeout: 1 }),
          Sender: lambda('fn', 'Role', { Environment: { Variables: { QUEUE: ref('Queue') } } }),
          Map: resource('AWS::Lambda::EventSourceMapping', {
            FunctionName: ref('Fn'),
            EventSourceArn: arnOf('Queue'),
          }),
        },
        {
          ...code,
          print: `export const handler = async ({ Records }) => {
            console.log('got ' + Records.length);
            await new Promise((r) => setTimeout(r, 100));
          };`,
        },
      ),
    );
    const received = (): number => cloud.lines.filter(({ text }) => text.startsWith('got')).length;
    await cloud.functions.get('Sender')!.invoke('send');
    await until(() => received() === 1, PATIENCE_MS);
    const calm = cloud.disturb('sqs');
    await until(() => cloud.queues().work!.visible === 1, PATIENCE_MS);
    expect(received()).toBe(1);
    expect(calm()).toBeGreaterThan(1);
    await until(() => received() === 2 && cloud.queues().work!.inFlight === 0, PATIENCE_MS);
  });
});

describe('faults', () => {
  it('are drawn by share and kind from the given numbers', () => {
    const faults = createFaults();
    const numbers = [0.5, 0.9, 0.2, 0.1];
    const calm = faults.disturb('s3', {
      share: 0.5,
      kinds: ['internal', 'throttled'],
      random: () => numbers.shift()!,
    });
    expect(faults.draw('sqs')).toBeUndefined();
    expect(faults.draw('s3')).toBeUndefined();
    expect(faults.draw('s3')).toBeUndefined();
    expect(faults.draw('s3')?.kind).toBe('internal');
    expect(calm()).toBe(1);
    expect(faults.draw('s3')).toBeUndefined();
  });

  it('leave a part of a batch, never all and never none', () => {
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id }));
    const sqs = partSqs({ QueueUrl: 'q', Entries }, () => 0.9)!;
    expect(sqs.request).toEqual({ QueueUrl: 'q', Entries: [{ Id: 'a' }] });
    expect(sqs.amend({ Successful: [{ Id: 'a' }] })).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b' }, { Id: 'c' }],
    });
    expect(partSqs({ Entries: [{ Id: 'a' }] }, () => 0)).toBeUndefined();
    expect(partSqs({ MessageBody: 'x' }, () => 0)).toBeUndefined();

    const Keys = [{ pk: 1 }, { pk: 2 }, { pk: 3 }];
    const reads = partDynamodb({ RequestItems: { T: { Keys, ConsistentRead: true } } }, () => 0.1)!;
    expect(reads.request).toEqual({
      RequestItems: { T: { Keys: Keys.slice(0, 2), ConsistentRead: true } },
    });
    expect(reads.amend({ Responses: {}, UnprocessedKeys: {} })).toEqual({
      Responses: {},
      UnprocessedKeys: { T: { Keys: Keys.slice(2), ConsistentRead: true } },
    });
    const writes = partDynamodb({ RequestItems: { T: [1, 2] } }, () => 0.1)!;
    expect(writes.request).toEqual({ RequestItems: { T: [1] } });
    expect(writes.amend({ UnprocessedItems: {} })).toEqual({ UnprocessedItems: { T: [2] } });
    expect(partDynamodb({ RequestItems: { T: [1] } }, () => 0)).toBeUndefined();
  });
});
