import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import { assemblyWith } from '../../helpers/assembly.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { bindByHand, publishByHand } from '../../helpers/guide/by-hand.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const FAR = 'eu-central-1';

const cloud = await startCloud({
  assemblyDir: assemblyWith(
    { homeRegion: 'us-east-1', dispatchRegions: [{ awsRegion: FAR, serves: ['eu', FAR] }] },
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

  it('need no permission that they lack, and call no resource in the wrong region', () => {
    expect(cloud.denials).toEqual([]);
  });
});
