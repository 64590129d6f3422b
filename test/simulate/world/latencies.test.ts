import { describe, expect, it } from 'vitest';
import { createLatencies } from '../../../simulate/world/latencies.ts';

function watched(options: Partial<Parameters<typeof createLatencies>[0]> = {}) {
  let time = 0;
  let requests = 0;
  const latencies = createLatencies({ now: () => time, ...options });
  const { accepted, reached, answered } = latencies.watcher;
  return {
    latencies,
    at(now: number): void {
      time = now;
    },
    accept(id: string, tenant = 'ten_a'): void {
      accepted!({ id, tenant, type: 'order.to0', at: time });
    },
    answer(id: string, status: number | undefined): void {
      const number = ++requests;
      const about = { url: 'https://a.example/a/0', body: Buffer.of(), instance: 'Dispatch#1' };
      reached!({ number, headers: { 'webhook-id': id }, ...about } as Parameters<
        NonNullable<typeof reached>
      >[0]);
      answered!({ number, status });
    },
  };
}

describe('latencies of deliveries', () => {
  it('are from the acceptance to the first 2xx', () => {
    const { latencies, at, accept, answer } = watched();
    accept('evt_1');
    at(100);
    for (const status of [500, 404, undefined]) answer('evt_1', status);
    expect(latencies.of()).toMatchObject({ count: 1, waiting: 1, max: 100 });
    at(250);
    answer('evt_1', 204);
    at(900);
    answer('evt_1', 200);
    expect(latencies.of()).toEqual({ p50: 250, p99: 250, max: 250, count: 1, waiting: 0 });
    expect(latencies.delivered).toBe(2);
  });

  it('are 0 where the endpoint has it before its producer has the answer', () => {
    const { latencies, at, accept, answer } = watched();
    answer('evt_1', 200);
    at(20);
    accept('evt_1');
    expect(latencies.of()).toMatchObject({ p99: 0, count: 1, waiting: 0 });
  });

  it('have percentiles by the nearest rank, and what waits counts with its age', () => {
    const { latencies, at, accept, answer } = watched();
    for (let i = 1; i <= 100; i++) accept(`evt_${i}`);
    for (let i = 1; i <= 98; i++) {
      at(i);
      answer(`evt_${i}`, 200);
    }
    at(5000);
    expect(latencies.of()).toEqual({ p50: 50, p99: 5000, max: 5000, count: 100, waiting: 2 });
  });

  it('are told by group, of those events that count', () => {
    const { latencies, at, accept, answer } = watched({
      counts: ({ at: time }) => time >= 10,
      groupOf: (tenant) => (tenant === 'ten_a' ? 'others' : 'flood'),
    });
    accept('evt_before');
    at(10);
    accept('evt_a');
    accept('evt_b', 'ten_b');
    at(40);
    for (const id of ['evt_before', 'evt_a', 'evt_b']) answer(id, 200);
    expect(latencies.of('others')).toMatchObject({ count: 1, max: 30 });
    expect(latencies.of('flood')).toMatchObject({ count: 1, max: 30 });
    expect(latencies.of('nobody')).toEqual({ p50: 0, p99: 0, max: 0, count: 0, waiting: 0 });
  });
});
