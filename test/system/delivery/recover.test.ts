import { GetQueueAttributesCommand, PurgeQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, GetCommand, NumberValue } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredStatus } from '../../../lambdas/delivery/delivery.ts';
import type { DeliveryMessage, DrainMessage } from '../../../lambdas/delivery/messages.ts';
import type { Event } from '../../../lambdas/events/event.ts';
import { toItem } from '../../../lambdas/events/event-items.ts';
import { deliveryKey } from '../../../lambdas/events/log-keys.ts';
import { DRAIN_SCHEDULE, heldKey, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import { parkingKey } from '../../../lambdas/parking/parking.ts';
import { NEARLY_EMPTY } from '../../../lambdas/recovery/recovery.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { deliveryId } from '../../../lambdas/values/ids.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import { type Edit, edits, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { eventByHand, sendByHand } from '../../helpers/guide/by-hand.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { makeTenant, putItem } from '../../helpers/tenant.ts';

const HOUR_MS = 3_600_000;
const RETENTION_SECONDS = 72 * 3600;

/** No event here is critical, so that lane can hold a flood. */
const withoutCriticalLane: Edit = (_, template) => {
  for (const [id, { Properties }] of Object.entries(template.Resources)) {
    if (id.startsWith('DispatchCriticalLane')) Object.assign(Properties!, { Enabled: false });
  }
};

const cloud = await startCloud({ edit: edits(withoutWindows, withoutCriticalLane) });
const endpoint = await startEndpoint();

type To = Awaited<ReturnType<typeof cloud.api.subscribe>>;
const subscribe = (type: string): Promise<To> => cloud.api.subscribe({ url: endpoint.url, events: [type] });

/** An event that was logged a while ago. */
async function logged(
  hoursAgo: number,
  subscriptions: readonly string[],
  more: { type?: string; matched?: number; dead?: boolean; tenant?: string } = {},
): Promise<Event> {
  const { type = 'lost', matched = subscriptions.length, dead, tenant = FIRST_TENANT } = more;
  const eventUlid = ulid(Date.now() - hoursAgo * HOUR_MS);
  const event = eventByHand(type, { said: eventUlid }, { id: `evt_${eventUlid}`, ulid: eventUlid });
  const entry = { tenant, event, part: 0, subscriptions, matched };
  await putItem(cloud, 'Log', { ...toItem(entry, RETENTION_SECONDS), ...(dead && { dead }) });
  return event;
}

/** A delivery as the log has it. */
const outcome = (
  event: Event,
  { id, targetId }: To,
  status: StoredStatus,
  more: { nextAttemptAt?: number; attempts?: object[]; used?: number } = {},
): Promise<void> =>
  putItem(cloud, 'Log', {
    ...deliveryKey(FIRST_TENANT, id, event.ulid),
    event: event.id,
    type: event.type,
    target: targetId,
    status,
    order: 4,
    attempts: [{ at: Date.now() - HOUR_MS, ms: 5, status: 503 }],
    ttl: Math.ceil(Date.now() / 1000) + RETENTION_SECONDS,
    ...more,
  });

const deliveryTo = (event: Event, { id, targetId }: Pick<To, 'id' | 'targetId'>): DeliveryMessage =>
  deliveryOf({ tenant: FIRST_TENANT, subscription: id, target: targetId, event });

const later = (): number => Math.ceil(Date.now() / 1000) + 3600;

const inHoldQueue = (delivery: DeliveryMessage): Promise<void> =>
  putItem(cloud, 'State', {
    ...heldKey(delivery),
    message: JSON.stringify(delivery),
    enteredAt: Date.now(),
    ttl: later(),
  });

const entryOf = ({ target }: DeliveryMessage) => ({
  pk: DRAIN_SCHEDULE,
  sk: scheduleName({ tenant: FIRST_TENANT, target }),
});

const onList = (delivery: DeliveryMessage, at: number, more = {}): Promise<void> =>
  putItem(cloud, 'State', { ...entryOf(delivery), at, ...more });

const entry = async (delivery: DeliveryMessage) =>
  (
    await cloud.dynamo.send(
      new GetCommand({
        TableName: cloud.resource('State').physicalId,
        Key: entryOf(delivery),
        ConsistentRead: true,
      }),
    )
  ).Item;

const arrivalsOf = ({ id }: Event) => endpoint.arrivals.filter(({ headers }) => headers['webhook-id'] === id);

const recover = () => cloud.runSchedule('RecoverRegularly');
const release = () => cloud.runSchedule('EveryMinute');

async function visible(queue: string): Promise<number> {
  const request = { QueueUrl: cloud.resource(queue).physicalId, AttributeNames: ['All' as const] };
  const { Attributes } = await cloud.sqs.send(new GetQueueAttributesCommand(request));
  return Number(Attributes!.ApproximateNumberOfMessages);
}

describe('recovery (C9)', () => {
  const scene = {} as Record<
    | 'silent'
    | 'delivered'
    | 'young'
    | 'late'
    | 'early'
    | 'parked'
    | 'heldOne'
    | 'leaving'
    | 'old'
    | 'unfinished'
    | 'dead'
    | 'unwanted'
    | 'foreign',
    Event
  >;
  let to: To;
  let other: To;
  let waiting: DeliveryMessage;
  let unscheduled: To;

  beforeAll(async () => {
    // In this order: fanout continues after the last one that it has reached.
    to = await subscribe('lost');
    other = await subscribe('rest');
    unscheduled = await subscribe('lost.held');
    scene.silent = await logged(1.5, [to.id, other.id]);
    await outcome(scene.silent, other, 'delivered');
    scene.delivered = await logged(1.5, [to.id]);
    await outcome(scene.delivered, to, 'delivered');
    scene.young = await logged(0.9, [to.id]);
    scene.late = await logged(3, [to.id]);
    const attempts = [1, 2, 3].map((at) => ({ at, ms: 1, status: 503 }));
    await outcome(scene.late, to, 'retrying', {
      nextAttemptAt: Date.now() - 1.1 * HOUR_MS,
      attempts,
      used: 1,
    });
    scene.early = await logged(3, [to.id]);
    await outcome(scene.early, to, 'parked', { nextAttemptAt: Date.now() + HOUR_MS });
    scene.parked = await logged(3, [to.id]);
    const due = Date.now() - 1.02 * HOUR_MS;
    await outcome(scene.parked, to, 'parked', { nextAttemptAt: due });
    await putItem(cloud, 'State', {
      ...parkingKey(due, deliveryId(scene.parked.ulid, to.id)),
      message: JSON.stringify(deliveryTo(scene.parked, to)),
      ttl: later(),
    });
    scene.heldOne = await logged(2, [unscheduled.id]);
    await outcome(scene.heldOne, unscheduled, 'parked');
    waiting = deliveryTo(scene.heldOne, unscheduled);
    await inHoldQueue(waiting);
    scene.leaving = await logged(2, [to.id]);
    await outcome(scene.leaving, to, 'parked');
    scene.old = await logged(26, [to.id]);
    await outcome(scene.old, to, 'parked');
    scene.unfinished = await logged(1.5, [to.id], { type: 'rest', matched: 2 });
    await outcome(scene.unfinished, to, 'delivered');
    // Two tenants, so that one comes after the other.
    const [tenant] = [await makeTenant(cloud), await makeTenant(cloud)].slice(1);
    const foreign = await tenant!.api.subscribe({ url: endpoint.url, events: ['lost'] });
    scene.foreign = await logged(1.5, [foreign.id], { tenant: tenant!.id });
    scene.dead = await logged(1.5, [to.id], { dead: true });
    scene.unwanted = await logged(1.5, [`sub_${ulid()}`]);
  });

  it('waits while a queue is long enough to hold what seems lost', async () => {
    const { physicalId: QueueUrl } = cloud.resource('CriticalLane');
    for (let sent = 0; sent <= NEARLY_EMPTY; sent += 10) {
      const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: 'flood' }));
      await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
    expect(await recover()).toMatchObject([{ kind: 'returned' }]);
    expect(cloud.warnings('recovery waits for a queue')).toMatchObject([
      { queue: 'critical', messages: 1010 },
    ]);
    expect(endpoint.arrivals).toEqual([]);
    await cloud.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });

  it('sends lost events and deliveries again, once, although two runs start at once', async () => {
    await Promise.all([recover(), recover()]);
    await eventually(() => {
      for (const event of [scene.silent, scene.late, scene.old, scene.unfinished, scene.foreign]) {
        expect(arrivalsOf(event)).toHaveLength(1);
      }
    });
    await recover();
    await cloud.settled();
    expect(endpoint.arrivals).toHaveLength(5);
    expect(await cloud.deliveriesOfEvent(scene.silent.id)).toMatchObject([
      { status: 'delivered' },
      { status: 'delivered' },
    ]);
    const payload = scene.silent.payload as { text: string };
    expect(arrivalsOf(scene.silent)[0]!.body.toString()).toBe(payload.text);
  });

  it('logs which ones it sent', () => {
    const named = cloud
      .warnings('deliveries sent again')
      .filter(({ tenant }) => tenant === FIRST_TENANT)
      .map(({ event, delivery }) => [event, delivery]);
    const expected = [scene.silent, scene.late, scene.old].map(({ id, ulid: eventUlid }) => [
      id,
      deliveryId(eventUlid, to.id),
    ]);
    expect(named.sort()).toEqual(expected.sort());
    expect(cloud.warnings('fanout resumed')).toMatchObject([{ event: scene.unfinished.id, reached: 1 }]);
  });

  it('keeps the history of a delivery', async () => {
    expect(arrivalsOf(scene.late)[0]!.headers['posthorn-attempt']).toBe('4');
    const found = await cloud.delivery(scene.late.id, 'delivered');
    expect(found.attempts.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503, 200]);
  });

  it('lets fanout continue where the event was lost', async () => {
    expect(await cloud.api.call('GET', `/v1/events/${scene.unfinished.id}`)).toMatchObject({ matched: 2 });
    const deliveries = await cloud.deliveriesOfEvent(scene.unfinished.id);
    expect(deliveries.map(({ subscriptionId }) => subscriptionId).sort()).toEqual([to.id, other.id].sort());
    expect(deliveries.map(({ status }) => status)).toEqual(['delivered', 'delivered']);
  });

  it.each(['delivered', 'young', 'early', 'parked', 'leaving', 'dead', 'unwanted'] as const)(
    'leaves alone what is %s',
    (name) => {
      expect(arrivalsOf(scene[name])).toEqual([]);
    },
  );

  it('schedules a drain of a hold queue that has none', async () => {
    expect(cloud.warnings('hold queue was left without a drain')).toMatchObject([
      { target: unscheduled.targetId },
    ]);
    expect(arrivalsOf(scene.heldOne)).toEqual([]);
    await release();
    await eventually(() => expect(arrivalsOf(scene.heldOne)).toHaveLength(1));
    await eventually(async () => expect(await entry(waiting)).toBeUndefined());
  });

  it('leaves the parking lot to release', async () => {
    const minute = Math.floor(Date.now() / 60_000) - 63;
    await putItem(cloud, 'State', { pk: 'release', sk: 'cursor', minute });
    await release();
    await eventually(() => expect(arrivalsOf(scene.parked)).toHaveLength(1));
  });

  it('goes on after a run that never ended', async () => {
    const lost = await logged(2, [to.id]);
    const key = { pk: 'recovery', sk: 'progress' };
    const looks = { first: { upTo: Date.now() - 3 * HOUR_MS } };
    await putItem(cloud, 'State', { ...key, looks, busyUntil: Date.now() + HOUR_MS });
    await recover();
    expect(cloud.warnings('recovery is running already')).not.toEqual([]);
    expect(arrivalsOf(lost)).toEqual([]);
    await putItem(cloud, 'State', { ...key, looks, busyUntil: Date.now() - 1 });
    await recover();
    await eventually(() => expect(arrivalsOf(lost)).toHaveLength(1));
  });
});

