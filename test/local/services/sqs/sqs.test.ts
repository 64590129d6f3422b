import fc from 'fast-check';
import { buildApp } from 'fauxqs';
import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../../local/core/access.ts';
import type { Heard } from '../../../../local/core/heard.ts';
import { createMeter } from '../../../../local/core/meter.ts';
import { serviceCall } from '../../../../local/services/call.ts';
import { createFaults } from '../../../../local/services/faults.ts';
import { createSqs } from '../../../../local/services/sqs/sqs.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:work';
const QueueUrl = 'http://127.0.0.1:1/000000000000/work';

const SETTINGS = {
  name: 'work',
  url: QueueUrl,
  arn: ARN,
  visibilityTimeout: 30,
  delay: 0,
  maximumMessageSize: 1_048_576,
  retention: 345_600,
  receiveWait: 0,
};
/** A queue of the same name in another region. */
const ABROAD = {
  url: 'http://sqs.eu-central-1.localhost:1/000000000000/work',
  arn: 'arn:aws:sqs:eu-central-1:000000000000:work',
};

const signature = (accessKey: string): string =>
  `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`;

interface Answer {
  readonly status: number;
  readonly error: string | undefined;
  readonly body: Record<string, unknown>;
}

function startSqs({ more = {}, operations = ['sqs:*'] } = {}) {
  const access = createAccess(() => {});
  const meter = createMeter();
  const faults = createFaults();
  const heard: Heard[] = [];
  const sqs = createSqs({ access, faults, meter, hear: (each) => heard.push(each) });
  const queue = sqs.createQueue({ ...SETTINGS, ...more });
  sqs.createQueue({ ...SETTINGS, ...ABROAD });
  const statements = operations.map((each) => ({
    effect: 'Allow' as const,
    action: (action: string) => each === 'sqs:*' || each === action,
    resource: (resource: string) => resource === ARN || resource === '*',
  }));
  const key = access.issueKey('Fn', {
    name: 'role',
    arn: 'arn:aws:iam::000000000000:role/role',
    statements,
  });
  const call = async (operation: string, input: object | string, headers = {}): Promise<Answer> => {
    const answer = await sqs.answer(
      serviceCall({
        method: 'POST',
        path: '/',
        headers: { 'x-amz-target': `AmazonSQS.${operation}`, authorization: signature(key), ...headers },
        body: typeof input === 'string' ? input : JSON.stringify(input),
      }),
    );
    return {
      status: answer.status,
      error: answer.headers['x-amzn-query-error'],
      body: JSON.parse(answer.body.toString()) as Record<string, unknown>,
    };
  };
  return { sqs, queue, call, access, meter, faults, heard };
}

const entry = (Id: string, more: object = {}) => ({ Id, MessageBody: 'x', ...more });
const attribute = { DataType: 'String', StringValue: 'v' };
const SERVICE = 'AWS.SimpleQueueService.';

