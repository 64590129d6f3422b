import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { edits, impatient, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { mulberry32 } from '../../helpers/arbitrary/random.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const EVENTS = 2000;
const BATCH = 100;
/** A message is received five times before it counts as poisonous, so four kills of a function make no dead letter. */
const KILLS_OF_EACH = 4;
const SEED = 20260131;

it('delivers every event although functions are killed all the time (B7, C9)', async () => {
  await using cloud = await startCloud({ edit: edits(withoutWindows, impatient(8)) });
  const endpoint = await startEndpoint((attempt, { headers }) => ({
    status: attempt === 1 && Number(headers['webhook-id']!.slice(-1)) === 7 ? 503 : 200,
    body: 'thank you',
  }));
  const { id } = await cloud.api.subscribe({
    url: endpoint.url,
    events: ['load'],
    retry: { schedule: [1, 1, 1] },
  });
  const killing = killAtRandom(cloud.functions);
  const expected = Array.from({ length: EVENTS }, (_, i) => `load-${i}`);
  for (let i = 0; i < EVENTS; i += BATCH) await publish(expected.slice(i, i + BATCH));
  const kills = await killing;

  const deliveries = await eventually(
    async () => {
      const found = await cloud.api.deliveriesOf(id);
      expect(found.filter(({ status }) => status === 'delivered')).toHaveLength(EVENTS);
      return found;
    },
    { timeout: 60_000 },
  );

  expect(deliveries).toHaveLength(EVENTS);
  const arrived = new Set(endpoint.arrivals.map(({ headers }) => headers['webhook-id']));
  expect(expected.filter((event) => !arrived.has(event))).toEqual([]);
  expect(kills).toBeGreaterThan(5);
  const attempts = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0);
  console.log(
    `${kills} kills, ${EVENTS} events, ${endpoint.arrivals.length - attempts} requests more than attempts`,
  );

  /** Repeats a request that was not answered with success, as a producer does: the ids make that harmless. */
  async function publish(ids: string[]): Promise<void> {
    const events = ids.map((eventId) => ({ type: 'load', data: { eventId }, id: eventId }));
    await eventually(() => cloud.api.publishBatch(JSON.stringify({ events })));
  }
});

/** Kills workers at random times, until each function's kills are used up or no worker is left. */
async function killAtRandom(functions: Awaited<ReturnType<typeof startCloud>>['functions']): Promise<number> {
  const random = mulberry32(SEED);
  const names = ['Authorize', 'Ingest', 'Fanout', 'DispatchStandard', 'DispatchSlow', 'Record'];
  const victims = names.flatMap((name) =>
    Array.from({ length: KILLS_OF_EACH }, () => ({ name, order: random() })),
  );
  let kills = 0;
  for (const { name } of victims.sort((a, b) => a.order - b.order)) {
    await sleep(50 + random() * 250);
    const { workers } = functions.get(name)!.stats();
    if (await functions.get(name)!.kill(Math.floor(random() * workers))) kills++;
  }
  return kills;
}
