import { dollarsOf } from '../cost/dollars.ts';
import { limitsOf } from '../report/limits.ts';
import type { ScaleRow } from '../report/results.ts';
import { createLatencies } from '../world/latencies.ts';
import { type Load, type Producers, startProducers } from '../world/producers.ts';
import { createTenants, plainTenants, type SimulatedTenant } from '../world/tenants.ts';
import type { World } from '../world/world.ts';
import { watchLimits } from './limits-reached.ts';
import type { ScalePlan } from './scale-rows.ts';
import { worldOf } from './worlds.ts';

/** Before the load, each endpoint shows that it answers, as those of an environment that has run for a day have. */
const PROOF = { publishMs: 3000, waitMs: 3000 } as const;
/** The load's first seconds have cold starts, and are not measured. */
const WARM_UP_MS = 2000;
/** What was published within the measured time may be delivered in so long after it. */
const AFTER_MS = 5000;
const TENANTS = 1000;
/** Of a hot tenant: enough that none of its endpoints is hot. */
const TARGETS = 50;

/** Lets a load happen, and measures it. */
export async function measure(seed: number, plan: ScalePlan, payloadBytes: number): Promise<ScaleRow> {
  const { load, perSecond, settings, granted, measuredMs } = plan;
  const world = await worldOf(`scale/${seed}`, settings, { ...granted, hasPollers: true });
  const { kernel, functions, meter } = world;
  const tenants = await tenantsOf(world, load, payloadBytes);
  prove(world, tenants);
  await kernel.run(kernel.now() + PROOF.publishMs + PROOF.waitMs);

  const from = kernel.now() + WARM_UP_MS;
  const until = from + measuredMs;
  const latencies = createLatencies({ now: kernel.now, counts: ({ at }) => at >= from && at < until });
  world.watchers.push(latencies.watcher);
  const producers = publish(world, tenants, plan, until);
  await kernel.run(from);
  const limits = watchLimits(world, producers, until);
  const before = processorMs(world);
  const deliveredBefore = latencies.delivered;
  world.settle();
  meter.reset();
  await kernel.run(until);
  world.settle();
  const delivered = latencies.delivered - deliveredBefore;
  const { perMillion = 0 } = dollarsOf(meter.snapshot(), { elapsedMs: measuredMs, deliveries: delivered });
  const processorSeconds = (processorMs(world) - before) / measuredMs;
  await kernel.run(until + AFTER_MS);

  const deliveredPerSecond = (delivered / measuredMs) * 1000;
  const { p50, p99 } = latencies.of();
  const isHeld = deliveredPerSecond >= 0.98 * perSecond;
  const bites = limits.first(isHeld);
  return {
    load,
    perSecond,
    perRequest: plan.eventsPerRequest,
    deliveredPerSecond,
    limits: limitsOf(world.stack.settings, grantedOf(plan)),
    latency: { p50, p99 },
    processorSeconds,
    environments: Object.fromEntries(
      [...functions.values()]
        .filter(({ stats }) => stats.mostBusy > 0)
        .map((each) => [each.name, each.stats.mostBusy]),
    ),
    dollarsPerMillion: perMillion,
    ...(bites && { bites }),
    throttles: limits.throttles(),
  };
}

const processorMs = ({ functions }: World): number =>
  [...functions.values()].reduce((sum, { stats }) => sum + stats.processorMs, 0);

function tenantsOf(world: World, load: ScalePlan['load'], payloadBytes: number): Promise<SimulatedTenant[]> {
  if (load === 'even') return createTenants(world, plainTenants(TENANTS, payloadBytes));
  return createTenants(world, [{ name: 'hot', targets: load === 'hot tenant' ? TARGETS : 1, payloadBytes }]);
}

function prove(world: World, tenants: readonly SimulatedTenant[]): void {
  const from = world.kernel.now();
  const until = from + PROOF.publishMs;
  const once = (targets: number): number => (targets * 1000) / PROOF.publishMs;
  startProducers(
    world,
    tenants.map((tenant) => ({
      tenant,
      perSecond: once(tenant.targets.length),
      arrivals: 'even',
      from,
      until,
    })),
  );
}

function publish(
  world: World,
  tenants: readonly SimulatedTenant[],
  plan: ScalePlan,
  until: number,
): Producers {
  const perSecond = plan.perSecond / tenants.length;
  const { eventsPerRequest } = plan;
  const from = world.kernel.now();
  return startProducers(
    world,
    tenants.map((tenant): Load => ({ tenant, perSecond, eventsPerRequest, arrivals: 'even', from, until })),
  );
}

function grantedOf({ granted: { accountConcurrency, gatewayRate, warm, quota } }: ScalePlan) {
  return {
    ...(accountConcurrency !== undefined && { lambdaConcurrency: accountConcurrency }),
    ...(gatewayRate !== undefined && { gatewayRequests: gatewayRate }),
    ...(warm && { warmWrites: warm.writes, warmReads: warm.reads }),
    ...(quota && { tableWrites: quota.writes, tableReads: quota.reads }),
  };
}
