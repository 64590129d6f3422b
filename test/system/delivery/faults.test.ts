import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage, EventsMessage, Message } from '../../../lambdas/delivery/messages.ts';
import { messageOf } from '../../../lambdas/delivery/packed-deliveries.ts';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { payloadKey } from '../../../lambdas/events/payload.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { eventOf } from '../../builders/events.ts';
import { edits, impatient, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await startCloud();

const textEvent = (type: string, text: string): EventInFlight =>
  eventOf({ type, payload: { kind: 'text', text } });

const eventsMessage = (type: string, data: string): EventsMessage => ({
  v: 1,
  kind: 'events',
  tenant: FIRST_TENANT,
  events: [textEvent(type, data)],
});

const deliveryMessage = (to: { id: string; targetId: string }, data: string): DeliveryMessage =>
  deliveryOf({
    tenant: FIRST_TENANT,
    subscription: to.id,
    target: to.targetId,
    event: textEvent('sent.by.hand', data),
  });

function send({ sqs, resource }: TestCloud, queue: string, bodies: string[]): Promise<unknown> {
  return sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: resource(queue).physicalId,
      Entries: bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody })),
    }),
  );
}

/** Receives the expected number of messages from the last queue. */
async function quarantined(
  { sqs, resource }: TestCloud,
  count: number,
  timeout = 20_000,
): Promise<Record<string, string>[]> {
  const found: Record<string, string>[] = [];
  await eventually(
    async () => {
      const request = {
        QueueUrl: resource('Quarantine').physicalId,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
      };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
      found.push(...Messages.map(({ Body }) => JSON.parse(Body!) as Record<string, string>));
      expect(found).toHaveLength(count);
    },
    { timeout },
  );
  return found;
}

describe('a message that does not parse', () => {
  const strangers = (queue: string): string[] => [
    `not JSON, in ${queue}`,
    JSON.stringify({ v: 1, kind: 'delivery', in: queue }),
    JSON.stringify({ v: 1, kind: 'events', events: [], in: queue }),
  ];

  /** For each queue, a message that reaches the endpoint or the log. */
  const GOOD: Record<string, (to: { id: string; targetId: string }) => Message> = {
    Events: () => eventsMessage('beside.strangers', '"through Events"'),
    StandardLane: (to) => deliveryMessage(to, '"through StandardLane"'),
    SlowLane: (to) => deliveryMessage(to, '"through SlowLane"'),
    Outcomes: (to) => {
      const { subscription, target, tenant, event } = deliveryMessage(to, '');
      const outcome = { tenant, subscription, target, event, at: Date.now(), attempts: [] };
      return {
        v: 1,
        kind: 'outcomes',
        outcomes: [{ ...outcome, status: 'parked', nextAttemptAt: Date.now() + 1e6 }],
      };
    },
    DeadLetters: (to) => ({ v: 1, kind: 'dead', reason: 'exhausted', delivery: deliveryMessage(to, '') }),
  };

  it('is kept in the quarantine queue, and its neighbours are delivered', async () => {
    const endpoint = await startEndpoint();
    const to = await cloud.api.subscribe({ url: endpoint.url, events: ['beside.strangers'] });
    for (const [queue, good] of Object.entries(GOOD)) {
      const [first, ...others] = strangers(queue) as [string, ...string[]];
      await send(cloud, queue, [first, JSON.stringify(good(to)), ...others]);
    }
    const kept = await quarantined(cloud, 15);
    await cloud.settled();

    for (const queue of Object.keys(GOOD)) {
      const ofQueue = kept.filter((message) => message.from === cloud.resource(queue).arn);
      expect(ofQueue.map(({ body }) => body).sort()).toEqual(strangers(queue).sort());
      expect(ofQueue.every(({ problem }) => problem!.length > 0)).toBe(true);
    }
    expect(cloud.warnings('message did not parse')).toHaveLength(15);
    expect(endpoint.arrivals.map(({ body }) => body.toString()).sort()).toEqual(
      ['"through Events"', '"through SlowLane"', '"through StandardLane"'].sort(),
    );
    const statuses = (await cloud.api.deliveriesOf(to.id)).map(({ status }) => status);
    expect(statuses.sort()).toEqual(['dead', 'delivered', 'delivered', 'delivered', 'parked']);
  });

  it('is also kept when its queue does not carry its kind', async () => {
    const astray = JSON.stringify(eventsMessage('astray', '1'));
    await send(cloud, 'StandardLane', [astray]);
    expect(await quarantined(cloud, 1)).toMatchObject([
      {
        body: astray,
        problem: 'expected a message of kind delivery or deliveries or challenge or call, got events',
      },
    ]);
  });
});

