import { randomBytes } from 'node:crypto';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../lambdas/api/pull.ts';
import type { DeliveryView } from '../../../local/api-client.ts';
import { createClock } from '../../../local/cloud.ts';
import { edits, forgetful, shortCaches, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { makeTenant, type TestTenant } from '../../helpers/tenant.ts';

/** With a clock that can jump: leases last for seconds, and messages for a day. */
const clock = createClock();
const cloud = await startCloud({ clock, edit: edits(withoutWindows, shortCaches, forgetful(1)) });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Items = { items: MessageView[] };
type Lost = { lost: string[] };

/** A tenant with a pull target. */
async function withPull(pull: object = {}, scopes?: Parameters<typeof makeTenant>[1]) {
  const tenant = await makeTenant(cloud, scopes);
  const { api } = tenant;
  const { id, targetId } = await api.call<{ id: string; targetId: string }>('POST', '/v1/subscriptions', {
    target: { kind: 'pull', pull },
    filter: { events: ['job.**'] },
  });
  const base = `/v1/targets/${targetId}/messages`;
  const fetch = async (query = ''): Promise<MessageView[]> =>
    (await api.call<Items>('GET', `${base}${query}`)).items;
  const act =
    (what: string) =>
    async (messages: readonly MessageView[], more: object = {}): Promise<string[]> =>
      (
        await api.call<Lost>('POST', `${base}/${what}`, {
          receipts: messages.map(({ receipt }) => receipt),
          ...more,
        })
      ).lost;
  const publish = async (...numbers: number[]): Promise<void> => {
    for (const n of numbers) await api.publish('job.made', { n }, `job-${n}-${targetId}`);
  };
  /** Once so many deliveries have this status. */
  const deliveries = (count: number, status: string): Promise<DeliveryView[]> =>
    eventually(
      async () => {
        const all = (await api.deliveriesOf(id)).filter((one) => one.status === status);
        expect(all).toHaveLength(count);
        return all;
      },
      { timeout: 20_000 },
    );
  return {
    tenant,
    api,
    targetId,
    subscription: id,
    base,
    fetch,
    publish,
    deliveries,
    acknowledge: act('acknowledge'),
    release: act('release'),
    extend: act('extend'),
  };
}

const numbersOf = (messages: readonly MessageView[]): number[] =>
  messages.map(({ body }) => JSON.parse(body).n as number);

const bytesOf = ({ body, encoding }: MessageView): Buffer =>
  Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64');

/** Lets the drain message of a hold queue come, and waits until the next is scheduled, or nothing waits. */
async function sweep(...swept: { tenant: TestTenant; targetId: string }[]): Promise<void> {
  clock.advance(16 * MINUTE);
  await cloud.runSchedule('EveryMinute');
  for (const { tenant, targetId } of swept) {
    await eventually(
      async () => {
        const { Item } = await cloud.dynamo.send(
          new GetCommand({
            TableName: cloud.resource('State').physicalId,
            Key: { pk: 'rooms', sk: `${tenant.id}#${targetId}` },
          }),
        );
        if (Item) expect([Item.at > clock.now() + 10 * MINUTE, Item.isBusy]).toEqual([true, undefined]);
      },
      { timeout: 20_000 },
    );
  }
}

async function heldItems({ id }: TestTenant, target: string) {
  const shards = await Promise.all(
    [0, 1, 2, 3].map((shard) =>
      cloud.dynamo.send(
        new QueryCommand({
          TableName: cloud.resource('State').physicalId,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `room#${id}#${target}#${shard}` },
        }),
      ),
    ),
  );
  return shards.flatMap(({ Items = [] }) => Items);
}

