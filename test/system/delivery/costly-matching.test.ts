import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { configKey, versionKey } from '../../../lambdas/config/config-keys.ts';
import type { Condition } from '../../../lambdas/matching/language/condition.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { edits, impatient, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { type List, startCloud, type TestCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { bindByHand, eventByHand, sendByHand } from '../../helpers/guide/by-hand.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { itemsAbout, makeTenant } from '../../helpers/tenant.ts';

interface Wanted {
  readonly events: readonly string[];
  readonly where?: Condition;
  readonly jsonpath?: string;
}

/** A tenant with a subscription for each of these filters, in their order, all to one missing target. */
async function tenantOf(cloud: TestCloud, filters: readonly Wanted[]) {
  const made = await makeTenant(cloud);
  const TableName = cloud.resource('Config').physicalId;
  const items = filters.flatMap((filter, i) => {
    const number = `01ARZ3NDEKTSV4RRFFQ69${String(i).padStart(5, '0')}`;
    const [id, filterId] = [`sub_${number}`, `flt_${number}`];
    const binding = { id, filterId, targetId: 'tgt_gone', active: true };
    return [
      { ...configKey(made.id, 'filter', filterId), id: filterId, active: true, ...filter },
      { ...configKey(made.id, 'subscription', id), ...binding },
    ];
  });
  for (let i = 0; i < items.length; i += 25) {
    const requests = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
    await cloud.dynamo.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  }
  await cloud.dynamo.send(new PutCommand({ TableName, Item: { ...versionKey(made.id), version: 1 } }));
  return made;
}

/** Another tenant's deliveries meanwhile. */
async function neighbour(cloud: TestCloud) {
  const endpoint = await startEndpoint();
  await bindByHand(cloud, { target: { url: endpoint.url }, filter: { events: ['plain'] } });
  const publish = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        sendByHand(cloud, 'Events', {
          v: 1,
          kind: 'events',
          tenant: FIRST_TENANT,
          events: [eventByHand('plain', {})],
        }),
      ),
    );
  return { endpoint, publish };
}

it('matches an event with hundreds of costly conditions in several invocations, and counts the matches', async () => {
  await using cloud = await startCloud();
  const { endpoint, publish } = await neighbour(cloud);
  const events = ['costly'];
  const costlies = (costly: Omit<Wanted, 'events'>) => Array<Wanted>(200).fill({ events, ...costly });
  const tenant = await tenantOf(cloud, [
    { events },
    // None has a predicate by which the index could leave it out.
    ...costlies({ where: { data: { items: { a: [{ 'equals-ignore-case': 'x' }] } } } }),
    ...costlies({ jsonpath: '$.data.items[?@.a != 1]' }),
    { events },
    ...costlies({ where: { data: { items: { b: [{ regex: '(y+z?)+[x]' }] } } } }),
    { events },
  ]);
  const data = { items: Array.from({ length: 10_000 }, () => ({ a: 1, b: 'y' })) };
  const published = Array.from({ length: 3 }, () => eventByHand('costly', data));
  const message = { v: 1, kind: 'events', tenant: tenant.id } as const;
  await Promise.all([
    ...published.map((event) => sendByHand(cloud, 'Events', { ...message, events: [event] })),
    publish(3),
  ]);
  await cloud.settled({ timeout: 40_000 });

  expect(endpoint.arrivals).toHaveLength(3);
  const listed = await tenant.api.call<List<{ matched: number }>>('GET', '/v1/events');
  expect(listed.items.map(({ matched }) => matched)).toEqual([3, 3, 3]);
  for (const { id, ulid } of published) {
    // Later passes log parts of their own.
    const logged = await itemsAbout(cloud, 'Log', `${ulid}#`);
    expect(logged.length).toBeGreaterThan(1);
    expect(await tenant.api.call('GET', `/v1/events/${id}`)).toMatchObject({ matched: 3 });
    const { items } = await tenant.api.call<List<object>>('GET', `/v1/events/${id}/deliveries`);
    expect(items).toHaveLength(3);
  }
});

it('fails only for the tenant whose filters are too large for memory', async () => {
  await using cloud = await startCloud({ edit: edits(withoutWindows, impatient(5, 2)) });
  const { endpoint, publish } = await neighbour(cloud);
  const patterns = (n: number) => Array.from({ length: 100 }, (_, i) => `p${n}.q${i}.${'a.'.repeat(13)}a`);
  const tenant = await tenantOf(
    cloud,
    Array.from({ length: 340 }, (_, n) => ({ events: patterns(n) })),
  );
  const event = eventByHand('p0.q0', {});
  await Promise.all([
    sendByHand(cloud, 'Events', { v: 1, kind: 'events', tenant: tenant.id, events: [event] }),
    publish(5),
  ]);
  await eventually(() => expect(endpoint.arrivals).toHaveLength(5));
  await eventually(
    async () => expect(await tenant.api.call('GET', `/v1/events/${event.id}`)).toMatchObject({ dead: true }),
    { timeout: 30_000 },
  );
  expect(endpoint.arrivals).toHaveLength(5);
});