describe('deliveries that travel together', () => {
  it('have a fate each: what can be posted is posted once, though the payload of another is gone', async () => {
    const endpoint = await startEndpoint();
    const to = await cloud.api.subscribe({ url: endpoint.url, events: ['sent.together'] });
    const [first, gone, last] = [1, 2, 3].map((n) => deliveryMessage(to, `${n}`));
    const key = payloadKey(FIRST_TENANT, gone!.event.ulid);
    const lost = { ...gone!, event: { ...gone!.event, payload: { kind: 'stored', key, bytes: 9 } as const } };
    const packed = messageOf([first!, lost, last!]);
    expect(packed.kind).toBe('deliveries');
    await send(cloud, 'StandardLane', [JSON.stringify(packed)]);
    await cloud.settled();
    expect(endpoint.arrivals.map(({ body }) => body.toString()).sort()).toEqual(['1', '3']);
    const found = (await cloud.api.deliveriesOf(to.id)).map(({ status, reason }) => [status, reason]);
    expect(found.sort()).toEqual([
      ['dead', 'payload_missing'],
      ['delivered', undefined],
      ['delivered', undefined],
    ]);
  });
});

describe('a delivery that lacks a part', () => {
  it('is dead without its payload', async () => {
    const endpoint = await startEndpoint();
    const once = { url: endpoint.url, events: ['payload.gone'], retry: { schedule: [0] } };
    const to = await cloud.api.subscribe(once);
    const eventUlid = ulid();
    const key = payloadKey(FIRST_TENANT, eventUlid);
    await cloud.s3.send(new DeleteObjectCommand({ Bucket: cloud.resource('Payloads').physicalId, Key: key }));
    const delivery = deliveryMessage(to, '');
    const event = { ...delivery.event, payload: { kind: 'stored', key, bytes: 9000 } as const };
    await send(cloud, 'StandardLane', [JSON.stringify({ ...delivery, event })]);
    const dead = await eventually(async () => {
      const [found] = await cloud.api.deliveriesOf(to.id);
      expect(found).toBeDefined();
      return found;
    });
    expect(dead).toMatchObject({ status: 'dead', reason: 'payload_missing', attempts: [] });
    expect(endpoint.arrivals).toEqual([]);
  });

  it('is dead without its target', async () => {
    const endpoint = await startEndpoint();
    const to = await cloud.api.subscribe({ url: endpoint.url, events: ['target.gone'] });
    await cloud.api.call('DELETE', `/v1/subscriptions/${to.id}`);
    await send(cloud, 'SlowLane', [JSON.stringify(deliveryMessage(to, '1'))]);
    const dead = await eventually(async () => {
      const [found] = await cloud.api.deliveriesOf(to.id);
      expect(found).toBeDefined();
      return found;
    });
    expect(dead).toMatchObject({ status: 'dead', reason: 'target_deleted', attempts: [] });
    expect(endpoint.arrivals).toEqual([]);
  });
});

it.concurrent('a newer message waits for a release that can read it, and is kept untouched if none comes', async () => {
  await using sound = await startCloud({ edit: edits(withoutWindows, impatient(2, 1)) });
  const newer = JSON.stringify({ ...eventsMessage('newer', '1'), v: 2 });
  await send(sound, 'Events', [newer]);
  expect(await quarantined(sound, 1, 30_000)).toEqual([JSON.parse(newer)]);
  expect(sound.warnings('message did not parse')).toEqual([]);
});

