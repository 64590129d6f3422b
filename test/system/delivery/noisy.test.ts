import { expect, it } from 'vitest';
import { forgotten } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';
import { makeTenant } from '../../helpers/tenant.ts';

/** How long the flooded endpoint hangs. */
const HANG_MS = 12_000;

it('a flood for an endpoint that hangs delays no other delivery (A22, B11, D12, E11)', async () => {
  await using cloud = await startCloud();
  const noisy = await makeTenant(cloud);
  const hanging = await startEndpoint(() => ({ status: 200, afterMs: HANG_MS }));
  await noisy.api.subscribe({ url: hanging.url, events: ['flood'] });
  const healthy = await startEndpoint();
  const { id } = await cloud.api.subscribe({ url: healthy.url, events: ['quiet'] });
  await cloud.delivery((await cloud.api.publish('quiet', 0)).id, 'delivered');
  // Fanout caches that it knows nothing of the target.
  await forgotten();

  const events = Array.from({ length: 100 }, (_, n) => ({ type: 'flood', data: { n } }));
  for (let i = 0; i < 3; i++) await noisy.api.publishBatch(JSON.stringify({ events }));
  await eventually(() => expect(hanging.arrivals.length).toBeGreaterThanOrEqual(10));
  const began = Date.now();
  for (let i = 0; i < 20; i++) await cloud.api.publish('quiet', i);
  await eventually(() => expect(healthy.arrivals).toHaveLength(21));

  // All of them arrived while the first requests of the flood still hung.
  expect(Date.now() - began).toBeLessThan(HANG_MS - 2000);
  const firstEnd = Math.min(...hanging.arrivals.map(({ at }) => at)) + HANG_MS;
  expect(Math.max(...healthy.arrivals.map(({ at }) => at))).toBeLessThan(firstEnd);
  await eventually(async () => {
    const statuses = (await cloud.api.deliveriesOf(id)).map(({ status }) => status);
    expect(statuses).toEqual(Array(21).fill('delivered'));
  });
});
