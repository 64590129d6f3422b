import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { externalIdOf } from '../../../lambdas/destinations/aws/external-id.ts';
import { ACCOUNT } from '../../../local/core/account.ts';
import type { DeliveryView } from '../../helpers/cloud.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { itemsAbout } from '../../helpers/tenant.ts';

const cloud = await sharedCloud();
const account = cloud.consumerAccount('222222222222');

interface TargetAnswer {
  readonly id: string;
  readonly secret: string;
  readonly address: string;
  readonly trust: { readonly account: string; readonly externalId: string };
}

const trustOf = (externalId: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
  ],
});

const mayDo = (Action: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

const externalId = externalIdOf('local', cloud.tenant);

let made = 0;

/** A role that may do this, as the consumer makes it by what the target's view says. */
const roleFor = (action: string, resource: string) =>
  account.role(`posthorn-delivery-${++made}`, {
    trust: trustOf(externalId),
    policy: mayDo(action, resource),
  });

/** Fails often before it is given up, and quickly. */
const QUICK = { schedule: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2], jitter: 0 };

/** A target of this kind, with a subscription to a type of its own. */
async function targetOf(kind: string, settings: object, more: object = {}) {
  const type = `aws.case${++made}`;
  const target = await cloud.api.call<TargetAnswer>('POST', '/v1/targets', {
    kind,
    [kind]: settings,
    retry: QUICK,
    ...more,
  });
  await cloud.api.call('POST', '/v1/subscriptions', { targetId: target.id, filter: { events: [type] } });
  return {
    target,
    type,
    publish: (data: unknown, id?: string) => cloud.api.publish(type, data, id),
  };
}

/** The one thing that was received. */
const firstOf = <T>({ received }: { readonly received: readonly T[] }): Promise<T> =>
  eventually(() => {
    expect(received).toHaveLength(1);
    return received[0]!;
  });

const ORDER = { order: { id: 'o-1', customerId: 'c-7' } };

