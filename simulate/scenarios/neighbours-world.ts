import type { FLOODED } from '../report/results.ts';
import { BEHAVIOURS, type Behaviour, rateLimited } from '../world/endpoints.ts';
import { createLatencies, type Quantiles } from '../world/latencies.ts';
import { startProducers } from '../world/producers.ts';
import { createTenants, type SimulatedTenant, type TenantPlan } from '../world/tenants.ts';
import type { World } from '../world/world.ts';
import { worldOf } from './worlds.ts';

/** One tenant's flood. */
export interface Flood {
  readonly endpoint: (typeof FLOODED)[number];
  /** Times a tenant's fair share. */
  readonly factor: number;
  /** Of the flooding tenant, each with an endpoint like that. */
  readonly targets: number;
  /** Whether the endpoints answer well until the flood begins. Else they are like that from their first event on. */
  readonly turns: boolean;
}

export interface Size {
  readonly tenants: number;
  /** Events a second of each, which become one delivery each: a fair share. */
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Tenants whose first event comes while the flood is on: nothing is known of their endpoints. */
  readonly newcomers: number;
}

export interface Beside {
  /** Tenants whose endpoints are known to answer. */
  readonly others: Quantiles;
  /** First deliveries of tenants that are new. */
  readonly newcomers: Quantiles;
  readonly flooder: Quantiles;
  readonly world: World;
}

const FLOODER = 'flooder';
/** What is under way when the producers end has its end as well. */
const AFTER_MS = 10_000;

/** One world, with the flood or without. What the others publish is the same in all worlds of a seed. */
export async function liveBeside(seed: number, size: Size, flood?: Flood): Promise<Beside> {
  const { warmUpMs, measuredMs } = size;
  const world = await worldOf(`neighbours/${seed}`);
  const { kernel, watchers } = world;
  const others = await createTenants(world, named('t', size.tenants));
  const newcomers = await createTenants(world, named('new', size.newcomers));
  const [flooder] = await createTenants(world, [{ name: FLOODER, targets: flood?.targets ?? 1 }]);
  const from = kernel.now();
  const floodsFrom = from + warmUpMs;
  const until = floodsFrom + measuredMs;
  const groups = new Map([...others.map(inGroup('others')), ...newcomers.map(inGroup('newcomers'))]);
  const latencies = createLatencies({
    now: kernel.now,
    counts: ({ at }) => at >= floodsFrom && at < until,
    groupOf: (tenant) => groups.get(tenant) ?? FLOODER,
  });
  watchers.push(latencies.watcher);
  const { perSecond } = size;
  startProducers(
    world,
    others.map((tenant) => ({ tenant, perSecond, from, until })),
  );
  newcomers.forEach((tenant, i) => {
    const first = floodsFrom + (measuredMs * (i + 0.5)) / newcomers.length;
    startProducers(world, [{ tenant, perSecond: 1, arrivals: 'even', from: first, until: first + 999 }]);
  });
  if (flood) startFlood(world, flooder!, flood, size, floodsFrom);
  await kernel.run(until + AFTER_MS);
  return {
    others: latencies.of('others'),
    newcomers: latencies.of('newcomers'),
    flooder: latencies.of(FLOODER),
    world,
  };
}

function startFlood(
  world: World,
  tenant: SimulatedTenant,
  { endpoint, factor, targets, turns }: Flood,
  { perSecond, warmUpMs, measuredMs }: Size,
  from: number,
): void {
  const { kernel, endpoints } = world;
  const spoil = (): void => {
    for (const { host } of tenant.targets) endpoints.set(host, behaviourOf(endpoint, perSecond));
  };
  const until = from + measuredMs;
  const flood = { tenant, perSecond: perSecond * factor, from, until };
  if (!turns) {
    spoil();
    startProducers(world, [flood]);
    return;
  }
  kernel.at(from, spoil);
  // Each of its endpoints has shown that it answers.
  const before = { tenant, perSecond: perSecond * targets, from: from - warmUpMs, until: from };
  startProducers(world, [before, flood]);
}

/** New for each endpoint: one that limits its rate has a state. */
const behaviourOf = (endpoint: Flood['endpoint'], fairShare: number): Behaviour =>
  ({
    hanging: BEHAVIOURS.hanging,
    slow: BEHAVIOURS.slow,
    failing: BEHAVIOURS.failing,
    'rate-limited': rateLimited(Math.max(1, fairShare)),
    healthy: BEHAVIOURS.fast,
  })[endpoint];

const named = (prefix: string, count: number): TenantPlan[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${prefix}${i}` }));

const inGroup =
  (group: string) =>
  ({ id }: SimulatedTenant): [string, string] => [id, group];
