import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { settingsOf } from '../../../lib/settings/config.ts';
import { assemblyWith } from '../../helpers/assembly.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { bindByHand, publishByHand } from '../../helpers/guide/by-hand.ts';
import { listen, makeListener } from '../../helpers/listening.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { putItem } from '../../helpers/tenant.ts';

const FAR = 'eu-central-1';

interface Overview {
  readonly attention: readonly object[];
  readonly queues: readonly { readonly name: string; readonly region: string }[];
  readonly targets: object;
  readonly holdQueues: object;
  readonly release: { readonly sentUpTo: string };
  readonly recovery: object;
}

const cloud = await startCloud({
  assemblyDir: assemblyWith(
    {
      homeRegion: 'us-east-1',
      dispatchRegions: [{ awsRegion: FAR, serves: ['eu', FAR] }],
      // As prod has them: callers call aliases.
      releases: settingsOf('prod').releases,
    },
    inject('assemblyDir'),
  ),
});

const NAMES = ['DispatchCritical', 'DispatchStandard', 'DispatchSlow', 'DispatchBulk', 'DeadLetterWriter'];

/** Returns a function that lists which functions have run since, of those in both regions. */
function watch(): () => string[] {
  const all = [...NAMES, ...NAMES.map((name) => `${FAR}/${name}`)];
  const count = (name: string): number => cloud.functions.get(name)!.stats().invocations;
  const before = new Map(all.map((name) => [name, count(name)]));
  return () => all.filter((name) => count(name) > before.get(name)!);
}

