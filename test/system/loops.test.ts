import { expect, it } from 'vitest';
import { startCloud } from '../helpers/cloud.ts';
import { edits, impatient, withoutLoops, withoutWindows } from '../helpers/edits.ts';
import { MANY_RETRIES, startEndpoint } from '../helpers/endpoint.ts';

const RECEIVES = 2;
const cloud = await startCloud({
  edit: edits(withoutWindows, impatient(3, RECEIVES), withoutLoops('DispatchSlow')),
});

it('a lane that does not say that it loops is stopped by Lambda, and its deliveries die of infrastructure', async () => {
  const endpoint = await startEndpoint(() => ({ status: 400 }));
  await cloud.api.subscribe({ url: endpoint.url, events: ['*'], ...MANY_RETRIES });
  const event = await cloud.api.publish('chain', 1);
  const dead = await cloud.delivery(event.id, 'dead');
  expect(dead.reason).toBe('infrastructure');
  // All that the chain was let to make, with their answers.
  expect(dead.attempts.map(({ statusCode }) => statusCode)).toEqual(Array(16).fill(400));
  expect(endpoint.arrivals).toHaveLength(16);
  expect(cloud.functions.get('DispatchSlow')!.stats().loopsStopped).toBe(RECEIVES);
});
