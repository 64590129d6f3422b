import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { edits, impatient, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { mulberry32 } from '../../helpers/arbitrary/random.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const SERVICES = ['sqs', 'dynamodb', 's3'] as const;
type Service = (typeof SERVICES)[number];
/** First some requests of each service fail, then all. */
const SHARES = [0.5, 1];
const EACH_MS = 600;
const EVENT_EVERY_MS = 40;
/** Every third event is stored in the bucket. */
const LARGE = 'x'.repeat(9000);
const SEED = 20261122;

it('loses nothing and leaves nothing behind while one service after the other fails (C9)', async () => {
  await using cloud = await startCloud({ edit: edits(withoutWindows, impatient(3)) });
  const endpoint = await startEndpoint((attempt, { headers }) => ({
    status: attempt === 1 && headers['webhook-id']!.slice(-1) === '7' ? 503 : 200,
  }));
  const { id } = await cloud.api.subscribe({
    url: endpoint.url,
    events: ['disturbed'],
    retry: { schedule: [1, 1, 1] },
  });
  const published: Promise<string>[] = [publish(0)];
  // Cold starts take as long as a disturbance does.
  await eventually(() => expect(endpoint.arrivals).not.toEqual([]));
  const disturbing = disturbAll();
  let isOver = false;
  disturbing.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    published.push(publish(published.length));
    await sleep(EVENT_EVERY_MS);
  }
  const refused = await disturbing;
  const accepted = await Promise.all(published);

  await eventually(
    async () => {
      const deliveries = await cloud.api.deliveriesOf(id);
      expect(deliveries.map(({ event }) => event.id).sort()).toEqual([...accepted].sort());
      expect(deliveries.filter(({ status }) => status !== 'delivered')).toEqual([]);
    },
    { timeout: 45_000 },
  );
  const arrived = new Set(endpoint.arrivals.map(({ headers }) => headers['webhook-id']));
  expect(accepted.filter((event) => !arrived.has(event))).toEqual([]);
  await cloud.settled({ timeout: 30_000 });
  console.log(`${accepted.length} events, requests refused: ${JSON.stringify(refused)}`);

  async function disturbAll(): Promise<Record<Service, number>> {
    const random = mulberry32(SEED);
    const counts = { sqs: 0, dynamodb: 0, s3: 0 };
    const disturb = async (service: Service, share: number): Promise<void> => {
      const calm = cloud.disturb(service, { share, random });
      await sleep(EACH_MS);
      counts[service] += calm();
    };
    for (const service of SERVICES) {
      for (const share of SHARES) await disturb(service, share);
      // On a busy machine it may have had no request.
      while (counts[service] === 0) await disturb(service, 1);
    }
    return counts;
  }

  /** Repeats a request that was not answered with success, as a producer does: the id makes that harmless. */
  async function publish(n: number): Promise<string> {
    const event = `disturbed-${n}`;
    await eventually(() => cloud.api.publish('disturbed', { n, ...(n % 3 === 0 && { LARGE }) }, event));
    return event;
  }
});
