import { expect, it } from 'vitest';
import { worldOf } from '../../../simulate/scenarios/worlds.ts';
import { createLatencies } from '../../../simulate/world/latencies.ts';
import { startProducers } from '../../../simulate/world/producers.ts';
import { createTenants, plainTenants } from '../../../simulate/world/tenants.ts';

/** A world of two seconds with three tenants, and with a fourth that floods. */
async function traffic({ withFlood }: { readonly withFlood: boolean }) {
  const world = await worldOf('traffic');
  const { kernel } = world;
  const tenants = await createTenants(world, plainTenants(3, 200));
  const [flooder] = await createTenants(world, [{ name: 'flooder', targets: 2 }]);
  const latencies = createLatencies({
    now: kernel.now,
    groupOf: (id) => (id === flooder!.id ? 'flood' : 'others'),
  });
  const posted: string[] = [];
  const accepted: number[] = [];
  world.watchers.push(latencies.watcher, {
    reached: ({ url, body }) =>
      posted.push(`${new URL(url).pathname} ${JSON.parse(String(Buffer.from(body))).tenant}`),
    accepted: ({ tenant, at }) => tenant !== flooder!.id && accepted.push(at),
  });
  const from = kernel.now();
  const span = { from, until: from + 2000 };
  const others = startProducers(
    world,
    tenants.map((tenant) => ({ tenant, perSecond: 3, ...span })),
  );
  const flood = { tenant: flooder!, perSecond: 20, eventsPerRequest: 5, arrivals: 'even', ...span } as const;
  const floods = startProducers(world, withFlood ? [flood] : []);
  await kernel.run(from + 8000);
  return { latencies, others, floods, posted, accepted };
}

it('what tenants publish comes to their own endpoints, whatever else is published', async () => {
  const alone = await traffic({ withFlood: false });
  const beside = await traffic({ withFlood: true });
  const { offered, accepted, givenUp } = alone.others.counts;
  expect(offered).toBeGreaterThan(5);
  expect([accepted, givenUp]).toEqual([offered, 0]);
  expect(beside.others.counts).toEqual(alone.others.counts);
  expect(beside.floods.counts).toEqual({ offered: 40, accepted: 40, givenUp: 0 });
  expect(beside.floods.answers).toEqual(new Map([[202, 8]]));
  expect(beside.latencies.of('others')).toMatchObject({ count: accepted, waiting: 0 });
  expect(beside.latencies.of('flood')).toMatchObject({ count: 40, waiting: 0 });
  const kinds = new Set(beside.posted);
  expect([...kinds].sort()).toEqual([
    '/flooder/0 flooder',
    '/flooder/1 flooder',
    '/t0/0 t0',
    '/t1/0 t1',
    '/t2/0 t2',
  ]);
}, 120_000);

it('refuses a load of nothing, and a payload that its tenant does not fit in', async () => {
  const world = await worldOf('refusals');
  const [tenant] = await createTenants(world, plainTenants(1));
  const load = { tenant: tenant!, perSecond: 0, from: 0, until: 1 };
  expect(() => startProducers(world, [load])).toThrow('perSecond: expected more than 0, got 0');
  await expect(createTenants(world, plainTenants(1, 10))).rejects.toThrow('payloadBytes: expected at least');
});
