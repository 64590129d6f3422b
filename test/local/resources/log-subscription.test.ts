import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../local/template/template.ts';
import { callLogs, putLines } from '../../helpers/log-calls.ts';
import { arnOf, assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

const code = {
  reader: `
    export const handler = async (event) => {
      console.log(JSON.stringify({ got: event.awslogs ?? event.Records }));
      if (process.env.FAILS === 'yes') throw new Error('not today');
    };`,
};

const GROUP = '/shop/app';
const GROUP_ARN = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*`;

const filter = (more: Resource['Properties'] = {}, rest: Partial<Resource> = { DependsOn: 'Permission' }) =>
  resource(
    'AWS::Logs::SubscriptionFilter',
    { LogGroupName: GROUP, FilterPattern: '', DestinationArn: arnOf('Reader'), ...more },
    rest,
  );

const permission = (more: Resource['Properties'] = {}) =>
  resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref('Reader'),
    Principal: 'logs.amazonaws.com',
    SourceArn: GROUP_ARN,
    SourceAccount: '000000000000',
    ...more,
  });

const QUEUE = resource('AWS::SQS::Queue');
const invokeConfig = (more: Resource['Properties']) =>
  resource('AWS::Lambda::EventInvokeConfig', {
    FunctionName: ref('Reader'),
    Qualifier: '$LATEST',
    ...more,
  });

const template = (more: Record<string, Resource> = {}, variables: Record<string, string> = {}) =>
  assembly(
    {
      Role: role(['sqs:SendMessage', arnOf('Failed')]),
      Failed: QUEUE,
      Reader: lambda('reader', 'Role', { Environment: { Variables: variables } }),
      Permission: permission(),
      Filter: filter(),
      ...more,
    },
    code,
  );

type Cloud = Awaited<ReturnType<typeof start>>;

interface Data {
  readonly logEvents: readonly { id: string; timestamp: number; message: string }[];
  readonly [member: string]: unknown;
}

/** What the function was invoked with. */
const invocations = (cloud: Cloud): Data[] =>
  cloud.lines.flatMap(({ text }) => {
    const { data } = (text.startsWith('{"got"') && JSON.parse(text).got) || {};
    return data ? [JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString())] : [];
  });

const messages = (cloud: Cloud): string[] =>
  invocations(cloud).flatMap(({ logEvents }) => logEvents.map(({ message }) => message));

describe('AWS::Logs::SubscriptionFilter (A8)', () => {
  it('invokes its function with the lines of a foreign log group that meet the pattern', async () => {
    const cloud = await start(template({ Filter: filter({ FilterPattern: 'ERROR', FilterName: 'errors' }) }));
    const { status } = await putLines(cloud, GROUP, 'i-1', ['ERROR one', 'INFO two', 'ERROR three']);
    expect(status).toBe(200);
    await until(() => messages(cloud).length === 2);
    const [data] = invocations(cloud);
    expect(data).toMatchObject({
      messageType: 'DATA_MESSAGE',
      owner: '000000000000',
      logGroup: GROUP,
      logStream: 'i-1',
      subscriptionFilters: ['errors'],
      logEvents: [{ message: 'ERROR one' }, { message: 'ERROR three' }],
    });
    const ids = data!.logEvents.map(({ id }) => id);
    expect(ids.every((id) => /^\d{56}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(2);
  });

  it('invokes it with lines of a function of the template', async () => {
    const Writer = lambda('writer', 'Role', { LoggingConfig: { LogGroup: ref('Group') } });
    const Group = resource('AWS::Logs::LogGroup', { LogGroupName: GROUP });
    const dir = assembly(
      {
        Role: role(),
        Group,
        Writer,
        Reader: lambda('reader', 'Role'),
        Permission: permission(),
        Filter: filter({ LogGroupName: ref('Group') }),
      },
      { ...code, writer: `export const handler = async () => { console.log('from a function'); };` },
    );
    const cloud = await start(dir);
    await cloud.functions.get('Writer')!.invoke({});
    await until(() => messages(cloud).length === 1);
    expect(messages(cloud)).toEqual(['from a function']);
  });

  it('is refused where AWS refuses it', async () => {
    await expect(
      start(template({ Permission: permission({ SourceArn: 'arn:aws:logs:::other' }) })),
    ).rejects.toThrow('it has no AWS::Lambda::Permission for logs.amazonaws.com');
    await expect(start(template({ Second: filter(), Third: filter() }))).rejects.toThrow(
      'has 2 subscription filters, as many as one may have',
    );
    await expect(start(template({ Filter: filter({ FilterPattern: '?a b' }) }))).rejects.toThrow(
      'expected ?',
    );
  });

  it('tries an event three times, and sends it to the destination', async () => {
    const dir = template(
      { Config: invokeConfig({ DestinationConfig: { OnFailure: { Destination: arnOf('Failed') } } }) },
      { FAILS: 'yes' },
    );
    const cloud = await start(dir, { limits: { asyncRetryMs: [5, 10] } });
    await putLines(cloud, GROUP, 'i-1', ['kept']);
    await until(() => cloud.queues()['app-Failed']?.visible === 1);
    expect(messages(cloud)).toEqual(['kept', 'kept', 'kept']);
    expect(new Set(invocations(cloud).map(({ logEvents }) => logEvents[0]!.id)).size).toBe(1);
  });

  it('drops an event that fails and has no destination, and says so', async () => {
    const cloud = await start(
      template({ Config: invokeConfig({ MaximumRetryAttempts: 0 }) }, { FAILS: 'yes' }),
    );
    await putLines(cloud, GROUP, 'i-1', ['lost']);
    await until(() => cloud.lines.some(({ text }) => text.startsWith('AsyncEventDropped')));
    expect(messages(cloud)).toEqual(['lost']);
  });

  it('refuses a destination that the role may not send to', async () => {
    const Other = QUEUE;
    const Config = invokeConfig({ DestinationConfig: { OnFailure: { Destination: arnOf('Other') } } });
    await expect(start(template({ Other, Config }))).rejects.toThrow('permissions to call SendMessage');
  });
});

describe('PutLogEvents (A8)', () => {
  it('refuses what CloudWatch Logs refuses', async () => {
    const cloud = await start(template());
    const put = (logEvents: object[], logStreamName = 's') =>
      callLogs(cloud, 'PutLogEvents', { logGroupName: GROUP, logStreamName, logEvents });
    const now = Date.now();
    expect(await put([{ timestamp: now, message: 'a' }])).toMatchObject({
      status: 400,
      body: { __type: 'ResourceNotFoundException' },
    });
    await callLogs(cloud, 'CreateLogStream', { logGroupName: GROUP, logStreamName: 's' });
    const line = (timestamp: number, message = 'x') => ({ timestamp, message });
    const refusals: object[][] = [
      [],
      [line(now, '')],
      [line(now), line(now - 1)],
      [line(now - 25 * 3_600_000), line(now)],
      [line(now, 'x'.repeat(1_048_577))],
    ];
    for (const refused of refusals)
      expect(await put(refused)).toMatchObject({
        status: 400,
        body: { __type: 'InvalidParameterException' },
      });
    const old = now - 15 * 24 * 3_600_000;
    expect(await put([line(old), line(old + 1)])).toMatchObject({
      status: 200,
      body: { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 2 } },
    });
    expect(await put([line(now), line(now + 3 * 3_600_000)])).toMatchObject({
      body: { rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 } },
    });
    await until(() => messages(cloud).length === 1);
    expect(await callLogs(cloud, 'CreateLogGroup', { logGroupName: GROUP })).toMatchObject({
      body: { __type: 'ResourceAlreadyExistsException' },
    });
    expect(await callLogs(cloud, 'DescribeLogStreams', { logGroupName: GROUP })).toMatchObject({
      body: { logStreams: [{ logStreamName: 's' }] },
    });
    expect(await callLogs(cloud, 'DescribeLogGroups', { logGroupNamePrefix: '/shop' })).toMatchObject({
      body: { logGroups: [{ logGroupName: GROUP }] },
    });
  });

  it('divides a flood into events that Lambda takes', async () => {
    const cloud = await start(template());
    const lines = Array.from({ length: 9000 }, (_, i) => `${i} ${'x'.repeat(85)}`);
    await putLines(cloud, GROUP, 's', lines);
    await until(() => messages(cloud).length === 9000);
    expect(messages(cloud)).toEqual(lines);
    expect(invocations(cloud).length).toBeGreaterThan(1);
  });
});
