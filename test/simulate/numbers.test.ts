import { describe, expect, it } from 'vitest';
import * as numbers from '../../simulate/aws/numbers.ts';
import { createRandom } from '../../simulate/kernel/random.ts';
import { drawMs } from '../../simulate/kernel/spread.ts';

const { DYNAMODB, EVENT_SOURCE, LAMBDA, PROCESSOR, SQS } = numbers;

interface Spread {
  readonly p50: number;
  readonly p99: number;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Every number and every object of numbers, by its path. */
const walk = (value: object, path: string): [path: string, value: unknown][] =>
  Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const at = `${path}.${name}`;
    return isObject(inner) ? [[at, inner], ...walk(inner, at)] : [[at, inner]];
  });

const all = Object.entries(numbers).flatMap(([name, group]) => walk(group, name));

describe('each number', () => {
  const single = all.filter(([, value]) => typeof value === 'number') as [string, number][];
  it.each(single)('%s is positive', (_path, value) => {
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(Infinity);
  });

  const spreads = all.filter(([, value]) => isObject(value) && 'p50' in value) as [string, Spread][];
  it.each(spreads)(
    '%s: the 99th percentile is more than the median, and not absurd',
    (_path, { p50, p99 }) => {
      expect(p99 / p50).toBeGreaterThan(1.2);
      expect(p99 / p50).toBeLessThan(20);
    },
  );

  const ranges = all.filter(([, value]) => isObject(value) && 'from' in value) as [
    string,
    { from: number; to: number },
  ][];
  it.each(ranges)('%s does not end before it begins', (_path, { from, to }) =>
    expect(to).toBeGreaterThan(from),
  );
});

describe('numbers that belong together', () => {
  /** Of a sum, or of the most, of times that are drawn. */
  const percentiles = (draw: (of: Spread) => number, time: (draw: (of: Spread) => number) => number) => {
    const times = Array.from({ length: 20_000 }, () => time(draw)).sort((a, b) => a - b);
    return { p50: times[times.length / 2]!, p99: times[times.length * 0.99]! };
  };
  const random = createRandom('numbers');
  const draw = (of: Spread): number => drawMs(random, of);

  it('take a message to a function in about the time that was measured: p50 16 ms, p99 105 ms', () => {
    const way = percentiles(
      draw,
      (ms) => ms(SQS.latency) + ms(SQS.receiveLatency) + ms(EVENT_SOURCE.invokeLatency),
    );
    expect(way.p50).toBeGreaterThan(14);
    expect(way.p50).toBeLessThan(20);
    expect(way.p99).toBeGreaterThan(70);
    expect(way.p99).toBeLessThan(130);
  });

  it.each([
    ['BatchGetItem', DYNAMODB.batchReadLatency, DYNAMODB.readLatency, DYNAMODB.batchReads],
    ['BatchWriteItem', DYNAMODB.batchWriteLatency, DYNAMODB.writeLatency, DYNAMODB.batchWrites],
  ])('let %s take as long as the slowest of its items', (_name, batch, one, items) => {
    const most = percentiles(draw, (ms) => Math.max(...Array.from({ length: items }, () => ms(one))));
    for (const p of ['p50', 'p99'] as const) {
      expect(batch[p]).toBeGreaterThan(most[p] * 0.8);
      expect(batch[p]).toBeLessThan(most[p] * 1.25);
    }
  });

  it('give a new table whole partitions, for reads as many as for writes', () => {
    const partitions = DYNAMODB.initialWrites / DYNAMODB.partitionWrites;
    expect(partitions).toBe(4);
    expect(DYNAMODB.initialReads / DYNAMODB.partitionReads).toBe(partitions);
  });

  it('bill less of a cold start than it lasts', () => {
    expect(LAMBDA.init.p50).toBeLessThan(LAMBDA.coldStart.p50);
    expect(LAMBDA.init.p99).toBeLessThan(LAMBDA.coldStart.p99);
  });
});

describe('processor time of an invocation, for each of its events or deliveries', () => {
  interface Work {
    readonly of: number;
    readonly calls: number;
    readonly posts?: number;
    /** Of its event and its calls, both ways. */
    readonly kilobytes: number;
  }
  const cost = ({ of, calls, posts = 0, kilobytes }: Work): number =>
    (PROCESSOR.invocation +
      PROCESSOR.call * calls +
      PROCESSOR.post * posts +
      PROCESSOR.kilobyte * kilobytes) /
    of;

  // docs/performance-laptop.md, "By kind of thread". Calls as in docs/architecture.md, an event being 1 kB and an outcome 0.6.
  it.each<[name: string, work: Work, from: number, to: number]>([
    ['ingest, 1 event', { of: 1, calls: 1, kilobytes: 2 }, 0.21, 0.29],
    ['ingest, 100 events', { of: 100, calls: 2, kilobytes: 200 }, 0.025, 0.05],
    ['fanout, 1 event', { of: 1, calls: 3, kilobytes: 2.5 }, 0.39, 0.5],
    ['fanout, 2 events', { of: 2, calls: 3, kilobytes: 5 }, 0.2, 0.39],
    ['fanout, 500 events', { of: 500, calls: 31, kilobytes: 1250 }, 0.05, 0.08],
    ['dispatch, 1 delivery', { of: 1, calls: 1, posts: 1, kilobytes: 1.8 }, 0.29, 0.41],
    ['dispatch, 50 deliveries', { of: 50, calls: 5, posts: 50, kilobytes: 90 }, 0.11, 0.17],
    ['record, 100 outcomes', { of: 100, calls: 8, kilobytes: 140 }, 0.025, 0.045],
  ])('%s', (_name, work, from, to) => {
    expect(cost(work)).toBeGreaterThanOrEqual(from);
    expect(cost(work)).toBeLessThanOrEqual(to);
  });
});