describe('a hold queue whose drain message is lost (C9)', () => {
  const MINUTES_AGO = 3 * 60_000;

  async function held(): Promise<DeliveryMessage> {
    const to = await subscribe('held');
    const delivery = deliveryTo(eventByHand('held', 1), to);
    await inHoldQueue(delivery);
    return delivery;
  }

  it('is drained nevertheless, also when a worker died with its lease', async () => {
    const undrained = await held();
    const taken = await held();
    await onList(undrained, Date.now() - MINUTES_AGO);
    await onList(taken, Date.now() - MINUTES_AGO, { isBusy: true });
    await release();
    for (const delivery of [undrained, taken]) {
      await eventually(() => expect(arrivalsOf(delivery.event)).toHaveLength(1));
      await eventually(async () => expect(await entry(delivery)).toBeUndefined());
    }
  });

  it('is left alone for minutes when only a newer release can read its deliveries', async () => {
    const delivery = await held();
    await putItem(cloud, 'State', {
      ...heldKey(delivery),
      message: '{"v":2,"kind":"delivery"}',
      enteredAt: Date.now(),
      ttl: later(),
    });
    await onList(delivery, Date.now() - MINUTES_AGO);
    await release();
    await eventually(() =>
      expect(cloud.warnings('drain failed')).toMatchObject([
        { tenant: delivery.tenant, target: delivery.target },
      ]),
    );
    const { at, isBusy } = (await entry(delivery))!;
    expect(isBusy).toBe(true);
    expect(at - Date.now()).toBeGreaterThan(60_000);
    const { physicalId: QueueUrl } = cloud.resource('SlowLane');
    await cloud.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });

  it('is drained after a drain message that was received too often, which is dropped', async () => {
    const delivery = await held();
    const at = Date.now() - MINUTES_AGO;
    await onList(delivery, at);
    const { tenant, target } = delivery;
    const call: DrainMessage = { v: 1, kind: 'call', tenant, target, at };
    await sendByHand(cloud, 'DeadLetters', call);
    await cloud.settled();
    expect(await visible('Quarantine')).toBe(0);
    expect(await entry(delivery)).toMatchObject({ at });
    expect(arrivalsOf(delivery.event)).toEqual([]);
    await release();
    await eventually(() => expect(arrivalsOf(delivery.event)).toHaveLength(1));
  });

  it('is drained once, however often release runs: a drain message with another time is void', async () => {
    const delivery = await held();
    const at = Date.now() - MINUTES_AGO;
    await onList(delivery, at);
    await Promise.all([release(), release(), release()]);
    await eventually(() => expect(arrivalsOf(delivery.event)).toHaveLength(1));
    await cloud.settled();
    expect(arrivalsOf(delivery.event)).toHaveLength(1);
    expect(await entry(delivery)).toBeUndefined();
  });

  it('is emptied when its target is gone, with the reason', async () => {
    const to = await subscribe('held.gone');
    const event = await logged(0.1, [to.id]);
    const delivery = deliveryTo(event, to);
    await inHoldQueue(delivery);
    await onList(delivery, Date.now() - MINUTES_AGO);
    await cloud.api.call('DELETE', `/v1/subscriptions/${to.id}`);
    await release();
    expect(await cloud.delivery(event.id, 'dead')).toMatchObject({ reason: 'target_deleted' });
    await eventually(async () => expect(await entry(delivery)).toBeUndefined());
  });

  it('is skipped when its entry is damaged, and does not stop release', async () => {
    const to = await subscribe('beside.held');
    const event = eventByHand('beside.held', 1);
    const due = Date.now();
    // The SDK reads a number that JavaScript can't hold exactly as another type.
    const broken = { pk: DRAIN_SCHEDULE, sk: `${FIRST_TENANT}#broken` };
    await putItem(cloud, 'State', { ...broken, at: NumberValue.from('-9007199254740993') });
    await putItem(cloud, 'State', {
      ...parkingKey(due, deliveryId(event.ulid, to.id)),
      message: JSON.stringify(deliveryTo(event, to)),
      ttl: later(),
    });
    expect(await release()).toMatchObject([{ kind: 'returned' }]);
    const [skipped] = cloud.warnings('item skipped');
    expect(skipped?.detail).toMatch(`sk ${broken.sk} of `);
    expect(skipped?.detail).toMatch(/at: expected number$/);
    await eventually(() => expect(arrivalsOf(event)).toHaveLength(1));
    const TableName = cloud.resource('State').physicalId;
    await cloud.dynamo.send(new DeleteCommand({ TableName, Key: broken }));
  });
});
