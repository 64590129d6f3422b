import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { configKey } from '../../../lambdas/config/config-keys.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { createMeter } from '../../../local/cloud.ts';
import { edits, impatient, withoutGrant, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type DeliveryView, type List, startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

/** More than two passes of fanout. */
const SUBSCRIPTIONS = 2300;

type Cloud = Awaited<ReturnType<typeof startCloud>>;

/** Subscriptions that share the first one's target and filter, written past the API, which would take minutes. */
async function multiply(cloud: Cloud, url: string): Promise<void> {
  const first = await cloud.api.subscribe({ url, events: ['many'] });
  const { targetId, filterId } = first as unknown as { targetId: string; filterId: string };
  const table = cloud.resource('Config').physicalId;
  const items = Array.from({ length: SUBSCRIPTIONS - 1 }, (_, i) => {
    const id = `sub_01ARZ3NDEKTSV4RRFFQ69${String(i).padStart(5, '0')}`;
    return { ...configKey(FIRST_TENANT, 'subscription', id), id, targetId, filterId, active: true };
  });
  for (let i = 0; i < items.length; i += 25) {
    const requests = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
    await cloud.dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
  // Any write through the API raises the version, and so makes fanout load again.
  await cloud.api.subscribe({ url, events: ['other'] });
}

it('serves an event with thousands of subscriptions in several passes, each once, without loading them again (B9)', async () => {
  const meter = createMeter();
  await using cloud = await startCloud({ meter });
  const endpoint = await startEndpoint();
  await multiply(cloud, endpoint.url);
  await cloud.api.publish('many', { n: 1 }, 'many-1');
  await eventually(() => expect(endpoint.arrivals.length).toBeGreaterThanOrEqual(SUBSCRIPTIONS), {
    timeout: 40_000,
  });
  await cloud.settled();

  expect(await cloud.api.call('GET', '/v1/events/many-1')).toMatchObject({ matched: SUBSCRIPTIONS });
  const listed = await cloud.api.call<List<{ matched: number }>>('GET', '/v1/events');
  expect(listed.items.map(({ matched }) => matched)).toEqual([SUBSCRIPTIONS]);
  const seen = new Set<string>();
  let cursor = '';
  do {
    const path = `/v1/events/many-1/deliveries?limit=200${cursor && `&cursor=${cursor}`}`;
    const page = await cloud.api.call<List<DeliveryView>>('GET', path);
    for (const { status, subscriptionId } of page.items) {
      expect(status).toBe('delivered');
      seen.add(subscriptionId);
    }
    cursor = page.next ?? '';
  } while (cursor);
  expect(seen.size).toBe(SUBSCRIPTIONS);
  // B9: filters and subscriptions stay in memory as long as none changes. Each instance of fanout loads them once. An
  // event may reach a new instance, so the check is repeated.
  await eventually(async () => {
    meter.reset();
    const { id } = await cloud.api.publish('other', { n: 2 });
    await cloud.delivery(id, 'delivered');
    const asked = meter
      .snapshot()
      .filter(({ caller, service }) => caller === 'Fanout' && service === 'dynamodb');
    expect(asked).not.toEqual([]);
    expect(asked.map(({ operation }) => operation)).not.toContain('Query');
  });
});

it('shows an event as dead that could not be fanned out to its end, and lets it be published again', async () => {
  // Without the grant on its own queue, fanout can't send itself the rest.
  const edit = edits(withoutWindows, impatient(3, 1), withoutGrant('Fanout', 'sqs:SendMessage', 'Events'));
  await using cloud = await startCloud({ edit });
  const endpoint = await startEndpoint();
  await multiply(cloud, endpoint.url);
  await cloud.api.publish('many', { n: 1 }, 'many-2');
  await eventually(
    async () => expect(await cloud.api.call('GET', '/v1/events/many-2')).toMatchObject({ dead: true }),
    { timeout: 30_000 },
  );

  const before = endpoint.arrivals.length;
  await cloud.api.publish('many', { n: 1 }, 'many-2');
  await eventually(() => expect(endpoint.arrivals.length).toBeGreaterThan(before), { timeout: 30_000 });
});
