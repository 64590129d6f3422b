import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../local/template/template.ts';
import { putEvents } from '../../helpers/event-calls.ts';
import { arnOf, assembly, ref, resource, start } from '../fixtures.ts';

const QUEUE = resource('AWS::SQS::Queue');

const policy = (queue: string, rule = 'Rule') =>
  resource('AWS::SQS::QueuePolicy', {
    Queues: [ref(queue)],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arnOf(queue),
          Condition: { StringEquals: { 'aws:SourceArn': arnOf(rule) } },
        },
      ],
    },
  });

const rule = (more: Resource['Properties'] = {}) =>
  resource('AWS::Events::Rule', {
    EventPattern: { source: ['shop'] },
    Targets: [{ Id: 'Queue', Arn: arnOf('Queue'), DeadLetterConfig: { Arn: arnOf('Failed') } }],
    ...more,
  });

const template = (more: Record<string, Resource> = {}) =>
  assembly({
    Queue: QUEUE,
    Failed: QUEUE,
    Rule: rule(),
    Policy: policy('Queue'),
    FailedPolicy: policy('Failed'),
    ...more,
  });

const SOLD = { Source: 'shop', DetailType: 'Sold', Detail: '{"n":1}' };

async function messagesOf(cloud: Awaited<ReturnType<typeof start>>, name: string) {
  const client = new SQSClient(cloud.awsClientConfig());
  const command = new ReceiveMessageCommand({
    QueueUrl: cloud.resource(name).physicalId,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await client.send(command);
  client.destroy();
  return Messages;
}

describe('a rule of a bus', () => {
  it('sends the events that it matches to its queue, as EventBridge shapes them', async () => {
    const cloud = await start(template());
    const { status, body } = await putEvents(cloud, [
      { ...SOLD, Time: 1_800_000_000, Resources: ['arn:aws:x'] },
      { ...SOLD, Source: 'other' },
    ]);
    expect({ status, failed: body.FailedEntryCount }).toEqual({ status: 200, failed: 0 });
    const messages = await messagesOf(cloud, 'Queue');
    expect(messages.map(({ Body }) => JSON.parse(Body!))).toEqual([
      {
        version: '0',
        id: body.Entries![0]!.EventId,
        'detail-type': 'Sold',
        source: 'shop',
        account: '000000000000',
        time: '2027-01-15T08:00:00Z',
        region: 'us-east-1',
        resources: ['arn:aws:x'],
        detail: { n: 1 },
      },
    ]);
  });

  it('sends what the queue’s policy refuses to its dead-letter queue', async () => {
    const cloud = await start(template({ Policy: policy('Failed') }));
    await putEvents(cloud, [SOLD]);
    expect(await messagesOf(cloud, 'Queue')).toEqual([]);
    const [message] = await messagesOf(cloud, 'Failed');
    expect(JSON.parse(message!.Body!)).toMatchObject({ source: 'shop' });
    expect(message!.MessageAttributes!.ERROR_CODE!.StringValue).toBe('NO_PERMISSIONS');
  });

  it('is on the bus that it names, and does nothing while it is off', async () => {
    const bus = { EventBusName: ref('Bus') };
    const cloud = await start(
      template({
        Bus: resource('AWS::Events::EventBus', { Name: 'shop' }),
        Rule: rule(bus),
        Off: rule({ State: 'DISABLED' }),
      }),
    );
    await putEvents(cloud, [SOLD, { ...SOLD, EventBusName: 'shop' }]);
    expect(await messagesOf(cloud, 'Queue')).toHaveLength(1);
  });

  it.each<[string, Resource['Properties'], string]>([
    [
      'an operator that is not implemented',
      { EventPattern: { source: [{ cidr: '10.0.0.0/8' }] } },
      'operator cidr',
    ],
    [
      'no pattern and no schedule',
      { EventPattern: undefined as never },
      'expected ScheduleExpression or EventPattern',
    ],
    [
      'a queue that is not there',
      { Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:us-east-1:000000000000:no' }] },
      'there is no arn',
    ],
    ['an unknown property', { Targets: [{ Id: 'a', Arn: arnOf('Queue'), InputPath: '$' }] }, 'InputPath'],
  ])('is refused with %s', async (_, properties, problem) => {
    await expect(start(template({ Rule: rule(properties) }))).rejects.toThrow(problem);
  });
});

describe('PutEvents', () => {
  it('takes entries one by one', async () => {
    const cloud = await start(template());
    const { body } = await putEvents(cloud, [
      SOLD,
      { ...SOLD, Detail: 'no json' },
      { ...SOLD, Detail: '[]' },
      { Source: 'shop', Detail: '{}' },
      { ...SOLD, Source: 'aws.s3' },
      { ...SOLD, EventBusName: 'nowhere' },
    ]);
    expect(body.FailedEntryCount).toBe(5);
    expect(body.Entries!.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
    expect(await messagesOf(cloud, 'Queue')).toHaveLength(1);
  });

  it.each<[string, readonly object[], string]>([
    ['no entry', [], 'ValidationException'],
    ['eleven', Array.from({ length: 11 }, () => SOLD), 'ValidationException'],
    [
      'more than 1 MiB',
      [{ ...SOLD, Detail: JSON.stringify({ x: 'x'.repeat(1_048_576) }) }],
      'ValidationException',
    ],
    ['an unknown field', [{ ...SOLD, Colour: 'red' }], 'ValidationException'],
  ])('refuses %s', async (_, entries, type) => {
    const cloud = await start(template());
    expect(await putEvents(cloud, entries)).toMatchObject({ status: 400, body: { __type: type } });
  });
});
