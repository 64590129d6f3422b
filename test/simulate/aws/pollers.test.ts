import { describe, expect, it } from 'vitest';
import { EVENT_SOURCE } from '../../../simulate/aws/numbers.ts';
import { createPollers } from '../../../simulate/aws/pollers.ts';
import { createKernel } from '../../../simulate/kernel/kernel.ts';

/** Pollers that all are busy, before a queue that holds more. */
async function busyFor(seconds: number, maxConcurrency: number) {
  const kernel = createKernel('pollers');
  const pollers = createPollers(kernel, maxConcurrency, () => true);
  for (let second = 0; second <= seconds; second++) {
    while (pollers.isFree()) pollers.take();
    await kernel.run(kernel.now() + 1000);
  }
  return { kernel, pollers };
}

describe('createPollers', () => {
  it.each([
    { seconds: 0, max: 1000, busy: EVENT_SOURCE.idlePollers },
    { seconds: 60, max: 1000, busy: EVENT_SOURCE.idlePollers + EVENT_SOURCE.rampPerMinute },
    { seconds: 60, max: 20, busy: 20 },
    { seconds: 60, max: 2, busy: 2 },
    { seconds: 600, max: 10_000, busy: EVENT_SOURCE.maxConcurrency },
  ])(
    'after $seconds s of a backlog, with at most $max, $busy batches are under way',
    async ({ seconds, max, busy }) => {
      const { pollers } = await busyFor(seconds, max);
      expect(Math.abs(pollers.busy - busy)).toBeLessThanOrEqual(5);
    },
  );

  it('halves when invocations are throttled, at most once in ten seconds, and grows back', async () => {
    const { kernel, pollers } = await busyFor(60, 100);
    expect(pollers.allowed).toBe(100);
    pollers.shrink();
    pollers.shrink();
    expect(pollers.allowed).toBe(50);
    while (pollers.busy > pollers.allowed) pollers.give();
    await kernel.run(kernel.now() + 5000);
    expect(pollers.isFree()).toBe(true);
    expect(pollers.allowed).toBeGreaterThan(70);
  });
});
