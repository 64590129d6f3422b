import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createClock, createMeter, type Template } from '../../../local/cloud.ts';
import { arnOf, assembly, lambda, ref, resource, role, start } from '../fixtures.ts';

const code = {
  fn: `
    import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '${import.meta.resolve('@aws-sdk/client-cloudwatch')}';
    import { oldestAges } from '${new URL('../../../lambdas/platform/queue-ages.ts', import.meta.url).href}';
    const cloudwatch = new CloudWatchClient({ maxAttempts: 1 });
    export const handler = async ({ names, region = 'us-east-1', query, list }) => {
      try {
        if (names) return Object.fromEntries(await oldestAges(region, names, Date.now()));
        if (list) return await cloudwatch.send(new ListMetricsCommand({}));
        const { StartTime, EndTime, ...rest } = query;
        const times = { StartTime: new Date(StartTime), EndTime: new Date(EndTime) };
        const { MetricDataResults } = await cloudwatch.send(new GetMetricDataCommand({ ...times, ...rest }));
        return MetricDataResults;
      } catch ({ name, message, $metadata }) {
        return { name, message, status: $metadata?.httpStatusCode };
      }
    };`,
};

type Grant = Parameters<typeof role>[number];

const resources = (...grants: Grant[]): Template['Resources'] => ({
  Last: resource('AWS::SQS::Queue', { QueueName: 'last' }),
  Work: resource('AWS::SQS::Queue', {
    QueueName: 'work',
    VisibilityTimeout: 0,
    RedrivePolicy: { deadLetterTargetArn: arnOf('Last'), maxReceiveCount: 1 },
  }),
  Role: role(...grants),
  Fn: lambda('fn', 'Role', { Timeout: 10, Environment: { Variables: { QUEUE: ref('Work') } } }),
});

async function startWith(...grants: Grant[]) {
  const meter = createMeter();
  const clock = createClock();
  const cloud = await start(assembly(resources(...grants), code), { meter, clock });
  const sqs = new SQSClient(cloud.awsClientConfig());
  const QueueUrl = cloud.resource('Work').physicalId;
  return {
    cloud,
    clock,
    meter,
    ask: (input: object) => cloud.functions.get('Fn')!.invoke(input),
    send: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    receive: () => sqs.send(new ReceiveMessageCommand({ QueueUrl })),
  };
}

const MAY_READ: Grant = ['cloudwatch:GetMetricData', '*'];

const metric = (about: object = {}) => ({
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateAgeOfOldestMessage',
  Dimensions: [{ Name: 'QueueName', Value: 'work' }],
  ...about,
});
const query = (about: object = {}, stat: object = {}, times: object = {}) => ({
  query: {
    StartTime: Date.now() - 300_000,
    EndTime: Date.now(),
    MetricDataQueries: [
      { Id: 'q', MetricStat: { Metric: metric(about), Period: 60, Stat: 'Maximum', ...stat } },
    ],
    ...times,
  },
});

describe('metrics of the local cloud (E1)', () => {
  it('say how old a queue’s oldest message is, and count what AWS bills', async () => {
    const { clock, meter, ask, send } = await startWith(MAY_READ);
    expect(await ask({ names: ['work', 'last', 'missing'] })).toEqual({ work: 0, last: 0 });
    await send();
    clock.advance(90_000);
    await send();
    expect(await ask({ names: ['work', 'last'] })).toEqual({ work: 90, last: 0 });
    expect(meter.snapshot()).toContainEqual({
      caller: 'Fn',
      service: 'cloudwatch',
      operation: 'GetMetricData',
      requests: 2,
      units: 5,
    });
  });

  it('count from the move into a dead-letter queue, as AWS does', async () => {
    const { clock, ask, send, receive } = await startWith(MAY_READ);
    // A worker's start may take a second, which would count.
    expect(await ask({ names: ['work', 'last'] })).toEqual({ work: 0, last: 0 });
    await send();
    clock.advance(90_000);
    await receive();
    await receive();
    expect(await ask({ names: ['work', 'last'] })).toEqual({ work: 0, last: 0 });
    clock.advance(20_000);
    expect(await ask({ names: ['work', 'last'] })).toEqual({ work: 0, last: 20 });
  });

  it('are kept in the region of the queue', async () => {
    const { ask, send } = await startWith(MAY_READ);
    await send();
    expect(await ask({ names: ['work'], region: 'eu-central-1' })).toEqual({});
  });

  it.each<[string, Grant[]]>([
    ['without a grant', []],
    [
      'with one for a queue, which is no resource of CloudWatch',
      [['cloudwatch:GetMetricData', arnOf('Work')]],
    ],
  ])('are refused %s', async (_, grants) => {
    const { cloud, ask } = await startWith(...grants);
    expect(await ask(query())).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      message: expect.stringContaining('not authorized to perform: cloudwatch:GetMetricData on resource: *'),
    });
    expect(cloud.denials).toMatchObject([{ functionName: 'Fn', action: 'cloudwatch:GetMetricData' }]);
  });

  it('have no points outside the time that is asked for', async () => {
    const { ask } = await startWith(MAY_READ);
    const past = { StartTime: Date.now() - 600_000, EndTime: Date.now() - 300_000 };
    expect(await ask(query({}, {}, past))).toMatchObject([{ Id: 'q', Values: [], StatusCode: 'Complete' }]);
    expect(await ask(query())).toMatchObject([{ Id: 'q', Values: [0] }]);
  });

  it('refuse what is not emulated, and what CloudWatch refuses', async () => {
    const { ask } = await startWith(MAY_READ, ['cloudwatch:ListMetrics', '*']);
    expect(await ask({ list: true })).toMatchObject({ name: 'UnknownOperationException', status: 400 });
    const now = Date.now();
    const wrong = [
      query({ Namespace: 'AWS/Lambda' }),
      query({ MetricName: 'NumberOfMessagesSent' }),
      query({ Dimensions: [] }),
      query({}, { Period: 61 }),
      query({}, { Stat: 'Average' }),
      query({}, {}, { MetricDataQueries: [] }),
      query({}, {}, { StartTime: now, EndTime: now }),
    ];
    for (const one of wrong) expect(await ask(one)).toMatchObject({ status: 400 });
  });
});
