import { createHmac } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { traceIdOf } from '../../../lambdas/values/trace-context.ts';
import { eventOf, eventsMessage } from '../../builders/events.ts';
import { type DeliveryView, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { JSON_FORMS, RAW_FORMS } from '../../helpers/publishing-forms.ts';
import { type Arrival, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const { api } = cloud;

let traces = 0;
/** The headers of a new trace. */
const newTrace = () => {
  const id = String(++traces).padStart(32, '0');
  return { traceparent: `00-${id}-b7ad6b7169203331-01`, tracestate: `rojo=${traces},congo=t61rcWkgMzE` };
};

/** What headers or an event's view say of a trace. */
const traceIn = ({ traceparent, tracestate }: Readonly<Record<string, unknown>>) => ({
  traceparent,
  tracestate,
});
const NONE = { traceparent: undefined, tracestate: undefined };

const eventView = (id: string) => api.call<Record<string, unknown>>('GET', `/v1/events/${id}`);

const publish = (type: string, headers: Record<string, string>, data: unknown = 1) =>
  api.call<{ id: string }>('POST', '/v1/events', { type, data }, headers);

it('a trace reaches the endpoint from each form of publishing', async () => {
  const endpoint = await startEndpoint();
  const secret = 'a secret that both sides know';
  const { id: subscription } = await api.subscribe({
    url: endpoint.url,
    events: ['a', 'b', 'a.b', 'log.**'],
    signature: 'sha256',
    secret,
  });
  const PATHS = {
    publish: '/v1/events',
    publishBatch: '/v1/events/batch',
    publishLogs: '/v1/logs',
    publishToSubscription: `/v1/subscriptions/${subscription}/ingest?event_type=a.b`,
  };
  const expected = new Map<string, object>();
  for (const [name, make] of Object.entries({ ...RAW_FORMS, ...JSON_FORMS })) {
    const trace = newTrace();
    const { operation, contentType, headers, body } = make(Buffer.from('x'), 'text/plain', name);
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const answer = await cloud.request('POST', PATHS[operation], body, {
      'content-type': contentType,
      ...headers,
      ...(operation === 'publishToSubscription' && {
        authorization: undefined,
        'x-hub-signature-256': signature,
      }),
      ...trace,
    });
    expect([name, answer.status]).toEqual([name, 202]);
    const { id, events = [{ id }] } = answer.body as { id: string; events?: { id: string }[] };
    for (const one of events) expected.set(one.id, trace);
  }
  await cloud.settled();
  const arrived = endpoint.arrivals.map(({ headers }) => [headers['webhook-id'], traceIn(headers)]);
  expect(new Map(arrived as [string, object][])).toEqual(expected);
  const [id, trace] = [...expected][0]!;
  expect(await eventView(id)).toMatchObject(trace);
});

it('a trace outlives a retry and a replay, and is shown with each request', async () => {
  let status = 503;
  const endpoint = await startEndpoint((attempt) => ({ status: attempt === 1 ? 500 : status }));
  const retry = { schedule: [0], jitter: 0 };
  await api.subscribe({ url: endpoint.url, events: ['kept'], retry });
  const trace = newTrace();
  const { id } = await publish('kept', trace);
  const dead = await cloud.delivery(id, 'dead');
  expect(dead.attempts).toHaveLength(2);
  status = 200;
  await api.call('POST', `/v1/deliveries/${dead.id}/replay`);
  const { attempts } = await cloud.delivery(id, 'delivered');
  expect(attempts).toHaveLength(3);
  for (const { request } of attempts) expect(request!.headers).toMatchObject(trace);
  expect(endpoint.arrivals.map(({ headers }) => traceIn(headers))).toEqual([trace, trace, trace]);
  // What waits for its owner is as good: a test event carries the trace of the request that asks for it.
  const { items } = await api.call<{ items: DeliveryView[] }>('GET', `/v1/events/${id}/deliveries`);
  const path = `/v1/subscriptions/${items[0]!.subscriptionId}/test`;
  const asked = newTrace();
  const test = await api.call<{ id: string }>('POST', path, {}, asked);
  await eventually(() =>
    expect(endpoint.arrivals.at(-1)!.headers).toMatchObject({ 'posthorn-test': 'true' }),
  );
  expect(endpoint.arrivals.at(-1)!.headers).toMatchObject(asked);
  expect(await eventView(test.id)).toMatchObject(asked);
});

it('a request with several events has a trace if they share one, and says that of each (A21)', async () => {
  const endpoint = await startEndpoint();
  const batching = { maxEvents: 2, maxSeconds: 60 };
  await api.subscribe({ url: endpoint.url, events: ['batched'], batching });
  const requestsOf = (arrivals: readonly Arrival[]) =>
    arrivals.map(({ headers, body }) => ({
      ofRequest: traceIn(headers),
      ofEvents: (JSON.parse(body.toString()) as Record<string, unknown>[]).map(traceIn),
    }));
  const [shared, one, other] = [newTrace(), newTrace(), newTrace()];
  const two = { events: [1, 2].map((data) => ({ type: 'batched', data })) };
  await api.call('POST', '/v1/events/batch', two, shared);
  await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
  await publish('batched', one);
  await publish('batched', other);
  await eventually(() => expect(endpoint.arrivals).toHaveLength(2));
  const [first, second] = requestsOf(endpoint.arrivals);
  expect(first).toEqual({ ofRequest: shared, ofEvents: [shared, shared] });
  expect(second!.ofRequest).toEqual(NONE);
  expect(second!.ofEvents).toEqual(expect.arrayContaining([one, other]));
});

it('what is no trace is ignored, and an event without one goes out without the headers', async () => {
  const endpoint = await startEndpoint();
  await api.subscribe({ url: endpoint.url, events: ['untraced'] });
  const { id } = await publish('untraced', { traceparent: '00-1-2-01', tracestate: 'rojo=1' });
  await eventually(() => expect(endpoint.arrivals).toHaveLength(1));
  expect(traceIn(endpoint.arrivals[0]!.headers)).toEqual(NONE);
  expect(traceIn(await eventView(id))).toEqual(NONE);
});

it('a page of another origin may send a trace', async () => {
  const { headers } = await fetch(`${cloud.apiUrl}/v1/events`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'traceparent,tracestate',
    },
  });
  expect(headers.get('access-control-allow-headers')).toMatch(/traceparent.*tracestate/);
});

it('a warning about an event names its trace', async () => {
  const { traceparent } = newTrace();
  const id = `twice-${cloud.tenant}`;
  // As ingest sends them where the log does not know of the first yet.
  const send = async (about: Partial<EventInFlight>): Promise<void> => {
    const body = eventsMessage(cloud.tenant, eventOf({ id, type: 'twice', ...about }));
    const QueueUrl = cloud.resource('Events').physicalId;
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
  };
  await send({ digest: 'one' });
  await eventually(() => eventView(id));
  await send({ digest: 'other', traceparent });
  await eventually(() => {
    const about = cloud.warnings('id of another event, not published').filter(({ event }) => event === id);
    expect(about).toMatchObject([{ tenant: cloud.tenant, trace: traceIdOf(traceparent) }]);
  });
});
