/**
 * What an alarm on metrics may say. AWS refuses the rest when it is deployed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import { z } from 'zod';
import { known } from './resource.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** 10, 20 and 30 seconds are for metrics of high resolution. */
const period = z
  .number()
  .int()
  .refine((seconds) => [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0), {
    error: 'expected 10, 20, 30 or a multiple of 60',
  });

const name = z.string().min(1).max(255);
const dimensions = z
  .array(known({ Name: name, Value: z.string().min(1).max(1024) }))
  .max(30)
  .default([]);

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
export const EXTENDED = /^(p(100|\d{1,2}(\.\d{0,10})?)|(tm|wm|tc|ts)(100|\d{1,2}(\.\d{0,10})?)|IQM)$/;
const statistic = z.union([z.enum(STATISTICS), z.string().regex(EXTENDED)]);

const metric = known({ Namespace: name, MetricName: name, Dimensions: dimensions });

const query = known({
  Id: z.string().regex(/^[a-z]\w{0,254}$/, 'expected a lower-case letter, then letters, digits and _'),
  Expression: z.string().min(1).max(2048).optional(),
  MetricStat: known({
    Metric: metric,
    Period: period,
    Stat: statistic,
    Unit: z.string().optional(),
  }).optional(),
  Label: z.string().optional(),
  Period: period.optional(),
  // Whoever leaves it out returns the data.
  ReturnData: z.boolean().default(true),
  AccountId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
});

const actions = z.array(z.string().startsWith('arn:aws:')).max(5).default([]);
const alarmName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x20-\x7e]+$/, 'expected ASCII');

/** Properties of alarms of both kinds. */
export const commonProperties = {
  AlarmName: alarmName.optional(),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  AlarmActions: actions,
  OKActions: actions,
  InsufficientDataActions: actions,
  Tags: z.array(known({ Key: z.string(), Value: z.string() })).optional(),
};

export const alarmProperties = {
  ...commonProperties,
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  EvaluationPeriods: z.number().int().min(1),
  DatapointsToAlarm: z.number().int().min(1).optional(),
  Threshold: z.number(),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
  Namespace: name.optional(),
  MetricName: name.optional(),
  Dimensions: dimensions,
  Period: period.optional(),
  Statistic: z.enum(STATISTICS).optional(),
  ExtendedStatistic: z.string().regex(EXTENDED).optional(),
  Unit: z.string().optional(),
  Metrics: z.array(query).min(1).max(20).optional(),
};

export type AlarmProperties = z.output<z.ZodObject<typeof alarmProperties>>;
export type AlarmQuery = z.output<typeof query>;

/** Refuses what the schema cannot say. @throws Error with what was expected */
export function checkAlarm(alarm: AlarmProperties): void {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = alarm;
  if (DatapointsToAlarm > EvaluationPeriods)
    throw new Error('DatapointsToAlarm: expected at most EvaluationPeriods');
  const seconds = alarm.Metrics ? periodOfQueries(alarm.Metrics) : periodOfMetric(alarm);
  const window = seconds * EvaluationPeriods;
  const most = seconds < HOUR ? DAY : WEEK;
  if (window > most)
    throw new Error(`EvaluationPeriods: expected at most ${most} seconds in all, got ${window}`);
  if (alarm.Metrics) checkQueries(alarm, alarm.Metrics);
  const isPercentile = alarm.ExtendedStatistic?.startsWith('p') ?? false;
  if (alarm.EvaluateLowSampleCountPercentile && !isPercentile)
    throw new Error('EvaluateLowSampleCountPercentile: expected a percentile');
}

function periodOfMetric({
  Namespace,
  MetricName,
  Period,
  Statistic,
  ExtendedStatistic,
}: AlarmProperties): number {
  if (Namespace === undefined || MetricName === undefined || Period === undefined)
    throw new Error('expected Metrics, or Namespace, MetricName and Period');
  if ((Statistic === undefined) === (ExtendedStatistic === undefined))
    throw new Error('expected Statistic or ExtendedStatistic');
  return Period;
}

/** All metrics of an alarm have one period. */
function periodOfQueries(queries: readonly AlarmQuery[]): number {
  const periods = new Set(queries.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []));
  const [only, ...others] = periods;
  if (only === undefined || others.length > 0)
    throw new Error(`Metrics: expected one period, got ${[...periods].join(', ') || 'none'}`);
  return only;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
const MAX_METRICS = 10;

function checkQueries(alarm: AlarmProperties, queries: readonly AlarmQuery[]): void {
  const single = ['Namespace', 'MetricName', 'Period', 'Statistic', 'ExtendedStatistic', 'Unit'] as const;
  const both = single.find((property) => alarm[property] !== undefined);
  if (both) throw new Error(`${both}: expected none beside Metrics`);
  const ids = queries.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) throw new Error(`Metrics: ids repeat in ${ids.join(', ')}`);
  const returned = queries.filter(({ ReturnData }) => ReturnData);
  if (returned.length !== 1) throw new Error(`Metrics: expected one with ReturnData, got ${returned.length}`);
  const metrics = queries.filter(({ MetricStat }) => MetricStat);
  if (metrics.length > MAX_METRICS)
    throw new Error(`Metrics: expected at most ${MAX_METRICS}, got ${metrics.length}`);
  for (const { Id, Expression, MetricStat } of queries) {
    if ((Expression === undefined) === (MetricStat === undefined))
      throw new Error(`Metrics: expected Expression or MetricStat of ${Id}`);
    if (/\bSEARCH\s*\(/.test(Expression ?? ''))
      throw new Error(`Metrics: an alarm can't SEARCH, as ${Id} does`);
  }
}
