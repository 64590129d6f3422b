import { type SimulatedStack, synthesiseStack } from '../../aws/stack.ts';
import { BEHAVIOURS } from '../../world/endpoints.ts';
import { createTenants, type TenantPlan } from '../../world/tenants.ts';
import { createWorld } from '../../world/world.ts';
import { type CaseEnd, endCase, runUntilDone } from './case.ts';
import { type Ground, HOUR, MINUTE, PAYLOAD_BYTES, publishSingly, quietTenants } from './ground.ts';
import { startProducer } from './producer.ts';
import { startSampler } from './series.ts';
import { watchSlowLane } from './slow-lane.ts';
import { createTally, type Group } from './tally.ts';

const QUIET = { tenants: 100, everyMs: 50_000 } as const;
const ENDPOINTS_OF_TENANT = 100;
const BEFORE_MS = 10 * MINUTE;
const DOWN_MS = HOUR;
/** From one event for an endpoint to its next. */
const EVERY_MS = 15 * MINUTE;
/** What an endpoint does while its host has an outage, in turn. */
const DOWN = [BEHAVIOURS.resetting, BEHAVIOURS.failing, BEHAVIOURS.hanging] as const;
/** The longest step of a target's schedule after an hour, and what recovery may take. */
const MOST_MS = 6 * HOUR;

/** Tenants that publish for the first time while the others' endpoints are down, once each. */
const NEWCOMERS = 60;
/** As many as the slow lane's concurrency is for. With fewer it is as much smaller, down to what Lambda takes. */
const FULL = 100_000;
const LEAST_CONCURRENCY = 2;

/** The same environment for fewer endpoints: what they do to the slow lane is as bad as with all. */
function reduced({ settings }: SimulatedStack, count: number): SimulatedStack {
  const { concurrency } = settings;
  const slow = Math.max(LEAST_CONCURRENCY, Math.round((concurrency.slow * Math.min(count, FULL)) / FULL));
  return synthesiseStack({ concurrency: { ...concurrency, slow } });
}

/**
 * All endpoints of many tenants are down at once for an hour, as when a host or a name server of theirs has an outage.
 * @param count endpoints, of which each tenant has a hundred
 */
export async function endpointsCase({ seed, stack, code, say }: Ground, count: number): Promise<CaseEnd> {
  const world = createWorld({ seed, stack: reduced(stack, count), code });
  const { kernel, endpoints } = world;
  const plans = Array.from(
    { length: Math.ceil(count / ENDPOINTS_OF_TENANT) },
    (_, i): TenantPlan => ({
      name: `failing${i}`,
      targets: Math.min(count, ENDPOINTS_OF_TENANT),
      payloadBytes: PAYLOAD_BYTES,
    }),
  );
  const failing = await createTenants(world, plans);
  const quiet = await quietTenants(world, QUIET.tenants);
  const newcomers = await createTenants(
    world,
    Array.from({ length: NEWCOMERS }, (_, i) => ({ name: `new${i}`, payloadBytes: PAYLOAD_BYTES })),
  );
  const groups = new Map<string, Group>([
    ...quiet.map(({ id }) => [id, 'others'] as const),
    ...newcomers.map(({ id }) => [id, 'newcomers'] as const),
  ]);
  const tally = createTally(kernel, (tenant) => groups.get(tenant));
  world.watchers.push(tally.watcher);
  const lane = watchSlowLane(world);
  say('all endpoints are made');

  const began = kernel.now();
  const from = began + BEFORE_MS;
  const until = from + DOWN_MS;
  const last = publishSingly(world, quiet, { everyMs: QUIET.everyMs, from: began, until: Infinity });
  for (const tenant of failing)
    startProducer({ world, tenant, batch: tenant.targets.length, everyMs: EVERY_MS, from: began, until });
  for (const tenant of newcomers)
    startProducer({
      world,
      tenant,
      batch: 1,
      everyMs: Infinity,
      from: from + kernel.random.next() * DOWN_MS,
      until,
    });
  const hosts = failing.flatMap(({ targets }) => targets.map(({ host }) => host));
  kernel.at(from, () => {
    for (const [i, host] of hosts.entries()) endpoints.set(host, DOWN[i % DOWN.length]!);
  });
  kernel.at(until, () => {
    for (const host of hosts) endpoints.set(host, BEHAVIOURS.fast);
  });

  const sampler = startSampler(kernel, tally, 60_000);
  await kernel.run(until);
  say(`they are up again; ${tally.waiting} wait`);
  await runUntilDone(world, tally, until, MOST_MS);
  for (const producer of last) producer.stop();
  await kernel.run(kernel.now() + MINUTE);
  say(`${tally.waiting} wait`);
  const end = endCase({ kind: 'endpoints', world, tally, sampler, began, from, until });
  return { ...end, figures: { ...end.figures, slowLane: lane } };
}
