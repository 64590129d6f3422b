import { METRIC_NAMESPACE, type MetricName } from '../../../lambdas/platform/metric-names.ts';
import { createStore, type Metric, type MetricStore, MINUTE } from './store.ts';
import type { Alarms } from './watch.ts';

/** Hours and minutes of what CloudWatch is told of an environment, made up. */
export interface Scene {
  readonly store: MetricStore;
  /** A metric of ours that no lane and no reason divides. */
  count(name: MetricName, minute: number, value: number, times?: number): void;
  /** The metric that is not ours, or that a filter counts, of this alarm. */
  report(alarm: string, minute: number, value: number): void;
  /** From 0 to 1, the same in each run. */
  readonly random: () => number;
}

export function createScene(alarms: Alarms, environment: string): Scene {
  const store = createStore();
  const random = seeded(1);
  const watched = new Map(
    alarms.metric.map(({ name, metrics }) => [
      name,
      metrics.find(({ namespace }) => namespace !== METRIC_NAMESPACE),
    ]),
  );
  const own = new Map<MetricName, Metric>();
  const ownMetric = (name: MetricName): Metric => {
    const metric = own.get(name) ?? {
      namespace: METRIC_NAMESPACE,
      name,
      dimensions: { Environment: environment },
    };
    own.set(name, metric);
    return metric;
  };
  return {
    store,
    random,
    count(name, minute, value, times = 1) {
      store.add(ownMetric(name), minute * MINUTE, { value, count: times });
    },
    report(alarm, minute, value) {
      const metric = watched.get(alarm);
      if (!metric) throw new Error(`expected an alarm on a metric that is not ours, got ${alarm}`);
      store.add(metric, minute * MINUTE, { value, count: 1 });
    },
  };
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is told of one minute of many attempts, with what always goes wrong somewhere. */
export interface MinuteOf {
  readonly attempts: number;
  /** The share of attempts that fail. Default: six in a thousand. */
  readonly failing?: number;
  /** Milliseconds of most deliveries. Default: a third of a second. */
  readonly latency?: number;
}

/** Attempts, and how long those took that delivered. */
export function attemptsIn(
  { count, random }: Scene,
  minute: number,
  { attempts, failing = 0.006, latency = 330 }: MinuteOf,
): void {
  const made = Math.round(attempts * (0.8 + 0.4 * random()));
  const failed = Math.min(made, Math.floor(made * failing + random()));
  if (made === 0) return;
  count('Attempts', minute, made);
  if (failed > 0) count('FailedAttempts', minute, failed);
  const delivered = made - failed;
  const slow = Math.floor(delivered * 0.09 + random());
  const slowest = Math.floor(delivered * 0.01 + random());
  for (const [value, times] of [
    [latency * (0.5 + random()), Math.max(0, delivered - slow - slowest)],
    [1500, slow],
    [6500, slowest],
  ] as const) {
    if (times > 0) count('PromptLatency', minute, value, times);
  }
}

/** Alarms on ages of queues, and on what AWS counts of its own. */
export const QUEUE_ALARMS = [
  'OldestEvents',
  'OldestCritical',
  'OldestStandard',
  'OldestSlow',
  'OldestBulk',
  'OldestOutcomes',
  'OldestReplays',
  'DeadLettersLeft',
  'SourceWaits',
] as const;

/** What AWS reports of parts that do well and have something to do. */
export function partsIn({ report, count, random }: Scene, minute: number, attempts: number): void {
  for (const alarm of QUEUE_ALARMS) report(alarm, minute, Math.floor(3 * random()));
  report('Quarantined', minute, 0);
  report('SourceDeadLettersLeft', minute, 0);
  report('TopicBehind', minute, Math.floor(200 * random()));
  report('Throttled', minute, 0);
  report('ConcurrencyNearLimit', minute, 10 + Math.floor(attempts / 10));
  report('ApiErrors', minute, random() < 0.004 ? 1 : 0);
  count('ReleaseLag', minute, 0);
  if (random() < 0.01) count('Faults', minute, 1);
  if (random() < 0.003) report('FunctionErrors', minute, 1);
}

/** Attempts a minute, over a day: few at night, many in the afternoon. */
export const attemptsAt = (minute: number): number => {
  const hour = (minute / 60) % 24;
  return Math.round(20 + 150 * Math.max(0, Math.sin((Math.PI * (hour - 6)) / 15)));
};

/** Minutes of ordinary times. */
export function ordinary(scene: Scene, from: number, to: number): void {
  for (let minute = from; minute < to; minute++) {
    attemptsIn(scene, minute, { attempts: attemptsAt(minute) });
    partsIn(scene, minute, attemptsAt(minute));
  }
}