describe('two AWS regions (A23, D11)', () => {
  it('deliver, retry and write dead letters where the event’s region is served, at its URL there', async () => {
    const europe = await startEndpoint((attempt) => ({ status: attempt === 1 ? 503 : 200 }));
    const main = await startEndpoint(() => ({ status: 418 }));
    await bindByHand(cloud, {
      target: {
        url: main.url,
        regions: { eu: europe.url },
        retry: { schedule: [1], jitter: 0 },
      },
      filter: { events: ['far.*'] },
    });
    const ran = watch();
    const event = await publishByHand(cloud, 'far.retried', { n: 1 }, { region: 'eu' });
    const delivery = await cloud.delivery(event.id, 'delivered');
    expect(delivery.attempts.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
    expect(europe.arrivals.map(({ headers }) => headers['webhook-id'])).toEqual([event.id, event.id]);
    // Its region is served there, but has no URL of its own.
    const refused = await publishByHand(cloud, 'far.refused', {}, { region: FAR });
    expect(await cloud.delivery(refused.id, 'dead')).toMatchObject({ reason: 'rejected' });
    expect(main.arrivals.map(({ headers }) => headers['webhook-id'])).toEqual([refused.id]);
    await eventually(() =>
      expect(ran()).toEqual(expect.arrayContaining([`${FAR}/DispatchSlow`, `${FAR}/DeadLetterWriter`])),
    );
    expect(ran().filter((name) => !name.startsWith(FAR))).toEqual([]);
  });

  it('deliver from home the events of no region, or of one that none serves', async () => {
    const endpoint = await startEndpoint();
    await bindByHand(cloud, { target: { url: endpoint.url }, filter: { events: ['near.*'] } });
    const ran = watch();
    const events = [
      await publishByHand(cloud, 'near.none', {}),
      await publishByHand(cloud, 'near.other', {}, { region: 'us-east-1' }),
    ];
    for (const { id } of events) await cloud.delivery(id, 'delivered');
    expect(ran().filter((name) => name.startsWith(FAR))).toEqual([]);
  });

  it('reach a developer’s machine that listens, from each of them (E6)', async () => {
    const one = await listen(cloud, await makeListener(cloud, ['listened.*']));
    const ran = watch();
    const far = await publishByHand(cloud, 'listened.far', {}, { region: 'eu' });
    const near = await publishByHand(cloud, 'listened.near', {});
    for (const { id } of [far, near]) await cloud.delivery(id, 'delivered');
    expect(one.requests.map(({ headers }) => headers['webhook-id']).sort()).toEqual([far.id, near.id].sort());
    expect(ran().filter((name) => name.startsWith(FAR))).not.toEqual([]);
    await one.close();
    await cloud.api.call('DELETE', `/v1/listeners/${one.listener.id}`);
  });

  it('read a payload from the bucket at home', async () => {
    const endpoint = await startEndpoint();
    await cloud.api.subscribe({ url: endpoint.url, events: ['far-away.*'] });
    const data = 'x'.repeat(20_000);
    const { status } = await cloud.request('POST', '/v1/events', {
      type: 'far-away.large',
      data,
      region: 'eu',
    });
    expect(status).toBe(202);
    await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
    expect(JSON.parse(endpoint.arrivals[0]!.body.toString())).toBe(data);
  });

  it('keep unreadable messages in their own region', async () => {
    const { region, endpoint, credentials } = cloud.awsClientConfig(FAR);
    const sqs = new SQSClient({ region, endpoint, credentials });
    const QueueUrl = cloud.resource(`${FAR}/BulkLane`).physicalId;
    expect(QueueUrl).toContain(`sqs.${FAR}.`);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no message of ours' }));
    const quarantine = cloud.resource(`${FAR}/Quarantine`).physicalId.split('/').at(-1)!;
    await eventually(() => expect(cloud.queues()[quarantine]!.visible).toBe(1));
  });

  it('show an operator what waits in each of their queues, and for how long (A17)', async () => {
    const QueueUrl = cloud.resource('us-east-1/Quarantine').physicalId;
    for (const MessageBody of ['unreadable', 'as well'])
      await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const at = Date.now() + 3_600_000;
    await putItem(cloud, 'State', { pk: 'rooms', sk: `${FIRST_TENANT}#tgt_of_nobody`, at });
    // It knows nothing of challenges.
    const { url } = await startEndpoint();
    await cloud.api.call('POST', '/v1/targets', { url, challengeRequired: true });
    await cloud.runSchedule('EveryMinute');
    await cloud.runSchedule('Recover');
    await cloud.settled();

    const overview = await cloud.api.call<Overview>('GET', '/v1/environment');
    const queuesOf = (region: string) =>
      overview.queues.filter((queue) => queue.region === region).map(({ name }) => name);
    expect(queuesOf('us-east-1').sort()).toEqual([
      'bulk',
      'critical',
      'deadLetters',
      'events',
      'live',
      'outcomes',
      'quarantine',
      'replays',
      'slow',
      'standard',
    ]);
    expect(queuesOf(FAR).sort()).toEqual([
      'bulk',
      'critical',
      'deadLetters',
      'quarantine',
      'slow',
      'standard',
    ]);
    const quiet = { inFlight: 0, delayed: 0 };
    const rest = overview.queues.filter(({ name }) => name !== 'quarantine');
    for (const queue of rest) expect(queue).toMatchObject({ ...quiet, waiting: 0, oldestSeconds: null });
    const last = overview.queues.filter(({ name }) => name === 'quarantine');
    const oldestSeconds = expect.any(Number);
    expect(last).toEqual([
      { name: 'quarantine', region: 'us-east-1', ...quiet, waiting: 2, oldestSeconds },
      { name: 'quarantine', region: FAR, ...quiet, waiting: 1, oldestSeconds },
    ]);
    const runbook = 'The quarantine alarm rings';
    expect(overview.attention).toEqual([
      {
        text: expect.stringMatching(/^2 messages are in the quarantine of us-east-1, the oldest for /),
        runbook,
      },
      {
        text: expect.stringMatching(/^1 message is in the quarantine of eu-central-1, the oldest for /),
        runbook,
      },
    ]);
    expect(overview.targets).toMatchObject({ disabled: 0, unverified: 1, open: 0, isCut: false });
    expect(overview.holdQueues).toEqual({
      scheduled: 1,
      isCut: false,
      firstDrainAt: new Date(at).toISOString(),
    });
    expect(overview.release).toEqual({ sentUpTo: expect.any(String), behindSeconds: 0 });
    expect(Date.parse(overview.release.sentUpTo)).toBeGreaterThan(Date.now() + 60_000);
    expect(overview.recovery).toMatchObject({ isRunning: false, endedAt: expect.any(String) });
  });

  it('need no permission that they lack, and call no resource in the wrong region', () => {
    expect(cloud.denials).toEqual([]);
  });
});
