import { bundleRelease, releaseBefore } from '../../code/release.ts';
import { BEHAVIOURS, flapping } from '../../world/endpoints.ts';
import { createTenants } from '../../world/tenants.ts';
import { createWorld, FOLDERS } from '../../world/world.ts';
import { type CaseEnd, endCase, runUntilDone } from './case.ts';
import { deployAt } from './deployment.ts';
import { type Ground, HOUR, MINUTE, PAYLOAD_BYTES, publishSingly, quietTenants } from './ground.ts';
import { startProducer } from './producer.ts';
import { startSampler } from './series.ts';
import { createTally } from './tally.ts';

const QUIET_TENANTS = 100;
/** Of the deliveries, those of a tenant whose endpoints fail in different ways: what waits at the deployment is old code's. */
const TROUBLED_SHARE = 0.05;
const TROUBLED = [
  flapping(MINUTE, MINUTE),
  BEHAVIOURS.slow,
  flapping(20_000, 10_000),
  flapping(3 * MINUTE, 5 * MINUTE),
] as const;
const DEPLOYMENT_MS = 3 * MINUTE;

/**
 * All functions are replaced while events come at a steady pace.
 * @param perSecond events
 * @param ref the commit of the release before
 */
export async function deployCase(
  { seed, stack, code, isQuick, say }: Ground,
  perSecond: number,
  ref = releaseBefore(),
): Promise<CaseEnd> {
  const oldCode = ref === undefined ? code : await bundleRelease(FOLDERS, ref);
  say(ref === undefined ? 'no release before is known: the same code twice' : `the release before is ${ref}`);
  const world = createWorld({ seed, stack, code, oldCode });
  const { kernel, endpoints } = world;
  const quiet = await quietTenants(world, QUIET_TENANTS);
  const plan = { name: 'troubled', targets: TROUBLED.length, payloadBytes: PAYLOAD_BYTES };
  const [troubled] = await createTenants(world, [plan]);
  for (const [i, { host }] of troubled!.targets.entries()) endpoints.set(host, TROUBLED[i]!);
  const tally = createTally(kernel, (tenant) => (tenant === troubled!.id ? undefined : 'others'));
  world.watchers.push(tally.watcher);

  const began = kernel.now();
  const besideMs = (isQuick ? 2 : 5) * MINUTE;
  const from = began + besideMs;
  const until = from + DEPLOYMENT_MS;
  const end = until + besideMs;
  deployAt(world, from);
  const quietEveryMs = (QUIET_TENANTS * 1000) / (perSecond * (1 - TROUBLED_SHARE));
  publishSingly(world, quiet, { everyMs: quietEveryMs, from: began, until: end });
  const everyMs = 1000 / (perSecond * TROUBLED_SHARE);
  startProducer({ world, tenant: troubled!, batch: 1, everyMs, from: began, until: end });

  const sampler = startSampler(kernel, tally, 5000);
  await kernel.run(end);
  say(`all is replaced; ${tally.waiting} wait`);
  await runUntilDone(world, tally, end, 2 * HOUR);
  say(`${tally.waiting} wait`);
  return endCase({ kind: 'deploy', world, tally, sampler, began, from, until });
}
