import { createWorld } from '../../world/world.ts';
import { type CaseEnd, endCase, runUntilDone } from './case.ts';
import { type Ground, HOUR, MINUTE, publishSingly, quietTenants } from './ground.ts';
import { regionOut } from './region-out.ts';
import { startSampler } from './series.ts';
import { createTally } from './tally.ts';

const TENANTS = 100;
const BEFORE_MS = 10 * MINUTE;
const AFTER_MS = 20 * MINUTE;
/** The longest that anything may take afterwards: what is lost without a fault of ours is found by recovery after an hour. */
const MOST_MS = 5 * HOUR;

/** AWS's services of a region fail for an hour, while producers go on and repeat what is refused. */
export async function regionCase(
  { seed, stack, code, isQuick, say }: Ground,
  perSecond: number,
): Promise<CaseEnd> {
  const world = createWorld({ seed, stack, code });
  const { kernel } = world;
  const tenants = await quietTenants(world, TENANTS);
  const tally = createTally(kernel, () => 'others');
  world.watchers.push(tally.watcher);

  const began = kernel.now();
  const from = began + BEFORE_MS;
  const until = from + (isQuick ? 10 * MINUTE : HOUR);
  publishSingly(world, tenants, {
    everyMs: (TENANTS / perSecond) * 1000,
    from: began,
    until: until + AFTER_MS,
  });
  const outage = regionOut(kernel.random.fork('region'));
  const none = world.mischief;
  kernel.at(from, () => {
    world.mischief = outage;
  });
  kernel.at(until, () => {
    world.mischief = none;
  });

  const sampler = startSampler(kernel, tally, 30_000);
  await kernel.run(until);
  say(`the region is back; ${tally.waiting} wait`);
  await kernel.run(until + AFTER_MS);
  say(`${tally.waiting} wait`);
  await runUntilDone(world, tally, kernel.now(), MOST_MS);
  say(`${tally.waiting} wait`);
  return endCase({ kind: 'region', world, tally, sampler, began, from, until });
}
