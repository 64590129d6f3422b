import { BEHAVIOURS, type Behaviour, rateLimited } from '../world/endpoints.ts';
import { createLatencies, type Quantiles } from '../world/latencies.ts';
import { startProducers } from '../world/producers.ts';
import { createTenants, plainTenants } from '../world/tenants.ts';
import type { World } from '../world/world.ts';
import type { ScenarioOptions } from './scenarios.ts';
import { worldOf } from './worlds.ts';

export const FLOODED = ['hanging', 'slow', 'failing', 'rate-limited', 'healthy'] as const;

/** One tenant's flood. */
export interface Flood {
  readonly endpoint: (typeof FLOODED)[number];
  /** Times a tenant's fair share, which is one event a second. */
  readonly factor: number;
  /** Of the flooding tenant, each with an endpoint like that. */
  readonly targets: number;
  /** Whether the endpoints answer well until the flood begins. */
  readonly turns: boolean;
}

export interface Size {
  readonly tenants: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

export const SIZES: Readonly<Record<'full' | 'quick', Size>> = {
  full: { tenants: 1000, warmUpMs: 15_000, measuredMs: 60_000 },
  quick: { tenants: 200, warmUpMs: 10_000, measuredMs: 20_000 },
};

const FLOODER = 'flooder';
const FAIR_PER_SECOND = 1;

/** New for each world: one that limits its rate has a state. */
const behaviourOf = (endpoint: Flood['endpoint']): Behaviour =>
  ({
    hanging: BEHAVIOURS.hanging,
    slow: BEHAVIOURS.slow,
    failing: BEHAVIOURS.failing,
    'rate-limited': rateLimited(FAIR_PER_SECOND),
    healthy: BEHAVIOURS.fast,
  })[endpoint];

/** One world, with the flood or without. What the others publish is the same in all worlds of a seed. */
export async function liveBeside(
  seed: number,
  { tenants: count, warmUpMs, measuredMs }: Size,
  flood?: Flood,
): Promise<{ others: Quantiles; flooder: Quantiles; world: World }> {
  const world = await worldOf(`neighbours/${seed}`);
  const { kernel, endpoints, watchers } = world;
  const others = await createTenants(world, plainTenants(count));
  const [flooder] = await createTenants(world, [{ name: FLOODER, targets: flood?.targets ?? 1 }]);
  const from = kernel.now();
  const floodsFrom = from + warmUpMs;
  const until = floodsFrom + measuredMs;
  const latencies = createLatencies({
    now: kernel.now,
    counts: ({ at }) => at >= floodsFrom && at < until,
    groupOf: (tenant) => (tenant === flooder!.id ? FLOODER : 'others'),
  });
  watchers.push(latencies.watcher);
  startProducers(
    world,
    others.map((tenant) => ({ tenant, perSecond: FAIR_PER_SECOND, from, until })),
  );
  if (flood) {
    const { turns, factor, endpoint, targets } = flood;
    const perSecond = factor * FAIR_PER_SECOND;
    const spoil = (): void => {
      for (const { host } of flooder!.targets) endpoints.set(host, behaviourOf(endpoint));
    };
    if (turns) kernel.at(floodsFrom, spoil);
    else spoil();
    const before = { tenant: flooder!, perSecond: FAIR_PER_SECOND * targets, from, until: floodsFrom };
    startProducers(world, [before, { tenant: flooder!, perSecond, from: floodsFrom, until }]);
  }
  await kernel.run(until + AFTER_MS);
  return { others: latencies.of('others'), flooder: latencies.of(FLOODER), world };
}

/** What is under way when the producers end has its end as well. */
const AFTER_MS = 10_000;

export async function run({ seed, isQuick, print }: ScenarioOptions): Promise<object | undefined> {
  const size = isQuick ? SIZES.quick : SIZES.full;
  const alone = await liveBeside(seed, size);
  print(JSON.stringify(alone.others));
  return undefined;
}
