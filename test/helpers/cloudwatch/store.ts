import type { MetricValue } from '../../../local/cloud.ts';

/** A metric, as an alarm or a widget names it: by exactly these dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value, and how often it was measured. */
export interface Sample {
  readonly value: number;
  readonly count: number;
}

export const MINUTE = 60;

/** One text for each metric: two orders of the same dimensions are one metric. */
export const metricKey = ({ namespace, name, dimensions }: Metric): string =>
  `${namespace} ${name} ${Object.keys(dimensions)
    .sort()
    .map((key) => `${key}=${dimensions[key]}`)
    .join(',')}`;

type Statistic = (samples: readonly Sample[]) => number;

const total = (samples: readonly Sample[]): number => samples.reduce((sum, { count }) => sum + count, 0);
const sum = (samples: readonly Sample[]): number =>
  samples.reduce((all, { value, count }) => all + value * count, 0);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const STATISTICS: Readonly<Record<string, Statistic>> = {
  SampleCount: total,
  Sum: sum,
  Average: (samples) => sum(samples) / total(samples),
  Minimum: (samples) => Math.min(...samples.map(({ value }) => value)),
  Maximum: (samples) => Math.max(...samples.map(({ value }) => value)),
};

function statisticOf(stat: string): Statistic {
  const known = STATISTICS[stat];
  if (known) return known;
  const [, kind, number] = /^(p|tm)(\d+(?:\.\d+)?)$/.exec(stat) ?? [];
  const share = Number(number) / 100;
  if (kind === 'p') return (samples) => lowest(samples, share).at(-1)!.value;
  if (kind === 'tm') return (samples) => STATISTICS.Average!(lowest(samples, share));
  throw new Error(`statistic ${stat}: expected ${Object.keys(STATISTICS).join(', ')}, p… or tm…`);
}

/** The lowest values, as many as this share of them. */
function lowest(samples: readonly Sample[], share: number): readonly Sample[] {
  const wanted = Math.max(1, Math.ceil(total(samples) * share));
  const taken: Sample[] = [];
  let count = 0;
  for (const sample of [...samples].sort((a, b) => a.value - b.value)) {
    if (count >= wanted) break;
    taken.push({ value: sample.value, count: Math.min(sample.count, wanted - count) });
    count += sample.count;
  }
  return taken;
}

export type MetricStore = ReturnType<typeof createStore>;

/** Keeps what was measured, by minutes. */
export function createStore(values: readonly MetricValue[] = []) {
  const metrics = new Map<string, Metric>();
  const minutes = new Map<string, Map<number, readonly Sample[]>>();
  const remembered = new Map<string, number | undefined>();
  const keys = new WeakMap<Metric, string>();

  function keyOf(metric: Metric): string {
    const key = keys.get(metric) ?? metricKey(metric);
    keys.set(metric, key);
    return key;
  }

  /** @param at seconds since the epoch */
  function add(metric: Metric, at: number, ...samples: readonly Sample[]): void {
    const key = keyOf(metric);
    metrics.set(key, metric);
    const byMinute = minutes.get(key) ?? new Map<number, readonly Sample[]>();
    const minute = Math.floor(at / MINUTE);
    minutes.set(key, byMinute.set(minute, [...(byMinute.get(minute) ?? []), ...samples]));
    if (remembered.size > 0) remembered.clear();
  }

  function statistic(key: string, stat: string, from: number, to: number): number | undefined {
    const byMinute = minutes.get(key);
    if (!byMinute) return undefined;
    const samples: Sample[] = [];
    for (let minute = Math.floor(from / MINUTE); minute < to / MINUTE; minute++)
      samples.push(...(byMinute.get(minute) ?? []));
    return samples.length > 0 ? statisticOf(stat)(samples) : undefined;
  }

  for (const { at, value, ...metric } of values) add(metric, at / 1000, { value, count: 1 });

  return {
    add,
    metrics: (): readonly Metric[] => [...metrics.values()],
    has: (metric: Metric): boolean => metrics.has(keyOf(metric)),
    /** What was measured from one second on and before another, in one figure. */
    statistic(metric: Metric, stat: string, from: number, to: number): number | undefined {
      const key = keyOf(metric);
      const place = `${key} ${stat} ${from} ${to}`;
      if (!remembered.has(place)) remembered.set(place, statistic(key, stat, from, to));
      return remembered.get(place);
    },
  };
}