describe('pull targets (A25)', () => {
  it('hands out what was published in order, signed as webhooks are, and forgets what is acknowledged', async () => {
    const { api, targetId, subscription, fetch, publish, acknowledge, deliveries } = await withPull();
    expect(await fetch()).toEqual([]);
    await publish(1, 2, 3, 4, 5);
    await deliveries(5, 'parked');

    const first = await fetch('?max=3');

    expect(numbersOf(first)).toEqual([1, 2, 3]);
    expect(first[0]).toMatchObject({
      id: `job-1-${targetId}`,
      subscriptionId: subscription,
      type: 'job.made',
      attempt: 1,
      encoding: 'text',
      headers: { 'posthorn-event-type': 'job.made', 'content-type': 'application/json' },
    });
    const { items } = await api.call<{ items: { secret: string }[] }>(
      'GET',
      `/v1/targets/${targetId}/secrets`,
    );
    const webhook = new Webhook(items[0]!.secret);
    // The library looks at the real time.
    for (const message of first) {
      const signed = { ...message.headers };
      expect(() => webhook.verify(bytesOf(message), signed)).not.toThrow();
      expect(() => webhook.verify(`${message.body} `, signed)).toThrow();
    }
    // What is leased holds up nothing behind it.
    const second = await fetch();
    expect(numbersOf(second)).toEqual([4, 5]);
    expect(await fetch()).toEqual([]);
    expect(await acknowledge([...first, ...second])).toEqual([]);
    expect(await acknowledge(first)).toEqual(first.map(({ receipt }) => receipt));
    const arrived = await deliveries(5, 'delivered');
    expect(arrived[0]!.attempts).toMatchObject([{ number: 1, verdict: 'delivered' }]);
    const { items: entries } = await api.call<{ items: { kind: string; text: string }[] }>(
      'GET',
      `/v1/events/job-1-${targetId}/timeline`,
    );
    // How long it waited is told where that was long enough.
    const told = entries.filter(({ kind }) => kind !== 'waited');
    expect(told.map(({ kind }) => kind)).toEqual(['accepted', 'matched', 'attempt', 'delivered']);
    expect(told[2]!.text).toMatch(/^Attempt 1: it was fetched by key_.*, and acknowledged after/);
    const { waiting, held, state, attempts, delivered } = await api.call<Record<string, unknown>>(
      'GET',
      `/v1/targets/${targetId}/health`,
    );
    expect({ waiting, held, state, attempts, delivered }).toMatchObject({
      waiting: 0,
      held: 0,
      attempts: 5,
      delivered: 5,
    });
  });

  it('says that a message waits to be fetched', async () => {
    const { api, targetId, publish, deliveries } = await withPull();
    await publish(1);
    const [waiting] = await deliveries(1, 'parked');
    expect(waiting).toMatchObject({ waitingFor: 'pull', attempts: [] });
    const timeline = await api.call<{ items: { text: string }[]; deliveries: { next: object }[] }>(
      'GET',
      `/v1/events/job-1-${targetId}/timeline`,
    );
    expect(timeline.items.at(-1)).toMatchObject({ kind: 'waiting', text: 'It waits to be fetched.' });
    expect(JSON.stringify(timeline)).toMatch(/"kind":"fetch"/);
    expect(await api.call('GET', `/v1/targets/${targetId}/health`)).toMatchObject({ waiting: 1, held: 1 });
  });

  it('gives two who fetch at once different messages, and each message once', async () => {
    const { publish, fetch, acknowledge, deliveries } = await withPull();
    const all = Array.from({ length: 40 }, (_, n) => n);
    await publish(...all);
    await deliveries(40, 'parked');
    const taken: number[] = [];
    const consume = async (): Promise<void> => {
      while (true) {
        const messages = await fetch('?max=7');
        if (messages.length === 0 && taken.length === all.length) return;
        taken.push(...numbersOf(messages));
        if (messages.length > 0) expect(await acknowledge(messages)).toEqual([]);
      }
    };
    await Promise.all([guarded(consume), guarded(consume), guarded(consume)]);
    expect(taken.sort((a, b) => a - b)).toEqual(all);
    await deliveries(40, 'delivered');
  });

  it('keeps bytes as they are, whatever they are, and those of a payload that is in the bucket', async () => {
    const { tenant, fetch, deliveries } = await withPull();
    const payloads = [
      Buffer.from('\ufeff{"ä":"€"}'),
      randomBytes(500),
      randomBytes(200_000),
      Buffer.alloc(0),
    ];
    for (const [n, bytes] of payloads.entries()) {
      const { status } = await cloud.request('POST', '/v1/events', bytes.toString('base64'), {
        authorization: `Bearer ${tenant.key}`,
        'content-type': 'application/octet-stream',
        'content-transfer-encoding': 'base64',
        'ce-type': 'job.made',
        'ce-id': `bytes-${n}`,
      });
      expect(status).toBe(202);
    }
    await deliveries(payloads.length, 'parked');
    const messages = await fetch();
    expect(messages.map(bytesOf).map((bytes) => bytes.toString('base64'))).toEqual(
      payloads.map((bytes) => bytes.toString('base64')),
    );
    expect(messages.map(({ encoding }) => encoding)).toEqual(['text', 'base64', 'base64', 'text']);
  });

  it('hands a message out again once its lease is over, and takes no acknowledgement from who had it before', async () => {
    const { publish, fetch, acknowledge, deliveries } = await withPull({ leaseSeconds: 30 });
    await publish(1, 2);
    await deliveries(2, 'parked');
    const [one, two] = await fetch();
    clock.advance(31 * SECOND);
    // Nobody has fetched the second since, so it is not too late.
    expect(await acknowledge([two!])).toEqual([]);
    const [again] = await fetch();
    expect(again).toMatchObject({ id: one!.id, attempt: 2, headers: { 'posthorn-attempt': '2' } });
    expect(await acknowledge([one!])).toEqual([one!.receipt]);
    const [waiting] = await deliveries(1, 'parked');
    await eventually(async () =>
      expect((await deliveries(1, 'parked'))[0]!.attempts).toMatchObject([
        { number: 1, error: 'not_acknowledged' },
      ]),
    );
    expect(waiting!.id).toBe(again!.deliveryId);
    expect(await acknowledge([again!])).toEqual([]);
    const arrived = await deliveries(2, 'delivered');
    expect(arrived.find(({ id }) => id === again!.deliveryId)!.attempts).toMatchObject([
      { number: 1, error: 'not_acknowledged' },
      { number: 2, verdict: 'delivered' },
    ]);
  });

  it('takes messages back, at once or after a while, and lets leases be extended', async () => {
    const { publish, fetch, release, extend, acknowledge, deliveries } = await withPull();
    await publish(1, 2, 3);
    await deliveries(3, 'parked');
    const [one, two, three] = await fetch('?leaseSeconds=30');
    expect(await release([one!])).toEqual([]);
    expect(await release([two!], { delaySeconds: 60 })).toEqual([]);
    expect(await extend([three!], { leaseSeconds: 120 })).toEqual([]);
    // What was given back is nobody's.
    expect(await acknowledge([one!])).toEqual([one!.receipt]);
    expect(await extend([one!], { leaseSeconds: 10 })).toEqual([one!.receipt]);
    const [again, ...more] = await fetch('?leaseSeconds=40000');
    expect([again!.id, more.length]).toEqual([one!.id, 0]);
    clock.advance(61 * SECOND);
    expect((await fetch()).map(({ id }) => id)).toEqual([two!.id]);
    clock.advance(61 * SECOND);
    expect((await fetch()).map(({ id }) => id).sort()).toEqual([two!.id, three!.id].sort());
    // A lease is twelve hours long at most.
    expect(await extend([again!], { leaseSeconds: 43_200 })).toEqual([again!.receipt]);
    expect(await extend([again!], { leaseSeconds: 43_000 })).toEqual([]);
  });

  it('makes a message that is fetched too often a dead letter, and hands it out again once it is replayed', async () => {
    const { api, publish, fetch, release, acknowledge, deliveries } = await withPull({ maxReceives: 2 });
    await publish(1);
    await deliveries(1, 'parked');
    await release(await fetch());
    await release(await fetch());
    expect(await fetch()).toEqual([]);
    const [dead] = await deliveries(1, 'dead');
    expect(dead).toMatchObject({
      reason: 'exhausted',
      attempts: [{ error: 'released' }, { error: 'released' }],
    });
    await api.call('POST', `/v1/deliveries/${dead!.id}/replay`, {});
    const [again] = await eventually(async () => {
      const messages = await fetch();
      expect(messages).toHaveLength(1);
      return messages;
    });
    expect(again).toMatchObject({ deliveryId: dead!.id, attempt: 3 });
    expect(await acknowledge([again!])).toEqual([]);
    await deliveries(1, 'delivered');
  });

  it('makes what nobody fetches within a day a dead letter, which its target shows as a failure', async () => {
    const { api, targetId, tenant, publish, fetch, deliveries, acknowledge } = await withPull();
    await publish(1, 2, 3);
    await deliveries(3, 'parked');
    const [one] = await fetch('?max=1&leaseSeconds=43200');
    clock.advance(13 * HOUR);
    await sweep({ tenant, targetId });
    expect(await deliveries(3, 'parked')).toHaveLength(3);
    const [again] = await fetch('?max=1&leaseSeconds=43200');
    expect(again!.id).toBe(one!.id);
    clock.advance(11 * HOUR);
    await sweep({ tenant, targetId });
    const dead = await deliveries(2, 'dead');
    for (const one of dead)
      expect(one).toMatchObject({ reason: 'expired', attempts: [{ error: 'not_fetched' }] });
    // Who has a message has it until the lease is over, also when its day is.
    expect(await acknowledge([again!])).toEqual([]);
    await deliveries(1, 'delivered');
    const { failed, attemptSuccessRate } = await api.call<Record<string, number>>(
      'GET',
      `/v1/targets/${targetId}/health`,
    );
    expect(failed).toBe(2);
    expect(attemptSuccessRate).toBeLessThan(1);
    expect(await heldItems(tenant, targetId)).toEqual([]);
  });

  it('hands out one after the other where the target asks for it', async () => {
    const { publish, fetch, acknowledge, release, deliveries } = await withPull({ inOrder: true });
    await publish(1, 2, 3, 4);
    await deliveries(4, 'parked');
    const first = await fetch('?max=2');
    expect(numbersOf(first)).toEqual([1, 2]);
    expect(await fetch()).toEqual([]);
    await acknowledge(first.slice(0, 1));
    expect(await fetch()).toEqual([]);
    await release(first.slice(1));
    const both = await Promise.all([fetch('?max=1'), fetch('?max=1')]);
    expect(both.flatMap(numbersOf)).toEqual([2]);
    await acknowledge(both.flat());
    expect(numbersOf(await fetch())).toEqual([3, 4]);
  });

  it('hands nothing out again that was acknowledged when a part failed before it was removed', async () => {
    const { tenant, targetId, publish, fetch, acknowledge, deliveries } = await withPull({ leaseSeconds: 5 });
    await publish(1);
    await deliveries(1, 'parked');
    const messages = await fetch();
    const [item] = await heldItems(tenant, targetId);
    await acknowledge(messages);
    await deliveries(1, 'delivered');
    await cloud.dynamo.send(new PutCommand({ TableName: cloud.resource('State').physicalId, Item: item }));
    clock.advance(6 * SECOND);
    expect(await fetch()).toEqual([]);
    expect(await heldItems(tenant, targetId)).toEqual([]);
  });

  it('makes what waits for a target that is switched off or gone dead letters', async () => {
    const off = await withPull();
    const gone = await withPull();
    await Promise.all([off.publish(1), gone.publish(1)]);
    await Promise.all([off.deliveries(1, 'parked'), gone.deliveries(1, 'parked')]);
    await off.api.call('POST', `/v1/targets/${off.targetId}/disable`);
    await gone.api.call('DELETE', `/v1/subscriptions/${gone.subscription}`);
    await eventually(async () => {
      const answers = await Promise.all(
        [off, gone].map(({ base, tenant: { key } }) =>
          cloud.request('GET', base, undefined, { authorization: `Bearer ${key}` }),
        ),
      );
      expect(answers.map(({ status, body }) => [status, (body as { error: string }).error])).toEqual([
        [409, 'target_disabled'],
        [404, 'not_found'],
      ]);
    });
    await sweep(off, gone);
    const [dead] = await off.deliveries(1, 'dead');
    expect(dead).toMatchObject({ reason: 'target_disabled' });
    await eventually(async () => expect(await heldItems(gone.tenant, gone.targetId)).toEqual([]));
  });

  it('hands a message out once when its owner asks for it to be tried now', async () => {
    const { tenant, targetId, api, publish, fetch, acknowledge, deliveries } = await withPull();
    await publish(1);
    const [waiting] = await deliveries(1, 'parked');
    await api.call('POST', `/v1/deliveries/${waiting!.id}/retry`, {});
    await eventually(async () => expect(await heldItems(tenant, targetId)).toHaveLength(2));
    await eventually(async () => {
      const messages = await fetch();
      expect(messages).toHaveLength(1);
      expect(await acknowledge(messages)).toEqual([]);
    });
    await deliveries(1, 'delivered');
    clock.advance(2 * MINUTE);
    expect(await fetch()).toEqual([]);
    expect(await heldItems(tenant, targetId)).toEqual([]);
  });

  it.each([
    ['rateLimit', { rateLimit: { perSecond: 5 } }],
    ['retry', { retry: 'steady' }],
    ['timeoutSeconds', { timeoutSeconds: 5 }],
    ['url', { url: 'https://example.com' }],
    ['headers', { headers: { 'x-a': 'b' } }],
  ])('takes no %s, since nothing is sent', async (field, option) => {
    const { status, body } = await cloud.request('POST', '/v1/targets', { kind: 'pull', ...option });
    expect([status, body]).toMatchObject([422, { error: 'validation_failed', field }]);
  });

  it('can be written back as it is shown, and become a webhook, which then gets what waits', async () => {
    const { api, targetId, publish, fetch, deliveries } = await withPull({ maxReceives: 3 });
    const {
      id: _,
      createdAt: __,
      updatedAt: ___,
      address: ____,
      subscriptionId: _____,
      ...shown
    } = await api.call<Record<string, unknown>>('GET', `/v1/targets/${targetId}`);
    expect(shown).toMatchObject({ kind: 'pull', pull: { maxReceives: 3 } });
    await api.call('PUT', `/v1/targets/${targetId}`, shown);
    await publish(1);
    await deliveries(1, 'parked');
    expect(await fetch('?leaseSeconds=1')).toHaveLength(1);
    const endpoint = await startEndpoint();
    await api.call('PATCH', `/v1/targets/${targetId}`, { kind: null, pull: null, url: endpoint.url });
    clock.advance(16 * MINUTE);
    await cloud.runSchedule('EveryMinute');
    await deliveries(1, 'delivered');
    expect(endpoint.arrivals).toHaveLength(1);
  });

  it('is for who may consume, and within the targets of a token', async () => {
    const { base, tenant, targetId, api } = await withPull();
    const other = await withPull();
    const webhook = await api.subscribe({ url: 'http://127.0.0.1:9999/hook', events: ['other'] });
    const ask = async (key: string, path = base) => {
      const { status, body } = await cloud.request('GET', path, undefined, {
        authorization: `Bearer ${key}`,
      });
      return [status, (body as { error?: string }).error];
    };
    const keyWith = async (scopes: string[]): Promise<string> =>
      (await api.call<{ key: string }>('POST', '/v1/keys', { name: 'worker', scopes })).key;
    const tokenOf = async (targetIds: string[]): Promise<string> =>
      (await api.call<{ token: string }>('POST', '/v1/portal-tokens', { scopes: ['consume'], targetIds }))
        .token;
    expect(await ask(await keyWith(['consume']))).toEqual([200, undefined]);
    expect(await ask(await keyWith(['read']))).toEqual([403, 'insufficient_scope']);
    expect(await ask(await tokenOf([targetId]))).toEqual([200, undefined]);
    expect(await ask(await tokenOf([webhook.targetId]))).toEqual([404, 'not_found']);
    expect(await ask(other.tenant.key)).toEqual([404, 'not_found']);
    expect(await ask(tenant.key, `/v1/targets/${webhook.targetId}/messages`)).toEqual([409, 'not_fetchable']);
    expect(await ask(tenant.key, `${base}?max=101`)).toEqual([422, 'validation_failed']);
  });
});

/** A consumer that does not end is a failure, not a test that never ends. */
async function guarded(consume: () => Promise<void>): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('expected the consumer to end')), 20_000).unref();
  });
  await Promise.race([consume(), late]);
}
