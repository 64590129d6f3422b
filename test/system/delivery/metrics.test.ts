import { gzipSync } from 'node:zlib';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import { describe, expect, inject, it } from 'vitest';
import { DEATH_REASONS } from '../../../lambdas/delivery/delivery.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { LANES, type Lane } from '../../../lambdas/endpoint-health/lane.ts';
import { toItem } from '../../../lambdas/events/event-items.ts';
import { payloadKey } from '../../../lambdas/events/payload.ts';
import { DRAIN_SCHEDULE, heldKey, scheduleName } from '../../../lambdas/hold-queue/hold-queue.ts';
import { parkingKey } from '../../../lambdas/parking/parking.ts';
import {
  METRIC_NAMESPACE,
  METRICS,
  type MetricDeclaration,
  type MetricName,
} from '../../../lambdas/platform/metric-names.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import type { MetricValue } from '../../../local/cloud.ts';
import { deliveryOf } from '../../builders/deliveries.ts';
import {
  edits,
  forgotten,
  shortCaches,
  withoutGrant,
  withoutWindows,
} from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { deployedIn } from '../../helpers/cloudwatch/deployed.ts';
import { namedByWidgets, namedIn } from '../../helpers/cloudwatch/named-metrics.ts';
import { createStore, type Metric, metricKey } from '../../helpers/cloudwatch/store.ts';
import { alarmsOf, ringsIn } from '../../helpers/cloudwatch/watch.ts';
import { putEvents } from '../../helpers/event-calls.ts';
import { eventually } from '../../helpers/eventually.ts';
import { eventByHand, publishByHand, sendByHand } from '../../helpers/guide/by-hand.ts';
import { listen, makeListener } from '../../helpers/listening.ts';
import { watchLive } from '../../helpers/live-socket.ts';
import { putLines } from '../../helpers/log-calls.ts';
import { MANY_RETRIES, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { serveRaw } from '../../helpers/servers/odd-server.ts';
import { itemsAbout, makeTenant, putItem } from '../../helpers/tenant.ts';

const measured: MetricValue[] = [];
const cloud = await startCloud({
  // An entry of the audit trail that can't be written counts.
  edit: edits(withoutWindows, shortCaches, withoutGrant('Manage', 'dynamodb:PutItem', 'Log')),
  measure: (value) => measured.push(value),
});
const { api } = cloud;
const deployed = deployedIn(inject('assemblyDir'));

const HOUR_MS = 3_600_000;
const Environment = 'local';

type Dimensions = Readonly<Record<string, string>>;
const emitted = (name: MetricName, by: Dimensions = {}): readonly MetricValue[] => {
  const key = metricKey({ namespace: METRIC_NAMESPACE, name, dimensions: { Environment, ...by } });
  return measured.filter((value) => metricKey(value) === key);
};

/** Waits until all of these are counted. */
const counted = (names: readonly MetricName[], by: Dimensions = {}): Promise<void> =>
  eventually(() => expect(names.filter((name) => emitted(name, by).length === 0)).toEqual([]));

type To = { readonly id: string; readonly targetId: string };

const deliveryTo = ({ id, targetId }: To, about: Partial<DeliveryMessage> = {}): DeliveryMessage =>
  deliveryOf({
    tenant: FIRST_TENANT,
    subscription: id,
    target: targetId,
    event: eventByHand('by.hand', 1),
    ...about,
  });

const QUEUES: Readonly<Record<Lane, string>> = {
  critical: 'CriticalLane',
  standard: 'StandardLane',
  slow: 'SlowLane',
  bulk: 'BulkLane',
};

const inAnHour = { schedule: [3600], jitter: 0 };

/** A target whose endpoint is known to be healthy, so that each lane posts to it. */
async function healthy(type: string, settings: object, url: string): Promise<To> {
  const to = await api.subscribe({ url, events: [type], ...settings });
  const { id } = await api.publish(type, 'first');
  await cloud.delivery(id, 'delivered');
  await forgotten();
  return to;
}

const publishAll = (type: string, count: number): Promise<unknown> =>
  api.publishBatch(JSON.stringify({ events: Array.from({ length: count }, (_, n) => ({ type, data: n })) }));

/** What CloudWatch Logs would send of a filter that no settings name: it may be anybody’s line. */
const linesOfUnknownFilter = (): object => {
  const message = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: '/shop/app',
    logStream: 'by-hand',
    subscriptionFilters: ['unknown'],
    logEvents: [{ id: ulid(), timestamp: Date.now(), message: 'all is well' }],
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } };
};

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();
const later = (): number => Math.ceil((Date.now() + HOUR_MS) / 1000);