describe('a target on AWS', () => {
  it('is an SQS queue that gets messages with a webhook’s headers as attributes, signed (A25)', async () => {
    const queue = account.queue('orders');
    const role = roleFor('sqs:SendMessage', queue.arn);
    const { target, type, publish } = await targetOf('sqs', { roleArn: role.arn, queueArn: queue.arn });
    expect(target).toMatchObject({ address: queue.arn, trust: { account: ACCOUNT, externalId } });
    const { id } = await publish(ORDER);
    const { body, attributes } = await firstOf(queue);
    expect(attributes).toMatchObject({
      'webhook-id': id,
      'posthorn-event-type': type,
      'content-type': 'application/json',
      'posthorn-attempt': '1',
    });
    expect(new Webhook(target.secret).verify(body, attributes)).toEqual(ORDER);
    const delivery = await cloud.delivery(id, 'delivered');
    expect(delivery.attempts).toMatchObject([{ statusCode: 200, request: { kind: 'sqs', method: 'POST' } }]);
    // A session serves all that comes to an instance of the function, of which there are four at most.
    await Promise.all(Array.from({ length: 20 }, () => publish(ORDER)));
    await eventually(() => expect(queue.received).toHaveLength(21));
    expect(role.assumed).toBeLessThanOrEqual(4);
  });

  it('is a FIFO queue with a group from the payload, or else the target (A25)', async () => {
    const queue = account.queue('orders.fifo');
    const role = roleFor('sqs:SendMessage', queue.arn);
    const settings = { roleArn: role.arn, queueArn: queue.arn, messageGroup: 'order.customerId' };
    const { target, publish } = await targetOf('sqs', settings);
    await publish(ORDER);
    await publish({ none: 1 });
    await eventually(() => expect(queue.received).toHaveLength(2));
    expect(queue.received.map(({ group }) => group).sort()).toEqual(['c-7', target.id].sort());
  });

  it('is an SNS topic, which has a queue’s attributes (A25)', async () => {
    const topic = account.topic('orders', { region: 'eu-central-1' });
    const role = roleFor('sns:Publish', topic.arn);
    const { target, publish } = await targetOf('sns', { roleArn: role.arn, topicArn: topic.arn });
    await publish({ text: 'Grüße & <Küsse>' });
    const { body, attributes } = await firstOf(topic);
    expect(new Webhook(target.secret).verify(body, attributes)).toEqual({ text: 'Grüße & <Küsse>' });
  });

  it('is an EventBridge bus: the type is the detail type, and the source begins with posthorn (A25)', async () => {
    const bus = account.bus('orders');
    const role = roleFor('events:PutEvents', bus.arn);
    const { type, publish } = await targetOf('eventbridge', { roleArn: role.arn, busArn: bus.arn });
    const { id } = await publish(ORDER);
    const { time, ...entry } = await firstOf(bus);
    expect(entry).toEqual({ source: 'posthorn.local', detailType: type, detail: ORDER, resources: [id] });
    expect(Math.abs(time! * 1000 - Date.now())).toBeLessThan(60_000);
    const list = await publish([1, 2]);
    expect(await cloud.delivery(list.id, 'dead')).toMatchObject({
      reason: 'rejected',
      attempts: [{ error: 'unsendable', detail: expect.stringContaining('JSON object') }],
    });
  });

  it('is a Kinesis stream, partitioned by the payload (A25)', async () => {
    const stream = account.stream('orders');
    const role = roleFor('kinesis:PutRecord', stream.arn);
    const settings = { roleArn: role.arn, streamArn: stream.arn, partitionKey: 'order.id' };
    const { publish } = await targetOf('kinesis', settings);
    await publish(ORDER);
    const { data, partitionKey } = await firstOf(stream);
    expect([JSON.parse(data), partitionKey]).toEqual([ORDER, 'o-1']);
  });

  it('is a Firehose stream, with a line for each event (A25)', async () => {
    const stream = account.deliveryStream('orders');
    const role = roleFor('firehose:PutRecord', stream.arn);
    const { publish } = await targetOf('firehose', { roleArn: role.arn, deliveryStreamArn: stream.arn });
    await publish(ORDER);
    expect((await firstOf(stream)).data).toBe(`${JSON.stringify(ORDER)}\n`);
  });

  it('is a Lambda function that gets what a function URL would give it; its failure is tried again (A25)', async () => {
    let failures = 1;
    const fn = account.fn('orders', () => {
      if (failures-- > 0) throw new TypeError('no order');
      return { ok: true };
    });
    const role = roleFor('lambda:InvokeFunction', fn.arn);
    const { target, publish } = await targetOf('lambda', { roleArn: role.arn, functionArn: fn.arn });
    const { id } = await publish(ORDER);
    const { attempts } = await cloud.delivery(id, 'delivered');
    expect(attempts).toMatchObject([
      { statusCode: 200, verdict: 'retry', detail: 'the function failed (Unhandled): TypeError: no order' },
      { statusCode: 200, answer: '{"ok":true}' },
    ]);
    const event = fn.received[1] as { headers: Record<string, string>; body: string };
    expect(new Webhook(target.secret).verify(event.body, event.headers)).toEqual(ORDER);
  });

  it('is an S3 prefix with an object for each event, by type, day and id (A25, E9)', async () => {
    const bucket = account.bucket('acme-events', { region: 'eu-west-1', isLocked: true });
    const role = roleFor('s3:PutObject', `${bucket.arn}/in/*`);
    const settings = { roleArn: role.arn, bucket: 'acme-events', region: 'eu-west-1', prefix: 'in/orders' };
    const { target, type, publish } = await targetOf('s3', settings);
    expect(target.address).toBe('arn:aws:s3:::acme-events/in/orders');
    await publish(ORDER, 'order/1 of 2!'.replaceAll(' ', '-'));
    const { key, body, contentType, metadata } = await firstOf(bucket);
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    expect(key).toBe(`in/orders/${type}/${day}/order!2f1-of-2!21`);
    expect(contentType).toBe('application/json');
    expect(new Webhook(target.secret).verify(body, metadata)).toEqual(ORDER);
  });

  it('waits for a role that does not trust Posthorn yet, and delivers once it does (A25)', async () => {
    const queue = account.queue('later');
    const role = account.role('posthorn-delivery-later', {
      trust: trustOf('posthorn-local/ten_another'),
      policy: mayDo('sqs:SendMessage', queue.arn),
    });
    const { publish } = await targetOf(
      'sqs',
      { roleArn: role.arn, queueArn: queue.arn },
      { retry: { schedule: [0.3, 6, 6], jitter: 0 } },
    );
    const { id } = await publish(ORDER);
    await eventually(async () => {
      const [{ attempts = [] } = {}] = await cloud.deliveriesOfEvent(id);
      expect(attempts[0]).toMatchObject({
        error: 'credentials',
        detail: expect.stringContaining('trust policy'),
      });
    });
    role.change({ trust: trustOf(externalId) });
    await firstOf(queue);
    await cloud.delivery(id, 'delivered');
  });

  it.each([
    ['sqs', { status: 403, code: 'RequestThrottled' }, 'throttled'],
    ['sqs', { status: 400, code: 'ExpiredTokenException' }, 'retry'],
    ['sqs', { status: 403, code: 'InvalidSignatureException' }, 'retry'],
    ['sqs', { status: 400, code: 'QueueDoesNotExist' }, 'retry'],
    ['sqs', { status: 403, code: 'AccessDeniedException' }, 'retry'],
  ] as const)(
    'of %s that answers %o means %s, and gets the event later (A25)',
    async (service, fault, verdict) => {
      const queue = account.queue(`disturbed-${fault.code}`);
      const role = roleFor('sqs:SendMessage', queue.arn);
      const { publish } = await targetOf('sqs', { roleArn: role.arn, queueArn: queue.arn });
      const end = account.disturb(service, fault);
      try {
        const { id } = await publish(ORDER);
        await eventually(async () => {
          const [{ attempts = [] } = {}] = await cloud.deliveriesOfEvent(id);
          expect(attempts[0]).toMatchObject({ statusCode: fault.status, detail: `${fault.code}: refused` });
          expect(meaningShown(attempts[0]!)).toBe(verdict);
        });
        end();
        await cloud.delivery(id, 'delivered');
        expect(queue.received).toHaveLength(1);
        // The next attempt may be another worker's, which has no session yet.
        if (/Expired|Signature/.test(fault.code)) expect(role.assumed).toBeGreaterThan(1);
      } finally {
        end();
      }
    },
  );

  it('gets a new session when AWS no longer takes the old one (A25)', async () => {
    const queue = account.queue('renewed');
    const role = roleFor('sqs:SendMessage', queue.arn);
    const { publish } = await targetOf('sqs', { roleArn: role.arn, queueArn: queue.arn });
    await publish(ORDER);
    await firstOf(queue);
    role.endSessions();
    const { id } = await publish(ORDER);
    // At once, in the same attempt.
    const { attempts } = await cloud.delivery(id, 'delivered');
    expect(attempts).toMatchObject([{ statusCode: 200 }]);
    expect(role.assumed).toBe(2);
  });

  it('can use a session for its own resource alone, whatever the role may (A25)', async () => {
    const [mine, other] = [account.queue('mine'), account.queue('other')];
    const role = roleFor('sqs:*', '*');
    const first = await targetOf('sqs', { roleArn: role.arn, queueArn: mine.arn });
    const second = await targetOf('sqs', { roleArn: role.arn, queueArn: other.arn });
    await Promise.all([first.publish(ORDER), second.publish(ORDER)]);
    await Promise.all([firstOf(mine), firstOf(other)]);
    expect(role.assumed).toBe(2);
  });

  it('is refused with what the service takes, before anything is sent (A25)', async () => {
    const stream = account.deliveryStream('small');
    const role = roleFor('firehose:PutRecord', stream.arn);
    const { publish } = await targetOf('firehose', { roleArn: role.arn, deliveryStreamArn: stream.arn });
    const { id } = await publish('x'.repeat(1_024_000));
    expect(await cloud.delivery(id, 'dead')).toMatchObject({
      reason: 'rejected',
      attempts: [{ error: 'unsendable', detail: expect.stringContaining('1024000 bytes') }],
    });
    expect(role.assumed).toBe(0);
  });

  it('is left alone by its breaker while its role is refused (A25)', async () => {
    const queue = account.queue('broken');
    const { target, publish } = await targetOf(
      'sqs',
      { roleArn: 'arn:aws:iam::222222222222:role/posthorn-delivery-none', queueArn: queue.arn },
      { retry: { schedule: [0.1, 0.1, 0.1, 0.1, 0.1, 3600], jitter: 0 } },
    );
    await Promise.all(Array.from({ length: 10 }, () => publish(ORDER)));
    await eventually(async () => {
      const { state } = await cloud.api.call<{ state: string }>('GET', `/v1/targets/${target.id}/health`);
      expect(state).toBe('open');
    });
  });

  it.each([
    [{ roleArn: 'arn:aws:iam::222222222222:role/admin' }, 'sqs.roleArn', /posthorn-delivery-\*/],
    [{ roleArn: 'arn:aws-cn:iam::222222222222:role/posthorn-delivery-x' }, 'sqs.roleArn', /may assume/],
    [{ roleArn: 'arn:aws:iam::222222222222:user/posthorn' }, 'sqs.roleArn', /ARN of a role/],
    [{ queueArn: 'arn:aws:sns:us-east-1:222222222222:orders' }, 'sqs.queueArn', /such as arn:aws:sqs/],
    [{ queueArn: 'https://sqs.us-east-1.amazonaws.com/222222222222/q' }, 'sqs.queueArn', /such as arn/],
  ])('with %o is not made', async (change, field, error) => {
    const settings = {
      roleArn: 'arn:aws:iam::222222222222:role/posthorn-delivery-x',
      queueArn: 'arn:aws:sqs:us-east-1:222222222222:orders',
      ...change,
    };
    const { status, body } = await cloud.request('POST', '/v1/targets', { kind: 'sqs', sqs: settings });
    expect([status, body]).toMatchObject([422, { field, message: expect.stringMatching(error) }]);
  });

  it('leaves no credential in a log line or a table (A25)', async () => {
    // An access key's id, a secret and a token of a session begin so.
    for (const part of ['ASIA', 'SECRET', 'IQoJb3JpZ2lu']) {
      const tables = await Promise.all(
        (['Config', 'Log', 'State'] as const).map((table) => itemsAbout(cloud.operator, table, part)),
      );
      expect(tables.flat()).toEqual([]);
      expect(cloud.lines.filter(({ text }) => text.includes(part))).toEqual([]);
    }
  });
});

/** A verdict is shown where the status does not say it. */
const meaningShown = (attempt: DeliveryView['attempts'][number]): string =>
  (attempt as { verdict?: string }).verdict ?? 'final';
