import { BEHAVIOURS } from '../../world/endpoints.ts';
import { createTenants } from '../../world/tenants.ts';
import { createWorld } from '../../world/world.ts';
import { type CaseEnd, endCase, runUntilDone } from './case.ts';
import { type Ground, HOUR, MINUTE, PAYLOAD_BYTES, publishSingly, quietTenants } from './ground.ts';
import { startProducer } from './producer.ts';
import { startSampler } from './series.ts';
import { createTally } from './tally.ts';

const HOST = 'down.example';
/** Before the endpoint fails, so that others have something to be compared with. */
const BEFORE_MS = 10 * MINUTE;
/** All together they publish twice a second, for a look once in two seconds. */
const QUIET = { tenants: 100, everyMs: { full: 50_000, quick: 200_000 } } as const;
/** Events of a request of the producer whose endpoint is down. */
const BATCH = 100;

/**
 * An endpoint is down while events come for it at a steady pace, and is up again then. Nothing waits for more than a day
 * (docs/decisions/22-hold-queues.md), so it is down for an hour less: what came first is not to end meanwhile.
 * @param events that wait in the end
 */
export async function waitingCase(
  { seed, stack, code, isQuick, say }: Ground,
  events: number,
): Promise<CaseEnd> {
  const downMs = isQuick ? 2 * HOUR : 23 * HOUR;
  const world = createWorld({ seed, stack, code });
  const { kernel, endpoints } = world;
  const plan = { name: 'flooded', host: () => HOST, payloadBytes: PAYLOAD_BYTES };
  const [flooded] = await createTenants(world, [plan]);
  const quiet = await quietTenants(world, QUIET.tenants);
  const tally = createTally(kernel, (tenant) => (tenant === flooded!.id ? undefined : 'others'));
  world.watchers.push(tally.watcher);

  const began = kernel.now();
  const from = began + BEFORE_MS;
  const until = from + downMs;
  // While it is down others publish at its beginning and end alone: a day of theirs would take longer to simulate than all else.
  const publish = (begin: number, end: number) =>
    publishSingly(world, quiet, {
      everyMs: QUIET.everyMs[isQuick ? 'quick' : 'full'],
      from: begin,
      until: end,
    });
  publish(began, from + BEFORE_MS);
  const everyMs = (downMs * BATCH) / events;
  startProducer({ world, tenant: flooded!, batch: BATCH, everyMs, from: began, until });
  kernel.at(from, () => endpoints.set(HOST, BEHAVIOURS.resetting));
  kernel.at(until, () => endpoints.set(HOST, BEHAVIOURS.fast));

  const sampler = startSampler(kernel, tally, downMs / 60);
  await kernel.run(until - BEFORE_MS);
  sampler.every(Math.max(5, events / 50_000) * 1000);
  const last = publish(kernel.now(), Infinity);
  await kernel.run(until);
  say(`it is up again; ${tally.waiting} wait`);
  // A drain releases 500 a second, once the next probe has closed the breaker.
  await runUntilDone(world, tally, until, HOUR + events * 10);
  for (const producer of last) producer.stop();
  await kernel.run(kernel.now() + MINUTE);
  say(`${tally.waiting} wait`);
  return endCase({ kind: 'waiting', world, tally, sampler, began, from, until });
}
