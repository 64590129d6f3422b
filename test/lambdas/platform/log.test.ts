import { describe, expect, it, vi } from 'vitest';
import { emitMetrics } from '../../../lambdas/platform/log.ts';
import { valuesIn } from '../../../local/services/logs/embedded-metrics.ts';

describe('lines of metrics', () => {
  it('are in CloudWatch’s format, whatever the size of a batch', () => {
    const times = Array.from({ length: 250 }, (_, n) => n);
    const lines = linesOf(() =>
      emitMetrics({ Delivered: 250, Retried: 0, AnswerTime: times, DeliveryLatency: [7] }, { Lane: 'bulk' }),
    );
    const values = lines.flatMap(valuesIn);
    const dimensions = { Environment: 'unknown', Lane: 'bulk' };
    expect(new Set(values.map((value) => JSON.stringify(value.dimensions)))).toEqual(
      new Set([JSON.stringify(dimensions)]),
    );
    const of = (name: string) => values.filter((value) => value.name === name).map(({ value }) => value);
    expect(lines).toHaveLength(3);
    expect([of('Delivered'), of('Retried'), of('DeliveryLatency')]).toEqual([[250], [], [7]]);
    expect(of('AnswerTime')).toEqual(times);
    expect(new Set(values.map(({ name, unit }) => `${name} ${unit}`))).toEqual(
      new Set(['Delivered Count', 'AnswerTime Milliseconds', 'DeliveryLatency Milliseconds']),
    );
  });

  it('are not written where there is nothing to count', () => {
    expect(linesOf(() => emitMetrics({ Delivered: 0, AnswerTime: [] }))).toEqual([]);
    expect(linesOf(() => emitMetrics({}))).toEqual([]);
  });
});

function linesOf(run: () => void): string[] {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  run();
  write.mockRestore();
  return lines;
}
