import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../simulate/kernel/kernel.ts';
import { startSampler } from '../../../simulate/scenarios/recovery/series.ts';
import { createTally } from '../../../simulate/scenarios/recovery/tally.ts';
import { quantiles } from '../../../simulate/world/quantiles.ts';

const HEADERS = { url: 'https://shop.example/hook', body: new Uint8Array(), instance: 'DispatchSlow#1' };

function tallied() {
  const kernel = createKernel('tally');
  const began = kernel.now();
  const tally = createTally(kernel, (tenant) => (tenant === 'other' ? 'others' : undefined));
  const { accepted, reached, answered } = tally.watcher;
  let requests = 0;
  return {
    kernel,
    began,
    tally,
    accept: (id: string, tenant = 'concerned') =>
      accepted!({ tenant, id, type: 'order.created', at: kernel.now() }),
    post(id: string, status: number | undefined) {
      const number = ++requests;
      reached!({ number, headers: { 'webhook-id': id }, ...HEADERS });
      answered!({ number, status });
    },
    later: (ms: number) => kernel.run(kernel.now() + ms),
  };
}

describe('a tally', () => {
  it('has what is accepted waiting until its first 2xx', async () => {
    const { accept, post, tally, later, began, kernel } = tallied();
    accept('a');
    post('a', 500);
    post('a', undefined);
    expect(tally.waiting).toBe(1);
    await later(1000);
    post('a', 204);
    expect(tally.waiting).toBe(0);
    expect(tally.isDone(kernel.now())).toBe(true);
    expect(tally.lastArrival(kernel.now())).toBe(began + 1000);
  });

  it('counts a delivery twice that an endpoint took twice, however often', () => {
    const { accept, post, tally } = tallied();
    accept('a');
    for (const status of [200, 200, 200]) post('a', status);
    expect(tally.twice).toBe(1);
    expect(tally.count).toEqual({ accepted: 1, delivered: 1, dead: 0 });
  });

  it('measures from the answer of the producer, though an endpoint may have it before', async () => {
    const { accept, post, tally, later, kernel } = tallied();
    post('early', 200);
    await later(5);
    accept('early', 'other');
    accept('late', 'other');
    accept('of another', 'concerned');
    await later(250);
    post('late', 200);
    post('of another', 200);
    expect(tally.latencies.map(({ ms }) => ms)).toEqual([0, 250]);
    expect(tally.isDone(kernel.now())).toBe(true);
  });

  it('knows what is missing, and what is dead by its reason', () => {
    const { accept, tally } = tallied();
    accept('evt_a');
    accept('evt_b');
    const after = {
      pk: { S: 'delivery#concerned#01KYX9XP00ZHFJ8AS0D4KCWMDZ' },
      sk: { S: '01KYX9XP00ZHFJ8AS0D4KCWMDZ' },
      event: { S: 'evt_a' },
      status: { S: 'dead' },
      reason: { S: 'expired' },
    };
    tally.watcher.wrote!({ table: 'log', caller: 'Record', before: undefined, after });
    expect(tally.missing(5)).toEqual(['evt_b']);
    expect(Object.fromEntries(tally.reasons)).toEqual({ expired: 1 });
  });
});

describe('a quantile', () => {
  it.each([
    { values: [], share: 0.99, is: 0 },
    { values: [7], share: 0.5, is: 7 },
    { values: [4, 1, 3, 2], share: 0.5, is: 2 },
    { values: [4, 1, 3, 2], share: 1, is: 4 },
  ])('of $values at $share is $is', ({ values, share, is }) => {
    expect(quantiles(values, share)).toEqual([is]);
  });
});

describe('a series', () => {
  it('has no more points than asked for, the last among them, with rates between those that it has', async () => {
    const { kernel, tally, accept, post, later } = tallied();
    const sampler = startSampler(kernel, tally, 1000);
    for (let i = 0; i < 100; i++) {
      accept(`evt_${i}`);
      post(`evt_${i}`, 200);
      await later(1000);
    }
    const { seconds, waiting, perSecond } = sampler.end(20);
    expect(seconds.length).toBeLessThanOrEqual(20);
    expect(seconds.at(-1)).toBe(100);
    expect(waiting).toEqual(seconds.map(() => 0));
    expect(perSecond.slice(1).every((rate) => Math.abs(rate - 1) < 0.3)).toBe(true);
  });
});
