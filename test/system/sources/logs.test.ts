import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { edits, impatient, shortCaches, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { putLines } from '../../helpers/log-calls.ts';
import { type Endpoint, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await startCloud({
  // Messages come back after ten seconds, and what failed asynchronously at once.
  edit: edits(withoutWindows, shortCaches, impatient(10)),
  limits: { asyncRetryMs: [20, 40] },
});
const { api } = cloud;
const GROUP = '/shop/app';
const logs = () => cloud.functions.get('LogsShop')!;

/** An endpoint that gets the events of these types. */
async function subscribed(...events: string[]): Promise<Endpoint> {
  const endpoint = await startEndpoint();
  await api.subscribe({ url: endpoint.url, events });
  return endpoint;
}

const typesAt = ({ arrivals }: Endpoint): unknown[] =>
  arrivals.map(({ headers }) => headers['posthorn-event-type']).sort();

const put = async (stream: string, lines: readonly string[]): Promise<number> => {
  const began = performance.now();
  expect(await putLines(cloud, GROUP, stream, lines)).toMatchObject({ status: 200 });
  return performance.now() - began;
};

const md5 = (text: string): string => hash('md5', text);

/** What CloudWatch Logs invokes the function with. */
const batch = (lines: readonly string[], more: object = {}): object => {
  const message = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: GROUP,
    logStream: 'by-hand',
    subscriptionFilters: ['posthorn-local-shop'],
    logEvents: lines.map((message) => ({ id: md5(message), timestamp: Date.now(), message })),
    ...more,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } };
};

const inQuarantine = async (): Promise<Record<string, unknown>[]> => {
  const QueueUrl = cloud.resource('Quarantine').physicalId;
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body }) => JSON.parse(Body!));
};

describe('lines of a log group reach an endpoint (A8)', () => {
  it('as events of their level or their own type', async () => {
    const endpoint = await subscribed('log.error', 'log.critical', 'log.info', 'security.login.failed');
    const failed = '{"event_type":"security.login.failed",  "user":"anna", "ip":"192.0.2.7"}';
    const critical = '{"level":"CRITICAL","message":"no stock"}';
    await put('first', [
      '2026-11-28 10:00:00,123 - shop - ERROR - declined',
      critical,
      failed,
      'all is well',
      'START RequestId: 8f5c1a40-1c1f-4b8e-9d35-1d7e6f7f0e11 Version: $LATEST',
    ]);
    await eventually(() =>
      expect(typesAt(endpoint)).toEqual(['log.critical', 'log.error', 'log.info', 'security.login.failed']),
    );
    const bodyOf = (type: string): string =>
      endpoint.arrivals.find(({ headers }) => headers['posthorn-event-type'] === type)!.body.toString();
    expect(bodyOf('security.login.failed')).toBe(failed);
    expect(bodyOf('log.critical')).toBe(critical);
    expect(JSON.parse(bodyOf('log.error'))).toMatchObject({
      level: 'error',
      message: '2026-11-28 10:00:00,123 - shop - ERROR - declined',
      logGroup: GROUP,
      logStream: 'first',
    });
    const id = endpoint.arrivals[0]!.headers['webhook-id'];
    expect(await api.call('GET', `/v1/events/${id}`)).toMatchObject({ source: GROUP });
  });

  it('once, however often CloudWatch Logs hands them over', async () => {
    const endpoint = await subscribed('twice.*');
    const event = batch(['{"event_type":"twice.a"}', '{"event_type":"twice.b"}']);
    for (let i = 0; i < 3; i++) await logs().invoke(event);
    await cloud.settled();
    expect(typesAt(endpoint)).toEqual(['twice.a', 'twice.b']);
  });

  it('and what can’t be read waits for a person, with the rest of its batch published', async () => {
    const endpoint = await subscribed('beside.it');
    await logs().invoke({ awslogs: { data: 'bm8gZ3ppcA==' } });
    await logs().invoke(batch(['{"event_type":"beside.it"}'], { messageType: 'NEWS' }));
    await logs().invoke(batch(['{"event_type":"beside.it"}'], { messageType: 'CONTROL_MESSAGE' }));
    await logs().invoke(batch(['{"event_type":"beside.it"}'], { logGroup: 'posthorn-local-pipeline-Logs' }));
    await logs().invoke(
      batch(['{"event_type":"beside.it"}', `{"event_type":"beside.it","x":"${'x'.repeat(5_000_000)}"}`]),
    );
    await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
    await cloud.settled();
    expect(endpoint.arrivals).toHaveLength(1);
    expect(cloud.queues()['posthorn-local-pipeline-Quarantine']).toMatchObject({ visible: 3 });
    const problems = (await inQuarantine()).map(({ from, problem }) => [from, problem]);
    expect(problems).toEqual(
      expect.arrayContaining([['logs/shop', expect.stringContaining('expected base64 of gzip')]]),
    );
    expect(cloud.warnings('own lines left out')).toHaveLength(1);
  });
});

describe('their writer notices nothing (A8)', () => {
  it('of a Posthorn that fails: the lines come again by themselves, each once', async () => {
    const endpoint = await subscribed('after.outage');
    const before = await put('outage', ['a line']);
    const end = cloud.disturb('sqs');
    const took = await put('outage', [
      '{"event_type":"after.outage","n":1}',
      '{"event_type":"after.outage","n":2}',
    ]);
    await eventually(() => {
      expect(logs().stats().errors).toBeGreaterThanOrEqual(3);
      expect(cloud.queues()['posthorn-local-sources-LogsShopAgain']?.visible).toBe(1);
    });
    expect(end()).toBeGreaterThan(0);
    // A delivery whose message can't be deleted is sent twice. The events are two.
    const events = (): unknown[] => [
      ...new Set(endpoint.arrivals.map(({ headers }) => headers['webhook-id'])),
    ];
    await eventually(() => expect(events()).toHaveLength(2));
    await cloud.settled({ timeout: 40_000 });
    expect(events()).toHaveLength(2);
    // Both calls are a few milliseconds. What waits is the function.
    expect(took).toBeLessThan(before + 2000);
  });

  it('of a flood, which comes through line by line', async () => {
    const endpoint = await subscribed('log.fatal');
    const lines = Array.from({ length: 3000 }, (_, i) => `${i % 100 === 0 ? 'FATAL' : 'DEBUG'}: line ${i}`);
    await put('flood', lines);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(30), { timeout: 60_000 });
    await cloud.settled({ timeout: 60_000 });
    expect(endpoint.arrivals).toHaveLength(30);
  });
});