describe.concurrent('a metric is counted', () => {
  it('when an event arrives at once, in each lane', async () => {
    const endpoint = await startEndpoint();
    const to = await healthy('good', {}, endpoint.url);
    for (const lane of LANES) await sendByHand(cloud, QUEUES[lane], deliveryTo(to));
    await counted(['Events', 'Deliveries', 'Recorded', 'Attempts']);
    await counted(['FirstAttempts', 'FirstAttemptsDelivered', 'PromptLatency']);
    for (const Lane of LANES) await counted(['Delivered', 'AnswerTime', 'DeliveryLatency'], { Lane });
  });

  it('when an attempt fails and is made again later, in each lane', async () => {
    const endpoint = await startEndpoint((_, { body }) => ({
      status: body.toString().includes('first') ? 200 : 400,
    }));
    const to = await healthy('later', { ...MANY_RETRIES, retry: inAnHour }, endpoint.url);
    for (const lane of LANES) await sendByHand(cloud, QUEUES[lane], deliveryTo(to));
    await counted(['FailedAttempts']);
    for (const Lane of LANES) await counted(['Retried', 'Parked'], { Lane });
  });

  it('when a kept connection is closed, in each lane', async () => {
    const server = await serveRaw((socket, count) => {
      if (count > 1) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    const to = await healthy('closed', {}, `http://127.0.0.1:${server.port}/`);
    for (const Lane of LANES) {
      await eventually(async () => {
        const before = emitted('Delivered', { Lane }).length;
        await sendByHand(cloud, QUEUES[Lane], deliveryTo(to));
        await eventually(() => expect(emitted('Delivered', { Lane }).length).toBeGreaterThan(before));
        expect(emitted('Reconnected', { Lane })).not.toEqual([]);
      });
    }
    await server.close();
  });

  it('when a delivery is in a lane where its target does not belong', async () => {
    const endpoint = await startEndpoint();
    const batching = { maxEvents: 5, maxSeconds: 1 };
    for (const lane of LANES) {
      // Retries stay in the slow lane; what is batched does not. Nothing is known of the other endpoints.
      const settings = lane === 'slow' ? { batching } : {};
      const to = await api.subscribe({ url: endpoint.url, events: [`elsewhere.${lane}`], ...settings });
      await sendByHand(cloud, QUEUES[lane], deliveryTo(to));
    }
    for (const Lane of LANES) await counted(['Moved'], { Lane });
  });

  it('when a flood meets an endpoint that is down, and when that recovers', async () => {
    let isDown = true;
    const endpoint = await startEndpoint(() => ({ status: isDown ? 503 : 200 }));
    const retry = { schedule: [3, 60], jitter: 0 };
    await api.subscribe({ url: endpoint.url, events: ['flood'], retry });
    await publishAll('flood', 15);
    await counted(['BreakerOpened']);
    await forgotten();
    await publishAll('flood', 15);
    await counted(['HeldAtOnce']);
    isDown = false;
    await counted(['BreakerClosed']);
  });

  it('when an endpoint is gone', async () => {
    const endpoint = await startEndpoint(() => ({ status: 410 }));
    await api.subscribe({ url: endpoint.url, events: ['gone'] });
    await api.publish('gone', 1);
    await counted(['TargetsDisabled']);
  });

  it('when a delivery dies, by each reason', async () => {
    const endpoint = await startEndpoint((_, { body }) => ({ status: body.includes('refused') ? 400 : 503 }));
    const to = await api.subscribe({ url: endpoint.url, events: ['dies'], retry: { schedule: [] } });
    await api.publish('dies', 'refused');
    await api.publish('dies', 'exhausted');
    const ours = deliveryTo(to);
    await sendByHand(cloud, 'DeadLetters', ours);
    for (const reason of DEATH_REASONS)
      await sendByHand(cloud, 'DeadLetters', { v: 1, kind: 'dead', reason, delivery: deliveryTo(to) });
    // As a newer release writes one whose reason this one does not know.
    const { tenant, subscription, target, event } = deliveryTo(to);
    const about = { tenant, subscription, target, event, at: Date.now(), attempts: [] };
    const outcome = { ...about, status: 'dead', newer: true } as const;
    await sendByHand(cloud, 'Outcomes', { v: 1, kind: 'outcomes', outcomes: [outcome] });
    for (const Reason of [...DEATH_REASONS, 'unknown']) await counted(['Dead'], { Reason });
  });

  it('when an event dies', async () => {
    await sendByHand(cloud, 'DeadLetters', {
      v: 1,
      kind: 'events',
      tenant: FIRST_TENANT,
      events: [eventByHand('dies.early', 1)],
    });
    await counted(['EventsDead']);
  });

  it('when an event is published twice, and when another has its id', async () => {
    const id = 'order-1';
    await publishByHand(cloud, 'same', 1, { id, digest: 'one' });
    await eventually(() => api.call('GET', `/v1/events/${id}`));
    // The API has seen neither, as when both come before the first is logged.
    await publishByHand(cloud, 'same', 1, { id, digest: 'one' });
    await publishByHand(cloud, 'same', 2, { id, digest: 'another' });
    await counted(['DuplicateEvents', 'ConflictingEvents']);
  });

  it('when something waits for its time, and is tried at once before it', async () => {
    const endpoint = await startEndpoint((attempt) => ({ status: attempt === 1 ? 503 : 200 }));
    await api.subscribe({ url: endpoint.url, events: ['waits'], retry: inAnHour });
    const { id } = await api.publish('waits', 1);
    const parked = await cloud.delivery(id, 'parked');
    await api.call('POST', `/v1/deliveries/${encodeURIComponent(parked.id)}/retry`);
    await cloud.delivery(id, 'delivered');
    // The message that waited for the hour, which release sends when it is over.
    const [waited] = (await itemsAbout(cloud, 'State', id)).filter(({ pk }) => `${pk}`.startsWith('parked#'));
    await sendByHand(cloud, 'SlowLane', JSON.parse(`${waited!.message}`));
    await counted(['Superseded']);
  });

  it('when release sends what falls due, and a drain that was lost', async () => {
    const endpoint = await startEndpoint();
    const to = await api.subscribe({ url: endpoint.url, events: ['due'] });
    const parked = deliveryTo(to);
    await putItem(cloud, 'State', {
      ...parkingKey(Date.now(), parked.event.id),
      message: JSON.stringify(parked),
      ttl: later(),
    });
    const held = deliveryTo(to);
    await putItem(cloud, 'State', {
      ...heldKey(held),
      message: JSON.stringify(held),
      enteredAt: Date.now(),
      ttl: later(),
    });
    const ref = { tenant: held.tenant, target: held.target };
    await putItem(cloud, 'State', { pk: DRAIN_SCHEDULE, sk: scheduleName(ref), at: Date.now() - HOUR_MS });
    await cloud.runSchedule('EveryMinute');
    await counted(['Released', 'ReleaseLag', 'DrainsResent']);
  });

  it('when recovery finds what was lost', async () => {
    const endpoint = await startEndpoint();
    const { id } = await api.subscribe({ url: endpoint.url, events: ['lost'] });
    const event = eventByHand('lost', 1, lostAt(1.5));
    const entry = { tenant: FIRST_TENANT, event, part: 0, subscriptions: [id], matched: 1 };
    await putItem(cloud, 'Log', toItem(entry, 72 * 3600));
    await cloud.runSchedule('RecoverRegularly');
    await counted(['Recovered']);
  });

  it('when a replay sends again', async () => {
    const tenant = await makeTenant(cloud);
    let status = 400;
    const endpoint = await startEndpoint(() => ({ status }));
    const { id } = await tenant.api.subscribe({ url: endpoint.url, events: ['again'] });
    await tenant.api.publish('again', 1);
    await eventually(async () =>
      expect(await tenant.api.deliveriesOf(id)).toMatchObject([{ status: 'dead' }]),
    );
    status = 200;
    await tenant.api.call('POST', '/v1/dead-letters/redrive', { all: true });
    await counted(['Replayed']);
  });

  it('when a tenant is erased', async () => {
    const { id } = await makeTenant(cloud, ['manage'], { deletedAt: hoursAgo(1) });
    await putItem(cloud, 'State', { pk: 'erasure', sk: id, startedAt: hoursAgo(1) });
    await cloud.runSchedule('Erase');
    await counted(['Erased']);
  });

  it('when somebody watches, and when a frame does not reach them', async () => {
    const tenant = await makeTenant(cloud);
    const watching = await watchLive(cloud, tenant.key);
    await tenant.api.call('POST', '/v1/filters', { name: 'one', events: ['seen.*'] });
    await counted(['LiveFrames']);
    const calm = cloud.disturb('websocket', { kinds: ['internal'] });
    await eventually(async () => {
      await tenant.api.call('POST', '/v1/filters', { name: 'another', events: ['seen.*'] });
      expect(emitted('LiveUnsent')).not.toEqual([]);
    });
    calm();
    await watching.close();
  });

  it('when a developer’s machine that listens answers with an error', async () => {
    const tenant = await makeTenant(cloud);
    const one = await listen(tenant, await makeListener(tenant, ['listened']), () => ({ status: 500 }));
    await tenant.api.publish('listened', {});
    await counted(['RelayedFailures']);
    await one.close();
  });

  it('when an endpoint keeps failing, and when a tenant’s alert rule begins to hold', async () => {
    const tenant = await makeTenant(cloud);
    const when = { metric: 'deadLetters', atLeast: 1 };
    await tenant.api.call('POST', '/v1/alert-rules', { name: 'Something died', when });
    const endpoint = await startEndpoint(() => ({ status: 400 }));
    const { id } = await tenant.api.subscribe({ url: endpoint.url, events: ['fails'] });
    const events = Array.from({ length: 100 }, (_, n) => ({ type: 'fails', data: n }));
    await tenant.api.publishBatch(JSON.stringify({ events }));
    await eventually(async () => {
      const statuses = (await tenant.api.deliveriesOf(id)).map(({ status }) => status);
      expect(statuses).toEqual(events.map(() => 'dead'));
    });
    await cloud.runSchedule('Assess');
    await counted(['TargetsFailing', 'AlertsRaised']);
  });

  it('when an invocation fails', async () => {
    await cloud.functions.get('Fanout')!.invokeText('{}');
    const [first] = await eventually(() => {
      const found = measured.filter(({ name }) => name === 'FunctionErrors');
      expect(found).not.toEqual([]);
      return found;
    });
    expect(first).toMatchObject({ namespace: 'Posthorn/local', dimensions: {}, value: 1 });
  });

  it('when a message does not parse, and when one comes back too often', async () => {
    await sendByHand(cloud, 'StandardLane', { v: 1, kind: 'delivery' } as never);
    const endpoint = await startEndpoint();
    const to = await api.subscribe({ url: endpoint.url, events: ['round'] });
    await sendByHand(cloud, 'CriticalLane', deliveryTo(to, { hops: 5000 }));
    await counted(['Quarantined', 'LoopsStopped']);
  });

  it('when a record of a source becomes an event, and when it can’t', async () => {
    const queue = cloud.resource('SqsOrdersQueue').physicalId;
    const send = (body: string) =>
      cloud.sqs.send(
        new SendMessageCommand({
          QueueUrl: queue,
          MessageBody: body,
          MessageAttributes: { 'posthorn-event-type': { DataType: 'String', StringValue: 'sold' } },
        }),
      );
    await send('{}');
    await send('no json');
    await counted(['SourceEvents', 'SourceQuarantined'], { Source: 'sqs' });
    await putEvents(cloud, [
      { Source: 'shop', DetailType: 'Sold', Detail: '{}' },
      { Source: 'shop', DetailType: '…', Detail: '{}' },
    ]);
    await counted(['SourceEvents', 'SourceQuarantined'], { Source: 'eventbridge' });
    const recordOf = (value: string, offset: number) => ({
      topic: 'sold',
      partition: 0,
      offset,
      value: Buffer.from(value).toString('base64'),
      headers: [],
    });
    const records = { 'sold-0': [recordOf('{"event_type":"sold","payload":{}}', 0), recordOf('no json', 1)] };
    const batch = { eventSource: 'SelfManagedKafka', bootstrapServers: 'kafka.example.com:9096', records };
    await cloud.functions.get('KafkaShop')!.invokeText(JSON.stringify(batch));
    await counted(['SourceEvents', 'SourceQuarantined'], { Source: 'kafka' });
    await putLines(cloud, '/shop/app', 'of-metrics', ['all is well']);
    await cloud.functions.get('LogsShop')!.invokeText(JSON.stringify(linesOfUnknownFilter()));
    await counted(['SourceEvents', 'SourceQuarantined'], { Source: 'logs' });
  });

  it('when an item is damaged, and when an entry of the audit trail cannot be written', async () => {
    const endpoint = await startEndpoint();
    const to = await api.subscribe({ url: endpoint.url, events: ['damaged'] });
    await putItem(cloud, 'Config', { pk: `tenant#${FIRST_TENANT}`, sk: `target#${to.targetId}`, url: 7 });
    await sendByHand(cloud, 'StandardLane', deliveryTo(to));
    await counted(['UnreadableItems', 'AuditEntriesUnwritten']);
  });

  it('when a part of AWS fails', async () => {
    const endpoint = await startEndpoint();
    const to = await api.subscribe({ url: endpoint.url, events: ['fault'] });
    const event = eventByHand('fault', 1);
    const key = payloadKey(FIRST_TENANT, event.ulid);
    const calm = cloud.disturb('s3', { kinds: ['internal'] });
    const stored = { ...event, payload: { kind: 'stored', key, bytes: 9000 } as const };
    await sendByHand(cloud, 'SlowLane', deliveryTo(to, { event: stored }));
    await counted(['Faults']);
    calm();
  });
});

const lostAt = (hoursAgo: number) => {
  const text = ulid(Date.now() - hoursAgo * HOUR_MS);
  return { id: `evt_${text}`, ulid: text };
};

describe('the metrics (K6, D13)', () => {
  const declared: Readonly<Record<string, MetricDeclaration>> = METRICS;
  const isOurs = ({ namespace }: Metric): boolean => namespace.startsWith(METRIC_NAMESPACE);

  it('are all counted, each with its unit and exactly its dimensions', () => {
    const own = measured.filter(({ namespace }) => namespace === METRIC_NAMESPACE);
    const seen = new Set(
      own.map(({ name, unit, dimensions }) => [name, unit, ...Object.keys(dimensions)].join(' ')),
    );
    const expected = Object.entries(declared).map(([name, { unit, by }]) =>
      [name, unit, 'Environment', ...(by ? [by] : [])].join(' '),
    );
    expect([...seen].sort()).toEqual(expected.sort());
  });

  it('are all read by CloudWatch', () => {
    expect(cloud.lines.filter(({ text }) => text.startsWith('NoMetric'))).toEqual([]);
  });

  it('that alarms and widgets name were counted, with exactly these dimensions', () => {
    const seen = new Set(measured.map(metricKey));
    const named = namedIn(deployed).filter(({ metric }) => isOurs(metric));
    expect(new Set(named.map(({ by }) => by.split(' ')[0]))).toEqual(new Set(['alarm', 'widget']));
    const never = named.filter(({ metric }) => !seen.has(metricKey(metric)));
    expect(never.map(({ by, metric }) => `${by}: ${metricKey(metric)}`)).toEqual([]);
  });

  it('that were counted are on the dashboard', () => {
    const shown = new Set(namedByWidgets(deployed).map(({ metric }) => metricKey(metric)));
    expect([...new Set(measured.map(metricKey))].filter((key) => !shown.has(key))).toEqual([]);
  });
});

it('alarms ring over what was counted here: what must never be, and what was too much of it (D14)', () => {
  const alarms = alarmsOf(deployed, (name) => name.replace(`posthorn-${Environment}-`, ''));
  const store = createStore(measured);
  const [first, last] = [Math.min, Math.max].map((most) => most(...measured.map(({ at }) => at)));
  const minute = (at: number): number => Math.floor(at / 60_000) * 60;
  const rings = ringsIn(alarms, store, minute(first!) - 60, minute(last!) + 120);
  const ringing = rings.map(({ alarm }) => alarm);
  expect(ringing).toEqual(
    expect.arrayContaining([
      'SuccessLow',
      'TargetFailing',
      'LoopsStopped',
      'AuditEntriesUnwritten',
      'UnreadableItems',
      'Recovered',
    ]),
  );
  // One failed invocation and one fault wake nobody.
  for (const alarm of ['Faults', 'FunctionErrors']) expect(ringing).not.toContain(alarm);
});
