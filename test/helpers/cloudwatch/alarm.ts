import { z } from 'zod';
import type { AlarmState } from '../../../local/resources/alarm-rule.ts';
import {
  type AlarmProperties,
  type AlarmQuery,
  alarmProperties,
  checkAlarm,
} from '../../../local/resources/alarm-shape.ts';
import { evaluated, type MathScope, type MathValue, type Series } from './metric-math.ts';
import { type Metric, type MetricStore, MINUTE } from './store.ts';

/** An alarm on metrics that can be evaluated. */
export interface MetricAlarm {
  readonly name: string;
  readonly properties: AlarmProperties;
  readonly metrics: readonly Metric[];
  /** @param at seconds since the epoch, at the end of a minute @param state the one before */
  evaluate(store: MetricStore, at: number, state: AlarmState, options?: EvaluationOptions): AlarmState;
}

export interface EvaluationOptions {
  /** By how many minutes values come late. Default: 0. */
  readonly lateMinutes?: number;
}

/** @throws for what AWS refuses */
export function metricAlarm(name: string, template: unknown): MetricAlarm {
  const parsed = z.strictObject(alarmProperties).safeParse(template);
  if (!parsed.success) throw new Error(`alarm ${name}: ${z.prettifyError(parsed.error)}`);
  const properties = parsed.data;
  checkAlarm(properties);
  const queries = queriesOf(properties);
  return {
    name,
    properties,
    metrics: queries.flatMap(({ MetricStat }) => (MetricStat ? [metricOf(MetricStat)] : [])),
    evaluate(store, at, state, { lateMinutes = 0 } = {}) {
      const times = timesUntil(properties, at);
      const series = watched(queries, store, times, at - lateMinutes * MINUTE);
      const points = times.map((time) => series.get(time));
      return stateAfter(
        points.map((value) => isBreaching(properties, value)),
        settingsOf(properties),
        state,
      );
    },
  };
}

type Stat = NonNullable<AlarmQuery['MetricStat']>;

const metrics = new WeakMap<Stat, Metric>();

/** The same object each time, so that the store knows it. */
function metricOf(stat: Stat): Metric {
  const known = metrics.get(stat);
  if (known) return known;
  const { Namespace, MetricName, Dimensions } = stat.Metric;
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const metric = { namespace: Namespace, name: MetricName, dimensions };
  metrics.set(stat, metric);
  return metric;
}

/** An alarm on one metric is one on a query that returns it. */
function queriesOf({
  Metrics,
  Namespace,
  MetricName,
  Dimensions,
  Period,
  Statistic,
  ExtendedStatistic,
}: AlarmProperties): readonly AlarmQuery[] {
  if (Metrics) return Metrics;
  const Stat = Statistic ?? ExtendedStatistic!;
  const Metric = { Namespace: Namespace!, MetricName: MetricName!, Dimensions };
  return [{ Id: 'm1', ReturnData: true, MetricStat: { Metric, Period: Period!, Stat } }];
}

const periodOf = ({ Period, Metrics }: AlarmProperties): number =>
  Period ?? Metrics!.flatMap(({ MetricStat, Period: own }) => MetricStat?.Period ?? own ?? [])[0]!;

/**
 * CloudWatch retrieves more points than it evaluates, and does not say how many. In its examples it is two more. The
 * periods end at the minute of the evaluation: a period of five minutes moves on minute by minute.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function timesUntil(properties: AlarmProperties, at: number): readonly number[] {
  const period = periodOf(properties);
  const count = properties.EvaluationPeriods + 2;
  return Array.from({ length: count }, (_, index) => at - (count - index) * period);
}

/** @param until the second from which on nothing is known yet */
function watched(
  queries: readonly AlarmQuery[],
  store: MetricStore,
  times: readonly number[],
  until: number,
): Series {
  const [first, second] = times;
  const period = second! - first!;
  const known = new Map<string, MathValue>();
  const open = new Set<string>();
  const scope: MathScope = {
    times,
    period,
    metricIds: queries.flatMap(({ Id, MetricStat }) => (MetricStat ? [Id] : [])),
    isAlarm: true,
    valueOf(id) {
      const value = known.get(id);
      if (value !== undefined) return value;
      const query = queries.find(({ Id }) => Id === id);
      if (!query || open.has(id))
        throw new Error(`expected the id of a metric or an earlier expression, got ${id}`);
      open.add(id);
      const found = query.Expression ? evaluated(query.Expression, scope) : seriesOf(query.MetricStat!);
      known.set(id, found);
      return found;
    },
  };
  const seriesOf = (stat: Stat): Series =>
    new Map(
      times.flatMap((time) => {
        const value = store.statistic(metricOf(stat), stat.Stat, time, Math.min(time + period, until));
        return value === undefined ? [] : [[time, value]];
      }),
    );
  const result = scope.valueOf(queries.find(({ ReturnData }) => ReturnData)!.Id);
  if (result instanceof Map) return result;
  throw new Error('an alarm’s expression must be a single time series');
}

const COMPARISONS: Readonly<
  Record<AlarmProperties['ComparisonOperator'], (value: number, limit: number) => boolean>
> = {
  GreaterThanOrEqualToThreshold: (value, limit) => value >= limit,
  GreaterThanThreshold: (value, limit) => value > limit,
  LessThanThreshold: (value, limit) => value < limit,
  LessThanOrEqualToThreshold: (value, limit) => value <= limit,
};

/** Undefined: a missing point. */
type Point = boolean | undefined;

const isBreaching = ({ ComparisonOperator, Threshold }: AlarmProperties, value: number | undefined): Point =>
  value === undefined ? undefined : COMPARISONS[ComparisonOperator](value, Threshold);

export interface AlarmSettings {
  /** N: how many points are evaluated. */
  readonly periods: number;
  /** M: how many of them must breach. */
  readonly toAlarm: number;
  readonly missing: NonNullable<AlarmProperties['TreatMissingData']>;
}

/** Metrics of DynamoDB are there only while there is something: an alarm on them ignores what is missing by default. */
function settingsOf({
  EvaluationPeriods,
  DatapointsToAlarm,
  TreatMissingData,
  Namespace,
}: AlarmProperties): AlarmSettings {
  const byDefault = Namespace === 'AWS/DynamoDB' ? 'ignore' : 'missing';
  return {
    periods: EvaluationPeriods,
    toAlarm: DatapointsToAlarm ?? EvaluationPeriods,
    missing: TreatMissingData ?? byDefault,
  };
}

/**
 * The state that follows from the points of the evaluation range, oldest first.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function stateAfter(
  range: readonly Point[],
  { periods, toAlarm, missing }: AlarmSettings,
  state: AlarmState,
): AlarmState {
  const real = range.filter((point) => point !== undefined).slice(-periods);
  const breaching = real.filter(Boolean).length;
  const toFill = periods - real.length;
  if (breaching >= toAlarm) return 'ALARM';
  if (toFill === 0 || missing === 'notBreaching') return 'OK';
  if (missing === 'breaching') return breaching + toFill >= toAlarm ? 'ALARM' : 'OK';
  // Nothing that is known is good, and too little is known to ring.
  if (breaching === real.length) {
    if (missing === 'ignore') return state;
    if (real.length === 0) return 'INSUFFICIENT_DATA';
    return isOldEnough(range, toAlarm) ? 'ALARM' : 'INSUFFICIENT_DATA';
  }
  return 'OK';
}

/** A breach that is followed by nothing rings once it is as old as the points that must breach. */
const isOldEnough = (range: readonly Point[], toAlarm: number): boolean =>
  range.length - range.findIndex((point) => point !== undefined) >= toAlarm;
