import { expect, it } from 'vitest';
import { edits, impatient, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const large = { blob: 'x'.repeat(9000) };

async function publishTo(cloud: TestCloud, data: unknown): Promise<void> {
  const endpoint = await startEndpoint();
  await cloud.api.subscribe({ url: endpoint.url, events: ['granted'] });
  await cloud.api.publish('granted', data);
}

it.concurrent.each<[string, string, string, (cloud: TestCloud) => Promise<unknown>]>([
  ['Authorize', 'secretsmanager:GetSecretValue', 'ApiKey', ({ request }) => request('GET', '/stats')],
  ['Authorize', 'kms:Decrypt', 'Key', ({ request }) => request('GET', '/stats')],
  [
    'Ingest',
    'sqs:SendMessage',
    'Events',
    ({ request }) => request('POST', '/v1/events', { type: 'a', data: 1 }),
  ],
  [
    'Ingest',
    's3:PutObject',
    'Payloads',
    ({ request }) => request('POST', '/v1/events', { type: 'a', data: large }),
  ],
  [
    'Ingest',
    'dynamodb:BatchGetItem',
    'Log',
    // Ingest can't know whether the id is another event's, and accepts the event.
    async ({ request }) =>
      expect(await request('POST', '/v1/events', { type: 'a', data: 1, id: 'x' })).toMatchObject({
        status: 202,
      }),
  ],
  ['Manage', 'dynamodb:Query', 'Config', ({ request }) => request('GET', '/v1/subscriptions')],
  ['Fanout', 'kms:Decrypt', 'Key', (cloud) => publishTo(cloud, 1)],
  ['Fanout', 'sqs:SendMessage', 'SlowLane', (cloud) => publishTo(cloud, 1)],
  ['DispatchSlow', 's3:GetObject', 'Payloads', (cloud) => publishTo(cloud, large)],
  ['Record', 'dynamodb:UpdateItem', 'Log', (cloud) => publishTo(cloud, 1)],
  ['Release', 'dynamodb:Query', 'State', ({ runSchedule }) => runSchedule('EveryMinute')],
])('%s without %s on %s is refused, and the log says so', async (functionName, action, resource, call) => {
  await using cloud = await startCloud({
    edit: edits(withoutWindows, withoutGrant(functionName, action, resource)),
  });
  await call(cloud);
  await eventually(() => expect(cloud.denials).not.toEqual([]));
  const { arn, physicalId } = cloud.resource(resource);
  const [denial] = cloud.denials;
  expect(denial).toMatchObject({
    functionName,
    action,
    resource: expect.stringContaining(arn ?? physicalId),
  });
  const line = `AccessDenied  function=${functionName} action=${action} resource=${denial!.resource}`;
  expect(cloud.lines).toContainEqual({ kind: 'cloud', text: line });
});

it('refuses nothing that the unchanged functions do from publishing to delivery', async () => {
  await using cloud = await startCloud({ edit: impatient(10) });
  const { api, request } = cloud;
  const good = await startEndpoint();
  const flaky = await startEndpoint((attempt) => ({ status: attempt === 1 ? 500 : 200 }));
  const away = await startEndpoint(() => ({ status: 500 }));
  const gone = await startEndpoint(() => ({ status: 404 }));
  const retries = [
    [good, [0]],
    [flaky, [0]],
    [away, [3600]],
    [gone, []],
  ] as const;
  const made = await Promise.all(
    retries.map(([{ url }, schedule]) => api.subscribe({ url, events: ['iam.**'], retry: { schedule } })),
  );
  const published = await api.publishBatch(
    JSON.stringify({
      events: [
        { type: 'iam.small', data: 1 },
        { type: 'iam.large', data: large, id: 'iam-2' },
      ],
    }),
  );
  for (const { id } of published.events) {
    await eventually(async () => {
      const statuses = (await cloud.deliveriesOfEvent(id)).map(({ status }) => status);
      expect(statuses.sort()).toEqual(['dead', 'delivered', 'delivered', 'parked']);
    });
    await api.call('GET', `/v1/events/${id}`);
  }
  expect(await cloud.runSchedule('EveryMinute')).toMatchObject([{ kind: 'returned' }]);
  for (const path of ['/v1/events', '/v1/subscriptions', '/stats', '/health']) await api.call('GET', path);
  for (const { id } of made) {
    await api.call('GET', `/v1/subscriptions/${id}`);
    await api.call('GET', `/v1/subscriptions/${id}/deliveries`);
    await api.call('DELETE', `/v1/subscriptions/${id}`);
  }
  await request('GET', '/stats', undefined, { authorization: 'Bearer wrong' });
  expect(cloud.denials).toEqual([]);
});