describe.concurrent('a function that fails again and again', () => {
  const RECEIVES = 2;
  const broken = (...grant: Parameters<typeof withoutGrant>) =>
    startCloud({ edit: edits(withoutWindows, impatient(3, RECEIVES), withoutGrant(...grant)) });
  // The dead-letter writer then gets a message three times, a timeout apart.
  const oneReceive = impatient(3, 1);
  const idleAtLast = { timeout: 40_000 };

  it('makes dead letters of its events, shown as dead, when it is fanout and cannot write', async () => {
    const endpoint = await startEndpoint();
    await using failing = await broken('Fanout', 'dynamodb:BatchWriteItem', 'Log');
    await failing.api.subscribe({ url: endpoint.url, events: ['dead.event'] });
    const { id } = await failing.api.publish('dead.event', { kept: true });
    await failing.settled(idleAtLast);
    expect(await failing.api.call('GET', `/v1/events/${id}`)).toMatchObject({
      id,
      type: 'dead.event',
      dead: true,
    });
    expect(failing.warnings('events not fanned out')).toMatchObject([{ tenant: FIRST_TENANT, count: 1 }]);
    expect(failing.functions.get('Fanout')!.stats().invocations).toBe(RECEIVES);
    expect(endpoint.arrivals).toEqual([]);
  });

  it('makes dead letters of its deliveries, with the reason, when it is dispatch and cannot read targets', async () => {
    const endpoint = await startEndpoint();
    await using failing = await broken('DispatchSlow', 'dynamodb:BatchGetItem', 'Config');
    await failing.api.subscribe({ url: endpoint.url, events: ['dead.delivery'] });
    const { id } = await failing.api.publish('dead.delivery', {});
    await failing.settled(idleAtLast);
    expect(await failing.deliveriesOfEvent(id)).toMatchObject([
      { status: 'dead', reason: 'infrastructure', attempts: [] },
    ]);
    expect(endpoint.arrivals).toEqual([]);
  });

  it('has its outcomes recorded by the dead-letter writer when it is record', async () => {
    const endpoint = await startEndpoint();
    await using failing = await broken('Record', 'dynamodb:BatchWriteItem', 'Log');
    await failing.api.subscribe({ url: endpoint.url, events: ['outcome.late'] });
    const { id } = await failing.api.publish('outcome.late', {});
    await failing.settled(idleAtLast);
    expect(await failing.deliveriesOfEvent(id)).toMatchObject([
      { status: 'delivered', attempts: [{ statusCode: 200 }] },
    ]);
    expect(endpoint.arrivals).toHaveLength(1);
  });

  it('has its messages moved to the last queue, unchanged, when the dead-letter writer fails as well', async () => {
    await using failing = await startCloud({
      edit: edits(withoutWindows, oneReceive, withoutGrant('DeadLetterWriter', 'dynamodb:PutItem', 'Log')),
    });
    const to = { id: `sub_${ulid()}`, targetId: `tgt_${ulid()}` };
    const letter: Message = { v: 1, kind: 'dead', reason: 'exhausted', delivery: deliveryMessage(to, '1') };
    await send(failing, 'DeadLetters', [JSON.stringify(letter)]);
    await failing.settled(idleAtLast);
    expect(await quarantined(failing, 1)).toEqual([letter]);
  });

  it('loses the one poisonous message of a batch, and no other', async () => {
    const endpoint = await startEndpoint();
    await using sound = await startCloud({ edit: edits(withoutWindows, oneReceive) });
    const to = await sound.api.subscribe({ url: endpoint.url, events: ['beside.poison'] });
    // It parses, but DynamoDB refuses a key of more than 2 KB every time.
    const poison = { ...deliveryMessage(to, '1'), subscription: `sub_${'x'.repeat(3000)}` };
    const outcomeOf = ({ tenant, subscription, target, event }: DeliveryMessage): Message => ({
      v: 1,
      kind: 'outcomes',
      outcomes: [{ tenant, subscription, target, event, status: 'delivered', at: Date.now(), attempts: [] }],
    });
    const good = [1, 2, 3].map((n) => deliveryMessage(to, String(n)));
    const batch = [good[0]!, poison, good[1]!, good[2]!].map((message) => JSON.stringify(outcomeOf(message)));
    await send(sound, 'Outcomes', batch);
    await eventually(async () => expect(await sound.api.deliveriesOf(to.id)).toHaveLength(3));
    await sound.settled(idleAtLast);
    expect(await quarantined(sound, 1)).toEqual([JSON.parse(batch[1]!)]);
  });
});
