import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { CHAIN_LIMIT, lineageOf, merged, traceHeader } from '../../../local/lambda/lineage.ts';
import { arnOf, assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

describe('a lineage', () => {
  it.each([
    ['of no header', undefined, {}],
    ['of a header without', 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1', {}],
    ['of one function', 'Root=1-5759e988-bd;Lineage=a87bd80c:3', { a87bd80c: 3 }],
    ['of several', 'Root=1-5759e988-bd;Lineage=a87bd80c:1|68fd508a:5', { a87bd80c: 1, '68fd508a': 5 }],
    ['with a version before it', 'Lineage=1:a87bd80c:7;Sampled=0', { '1:a87bd80c': 7 }],
  ])('%s', (_, header, expected) => {
    expect(Object.fromEntries(lineageOf(header))).toEqual(expected);
  });

  it('has one invocation more after each', () => {
    let header = traceHeader(new Map(), 'aaaaaaaa');
    for (let i = 0; i < 4; i++) header = traceHeader(lineageOf(header), i % 2 ? 'aaaaaaaa' : 'bbbbbbbb');
    expect(Object.fromEntries(lineageOf(header))).toEqual({ aaaaaaaa: 3, bbbbbbbb: 2 });
  });

  it('of a batch has each function’s highest count of all messages', () => {
    const lineages = [{ a: 3, b: 1 }, { b: 4, c: 1 }, {}].map((each) => new Map(Object.entries(each)));
    expect(Object.fromEntries(merged(lineages))).toEqual({ a: 3, b: 4, c: 1 });
  });
});

const code = {
  loop: `
    import { SQSClient, SendMessageCommand, SendMessageBatchCommand } from ${JSON.stringify(import.meta.resolve('@aws-sdk/client-sqs'))};
    const sqs = new SQSClient();
    const QueueUrl = process.env.TO;
    let passes = 0;
    export const handler = async ({ Records, body }) => {
      passes++;
      const MessageBody = String(Number(Records?.[0].body ?? body ?? 0) + 1);
      if (passes > 40) return;
      if (passes % 2) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      else await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody }] }));
    };`,
};

/** A function that forwards each message to its own queue, or to another function's, which sends it back. */
function loop(more: object, between: object | undefined = undefined) {
  const queue = (deadLetters?: string, VisibilityTimeout = 1) =>
    resource('AWS::SQS::Queue', {
      VisibilityTimeout,
      ...(deadLetters && { RedrivePolicy: { deadLetterTargetArn: arnOf(deadLetters), maxReceiveCount: 2 } }),
    });
  const consumer = (id: string, from: string, to: string, properties: object) => ({
    [`${id}Role`]: role(
      ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map(
        (action) => [action, arnOf(from)] as [string, ReturnType<typeof arnOf>],
      ),
      ['sqs:SendMessage', arnOf(to)],
    ),
    [id]: lambda('loop', `${id}Role`, {
      Timeout: 1,
      Environment: { Variables: { TO: ref(to) } },
      ...properties,
    }),
    [`${id}Source`]: resource('AWS::Lambda::EventSourceMapping', {
      FunctionName: ref(id),
      EventSourceArn: arnOf(from),
    }),
  });
  return assembly(
    {
      Dead: queue(),
      In: queue('Dead'),
      ...consumer('Fn', 'In', between ? 'Back' : 'In', more),
      // Its function starts with the first message, which must not come again meanwhile: that would be a second chain.
      ...(between && { Back: queue('Dead', 30), ...consumer('Between', 'Back', 'In', between) }),
    },
    code,
  );
}

describe('a function whose messages come back (E1)', () => {
  it.each([
    ['to itself', undefined],
    ['by another function, which may go on', { RecursiveLoop: 'Allow' }],
  ])('%s, is stopped, and the message goes to the dead letters', async (_, between) => {
    const cloud = await start(loop({}, between));
    const fn = cloud.functions.get('Fn')!;
    await fn.invoke({});
    await until(() => cloud.queues()['app-Dead']!.visible === 1, 8000);
    // The first invocation began a chain, and refused ones do not count.
    expect(fn.stats()).toMatchObject({ invocations: CHAIN_LIMIT, loopsStopped: 2, errors: 0 });
    expect(cloud.lines.map(({ text }) => text).join('\n')).toMatch(/LoopStopped .*Fn 16 times/);
    const sqs = new SQSClient(cloud.awsClientConfig());
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'app-Dead' }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
    );
    expect(Messages![0]!.MessageAttributes).toBeUndefined();
  });

  it('goes on where loops are allowed', async () => {
    const cloud = await start(loop({ RecursiveLoop: 'Allow' }));
    const fn = cloud.functions.get('Fn')!;
    await fn.invoke({});
    await until(() => fn.stats().invocations > 2 * CHAIN_LIMIT);
    expect(fn.stats().loopsStopped).toBe(0);
  });

  it('begins a new chain with each invocation that does not come from a message', async () => {
    const cloud = await start(loop({}));
    const fn = cloud.functions.get('Fn')!;
    await fn.invoke({});
    await until(() => fn.stats().loopsStopped > 0);
    const before = fn.stats().invocations;
    await fn.invoke({});
    await until(() => fn.stats().invocations > before + CHAIN_LIMIT - 1);
  });

  it('must be declared with a value that AWS knows', async () => {
    await expect(start(loop({ RecursiveLoop: 'Yes' }))).rejects.toThrow(/RecursiveLoop/);
  });
});

it('a function may be traced, in a mode that AWS knows', async () => {
  const cloud = await start(loop({ TracingConfig: { Mode: 'Active' } }));
  expect(cloud.functions.has('Fn')).toBe(true);
  await expect(start(loop({ TracingConfig: { Mode: 'On' } }))).rejects.toThrow(/TracingConfig/);
});