describe('SQS of the local cloud', () => {
  it.each<[string, string, object | string, string, RegExp]>([
    [
      'an unknown operation',
      'StartMessageMoveTask',
      { QueueUrl },
      `${SERVICE}UnsupportedOperation`,
      /no operation/,
    ],
    ['a body that is no JSON', 'SendMessage', '{', 'SerializationException', /JSON/],
    ['no queue', 'SendMessage', { MessageBody: 'x' }, 'MissingParameter', /QueueUrl/],
    [
      'an unknown queue',
      'SendMessage',
      { QueueUrl: 'http://sqs.eu-west-1.localhost/000000000000/work', MessageBody: 'x' },
      `${SERVICE}NonExistentQueue`,
      /does not exist/,
    ],
    [
      'a queue of another region than the signature’s',
      'SendMessage',
      { QueueUrl: ABROAD.url, MessageBody: 'x' },
      `${SERVICE}NonExistentQueue`,
      /does not exist/,
    ],
    [
      'another queue beside the name of an allowed one',
      'SendMessage',
      { QueueUrl: 'http://127.0.0.1:1/000000000000/closed', QueueName: 'work', MessageBody: 'x' },
      'AccessDenied',
      /closed/,
    ],
    ['what all objects have', 'constructor', { QueueUrl }, `${SERVICE}UnsupportedOperation`, /no operation/],
    ['an unknown name', 'GetQueueUrl', { QueueName: 'other' }, 'AccessDenied', /other/],
    ['no name', 'GetQueueUrl', {}, 'MissingParameter', /QueueName/],
    ['no text', 'SendMessage', { QueueUrl }, 'MissingParameter', /MessageBody/],
    ['an empty text', 'SendMessage', { QueueUrl, MessageBody: '' }, 'MissingParameter', /MessageBody/],
    [
      'a control character',
      'SendMessage',
      { QueueUrl, MessageBody: '\u0001' },
      'InvalidMessageContents',
      /#x9/,
    ],
    ['a non-character', 'SendMessage', { QueueUrl, MessageBody: 'a\uffff' }, 'InvalidMessageContents', /#x9/],
    [
      'half a surrogate pair',
      'SendMessage',
      { QueueUrl, MessageBody: '\ud83d' },
      'InvalidMessageContents',
      /#x9/,
    ],
    [
      'more than 1 MiB',
      'SendMessage',
      { QueueUrl, MessageBody: 'é'.repeat(524_289) },
      'InvalidParameterValue',
      /shorter than 1048576 bytes/,
    ],
    [
      'more than 1 MiB with its attributes',
      'SendMessage',
      { QueueUrl, MessageBody: 'x'.repeat(1_048_570), MessageAttributes: { a: attribute } },
      'InvalidParameterValue',
      /shorter than 1048576 bytes/,
    ],
    ...(
      [
        ['of no name', { '': attribute }],
        ['of a name with a blank', { 'a b': attribute }],
        ['of a name of AWS', { 'AWS.a': attribute }],
        ['of a name with a period at its end', { 'a.': attribute }],
        ['of a long name', { ['a'.repeat(257)]: attribute }],
        ['of no type', { a: { StringValue: 'v' } }],
        ['of an unknown type', { a: { DataType: 'Text', StringValue: 'v' } }],
        ['of no value', { a: { DataType: 'String' } }],
        ['of an empty value', { a: { DataType: 'String', StringValue: '' } }],
        ['of another type’s value', { a: { DataType: 'Binary', StringValue: 'v' } }],
        ['of a number that is none', { a: { DataType: 'Number', StringValue: 'one' } }],
        ['with a control character', { a: { DataType: 'String', StringValue: '\u0001' } }],
        ['that is nothing', { a: null }],
        [
          'more than ten times',
          Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, attribute])),
        ],
      ] as const
    ).map(
      ([what, MessageAttributes]) =>
        [
          `an attribute ${what}`,
          'SendMessage',
          { QueueUrl, MessageBody: 'x', MessageAttributes },
          'InvalidParameterValue',
          /attribute/,
        ] as [string, string, object, string, RegExp],
    ),
    [
      'an entry that is nothing',
      'SendMessageBatch',
      { QueueUrl, Entries: [null] },
      `${SERVICE}InvalidBatchEntryId`,
      /entry id/,
    ],
    [
      'a long delay',
      'SendMessage',
      { QueueUrl, MessageBody: 'x', DelaySeconds: 901 },
      'InvalidParameterValue',
      /900/,
    ],
    [
      'a long group',
      'SendMessage',
      { QueueUrl, MessageBody: 'x', MessageGroupId: 'g'.repeat(129) },
      'InvalidParameterValue',
      /1 to 128/,
    ],
    [
      'a FIFO queue’s parameter',
      'SendMessage',
      { QueueUrl, MessageBody: 'x', MessageDeduplicationId: 'd' },
      'InvalidParameterValue',
      /queue type/,
    ],
    [
      'no entries',
      'SendMessageBatch',
      { QueueUrl, Entries: [] },
      `${SERVICE}EmptyBatchRequest`,
      /any entries/,
    ],
    [
      'too many entries',
      'SendMessageBatch',
      { QueueUrl, Entries: Array.from({ length: 11 }, (_, i) => entry(`${i}`)) },
      `${SERVICE}TooManyEntriesInBatchRequest`,
      /are 10\. You have sent 11/,
    ],
    [
      'an entry’s odd id',
      'SendMessageBatch',
      { QueueUrl, Entries: [entry('a b')] },
      `${SERVICE}InvalidBatchEntryId`,
      /80 letters/,
    ],
    [
      'an entry’s long id',
      'DeleteMessageBatch',
      { QueueUrl, Entries: [{ Id: 'a'.repeat(81), ReceiptHandle: 'x' }] },
      `${SERVICE}InvalidBatchEntryId`,
      /80 letters/,
    ],
    [
      'two entries of one id',
      'ChangeMessageVisibilityBatch',
      { QueueUrl, Entries: [entry('a'), entry('a')] },
      `${SERVICE}BatchEntryIdsNotDistinct`,
      /Id a repeated/,
    ],
    [
      'an entry without text',
      'SendMessageBatch',
      { QueueUrl, Entries: [entry('a'), { Id: 'b' }] },
      'MissingParameter',
      /Entry\.2\.MessageBody/,
    ],
    [
      'more than 1 MiB in a batch',
      'SendMessageBatch',
      { QueueUrl, Entries: ['a', 'b'].map((id) => entry(id, { MessageBody: 'x'.repeat(524_289) })) },
      `${SERVICE}BatchRequestTooLong`,
      /longer than 1048576 bytes. You have sent 1048578/,
    ],
    [
      'no message',
      'ReceiveMessage',
      { QueueUrl, MaxNumberOfMessages: 0 },
      'InvalidParameterValue',
      /1 and 10/,
    ],
    [
      'eleven messages',
      'ReceiveMessage',
      { QueueUrl, MaxNumberOfMessages: 11 },
      'InvalidParameterValue',
      /1 and 10/,
    ],
    ['a long wait', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 21 }, 'InvalidParameterValue', /0 and 20/],
    [
      'a long timeout',
      'ReceiveMessage',
      { QueueUrl, VisibilityTimeout: 43_201 },
      'InvalidParameterValue',
      /43200/,
    ],
    ['no handle', 'DeleteMessage', { QueueUrl }, 'MissingParameter', /ReceiptHandle/],
    [
      'no timeout',
      'ChangeMessageVisibility',
      { QueueUrl, ReceiptHandle: 'x' },
      'MissingParameter',
      /VisibilityTimeout/,
    ],
    [
      'a handle that is not in flight',
      'ChangeMessageVisibility',
      { QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 1 },
      `${SERVICE}MessageNotInflight`,
      /not available/,
    ],
  ])('refuses %s', async (_, operation, input, code, message) => {
    const { call, queue } = startSqs();
    const { status, error, body } = await call(operation, input);
    expect(status).toBe(code === 'AccessDenied' ? 403 : 400);
    expect(error).toBe(`${code};Sender`);
    expect(body.message).toMatch(message);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('takes the good entries of a batch, and says what is wrong with the others', async () => {
    const { call, queue } = startSqs({ more: { maximumMessageSize: 1024 } });
    const Entries = [
      entry('good', { MessageBody: 'ok 🎉' }),
      entry('bad', { MessageBody: '\u0000' }),
      entry('late', { DelaySeconds: 900 }),
      entry('later', { DelaySeconds: -1 }),
      entry('group', { MessageGroupId: 'two words' }),
      entry('long', { MessageBody: 'x'.repeat(1025) }),
    ];
    const { body } = await call('SendMessageBatch', { QueueUrl, Entries });
    expect(body).toMatchObject({
      Successful: [{ Id: 'good' }, { Id: 'late' }],
      Failed: [
        { Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' },
        { Id: 'later', SenderFault: true, Code: 'InvalidParameterValue' },
        { Id: 'group', SenderFault: true, Code: 'InvalidParameterValue' },
        { Id: 'long', SenderFault: true, Code: 'InvalidParameterValue' },
      ],
    });
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
  });

  it('returns the attributes that a receiver names', async () => {
    const { call } = startSqs();
    const trace = 'Root=1-2-3';
    const MessageAttributes = {
      'a.one': attribute,
      'a.two': attribute,
      b: { DataType: 'Binary', BinaryValue: 'AQI=' },
    };
    const sent = await call(
      'SendMessage',
      { QueueUrl, MessageBody: 'x', MessageGroupId: 'g', MessageAttributes },
      { 'x-amzn-trace-id': trace },
    );
    const receive = async (names: object) => {
      const { body } = await call('ReceiveMessage', { QueueUrl, VisibilityTimeout: 0, ...names });
      return (body.Messages as Record<string, unknown>[])[0]!;
    };
    expect(await receive({ MessageAttributeNames: ['All'] })).toMatchObject({
      MessageAttributes,
      MD5OfMessageAttributes: sent.body.MD5OfMessageAttributes,
    });
    const some = await receive({ MessageAttributeNames: ['a.*'] });
    expect(some.MessageAttributes).toEqual({ 'a.one': attribute, 'a.two': attribute });
    expect(some.MD5OfMessageAttributes).not.toBe(sent.body.MD5OfMessageAttributes);
    const none = await receive({ MessageSystemAttributeNames: ['All'] });
    expect(none).not.toHaveProperty('MessageAttributes');
    expect(none.Attributes).toEqual({
      SenderId: '000000000000',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateReceiveCount: '3',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      MessageGroupId: 'g',
      AWSTraceHeader: trace,
    });
    expect((await receive({ AttributeNames: ['AWSTraceHeader'] })).Attributes).toEqual({
      AWSTraceHeader: trace,
    });
  });

  it('waits for a message, and not longer than told', async () => {
    const { call, queue } = startSqs();
    const waiting = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
    await call('SendMessageBatch', { QueueUrl, Entries: [entry('a'), entry('b')] });
    expect((await waiting).body.Messages).toHaveLength(2);
    const began = performance.now();
    expect((await call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 1 })).body).toEqual({});
    expect(performance.now() - began).toBeGreaterThan(900);
    const forever = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
    queue.close();
    expect((await forever).body).toEqual({});
  });

  it('checks the caller, draws faults, counts what is billed and passes on what is sent', async () => {
    const { call, access, meter, faults, heard, queue } = startSqs({ operations: ['sqs:SendMessage'] });
    expect((await call('ReceiveMessage', { QueueUrl })).status).toBe(403);
    expect(access.denials).toMatchObject([
      { functionName: 'Fn', action: 'sqs:ReceiveMessage', resource: ARN },
    ]);
    const Entries = ['a', 'b', 'c'].map((id) => entry(id, { MessageBody: id.repeat(40_000) }));
    const calm = faults.disturb('sqs', { kinds: ['partial'] });
    const { body } = await call('SendMessageBatch', { QueueUrl, Entries });
    expect(calm()).toBe(1);
    const { Successful, Failed } = body as { Successful: object[]; Failed: object[] };
    expect(Successful.length + Failed.length).toBe(3);
    expect(queue.counts().visible).toBe(Successful.length);
    expect(heard).toHaveLength(Successful.length);
    expect(heard[0]).toMatchObject({ kind: 'message', caller: 'Fn', queue: 'work' });
    expect(meter.snapshot()).toEqual([
      { caller: 'Fn', service: 'sqs', operation: 'SendMessageBatch', requests: 1, units: 2, fairUnits: 0 },
    ]);
  });

  it('lists the queues of the region that is asked', async () => {
    const { call } = startSqs();
    expect((await call('ListQueues', {})).body).toEqual({ QueueUrls: [QueueUrl] });
  });

  it('answers as fauxqs does', async () => {
    const bodies = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd e'), { maxLength: 4 });
    const at = fc.nat(12);
    const timeout = fc.constantFrom(0, 30);
    const step = fc.oneof(
      fc.tuple(fc.constant('SendMessage' as const), bodies),
      fc.tuple(fc.constant('SendMessageBatch' as const), ids),
      fc.tuple(fc.constant('ReceiveMessage' as const), fc.integer({ min: 1, max: 10 })),
      fc.tuple(fc.constant('DeleteMessage' as const), at),
      fc.tuple(fc.constant('DeleteMessageBatch' as const), ids),
      fc.tuple(fc.constant('ChangeMessageVisibility' as const), fc.tuple(at, timeout)),
      fc.tuple(fc.constant('PurgeQueue' as const)),
    );
    const AttributeNames = [
      'QueueArn',
      'VisibilityTimeout',
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { call } = startSqs();
        const app = buildApp({ logger: false, defaultRegion: 'us-east-1' });
        const ask = async (operation: string, input: object): Promise<Answer> => {
          const { statusCode, headers, body } = await app.inject({
            method: 'POST',
            url: '/',
            headers: {
              'x-amz-target': `AmazonSQS.${operation}`,
              'content-type': 'application/x-amz-json-1.0',
            },
            payload: JSON.stringify(input),
          });
          return {
            status: statusCode,
            error: headers['x-amzn-query-error'] as string | undefined,
            body: JSON.parse(body) as Record<string, unknown>,
          };
        };
        await ask('CreateQueue', { QueueName: 'work' });
        /** Receipt handles of both sides, in the order of their receives. */
        const handles: [ours: string, theirs: string][] = [];
        for (const [operation, about] of steps) {
          const inputOf = (side: 0 | 1): object => {
            const handle = (place: number): string => handles[place]?.[side] ?? 'none';
            switch (operation) {
              case 'SendMessage':
                return { MessageBody: about, MessageAttributes: { name: attribute } };
              case 'SendMessageBatch':
                return { Entries: about.map((Id) => ({ Id, MessageBody: Id })) };
              case 'ReceiveMessage':
                return { MaxNumberOfMessages: about, MessageAttributeNames: ['All'] };
              case 'DeleteMessage':
                return { ReceiptHandle: handle(about) };
              case 'DeleteMessageBatch':
                return { Entries: about.map((Id, i) => ({ Id, ReceiptHandle: handle(i) })) };
              case 'ChangeMessageVisibility':
                return { ReceiptHandle: handle(about[0]), VisibilityTimeout: about[1] };
              case 'PurgeQueue':
                return {};
            }
          };
          const [ours, theirs] = await Promise.all([
            call(operation, { QueueUrl, ...inputOf(0) }),
            ask(operation, { QueueUrl, ...inputOf(1) }),
          ]);
          expect(withoutIds(ours)).toEqual(withoutIds(theirs));
          const received = [ours, theirs].map(
            ({ body }) => (body.Messages ?? []) as { ReceiptHandle: string }[],
          );
          received[0]!.forEach(({ ReceiptHandle }, i) => {
            handles.push([ReceiptHandle, received[1]![i]!.ReceiptHandle]);
          });
          const [ourCounts, theirCounts] = await Promise.all([
            call('GetQueueAttributes', { QueueUrl, AttributeNames }),
            ask('GetQueueAttributes', { QueueUrl, AttributeNames }),
          ]);
          expect(ourCounts).toEqual(theirCounts);
        }
        await app.close();
      }),
      { numRuns: 60 },
    );
  });
});

/** Both sides draw ids and handles. */
function withoutIds(answer: Answer): object {
  const text = JSON.stringify(answer).replace(/"(MessageId|ReceiptHandle)":"[^"]*"/g, '"$1":"…"');
  return JSON.parse(text) as object;
}
