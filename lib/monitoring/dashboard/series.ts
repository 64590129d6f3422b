import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { LANES } from '../../../lambdas/endpoint-health/lane.ts';
import {
  METRIC_NAMESPACE,
  METRICS,
  type MetricDeclaration,
  type MetricName,
} from '../../../lambdas/platform/metric-names.ts';
import type { Watched } from '../watched.ts';
import { COLOR_OF_LANE, PERCENTILES } from './colors.ts';

const FIVE_MINUTES = Duration.minutes(5);
/** For what comes and goes within seconds. */
const MINUTE = Duration.minutes(1);

/** How a line looks. */
export interface Look {
  /** Default: the metric's name. */
  readonly label?: string;
  readonly color?: string;
  /** Default: the sum of counts, the greatest of times. */
  readonly statistic?: string;
}

/**
 * A metric of our own.
 * @param by its dimension beside `Environment`: one that it was not declared with would show nothing, for ever
 */
export function counted(
  { environment }: Pick<Watched, 'environment'>,
  name: MetricName,
  look: Look = {},
  by: Readonly<Record<string, string>> = {},
): Metric {
  const declared: MetricDeclaration = METRICS[name];
  const [dimension] = Object.keys(by);
  if (dimension !== declared.by) {
    throw new Error(`expected ${name} by ${declared.by ?? 'nothing'}, got ${dimension ?? 'nothing'}`);
  }
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensionsMap: { Environment: environment, ...by },
    period: FIVE_MINUTES,
    label: name,
    statistic: declared.unit === 'Count' ? Stats.SUM : Stats.MAXIMUM,
    ...look,
  });
}

/** One line for each lane. */
export const countedByLane = (watched: Watched, name: MetricName): readonly Metric[] =>
  LANES.map((Lane) => counted(watched, name, { label: Lane, color: COLOR_OF_LANE[Lane] }, { Lane }));

/** A line for each percentile of a time. */
export const percentiles = (of: (look: Look) => Metric): readonly Metric[] =>
  PERCENTILES.map(({ statistic, color }) => of({ statistic, color, label: statistic }));

/** A metric of AWS's. */
export const ofAws = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  look: Required<Pick<Look, 'statistic' | 'label'>> & Look & { readonly eachMinute?: boolean },
): Metric => {
  const { eachMinute, ...shown } = look;
  return new Metric({
    namespace: `AWS/${namespace}`,
    metricName,
    dimensionsMap: { ...dimensionsMap },
    period: eachMinute ? MINUTE : FIVE_MINUTES,
    ...shown,
  });
};

/**
 * What comes out of other metrics. Their names in the expression are unique within a widget.
 * @param expression in CloudWatch's metric math
 */
export const computed = (
  expression: string,
  usingMetrics: Readonly<Record<string, IMetric>>,
  { label, color }: Look & { readonly label: string },
  period: Duration = FIVE_MINUTES,
): MathExpression =>
  new MathExpression({
    expression,
    usingMetrics: { ...usingMetrics },
    label,
    period,
    ...(color && { color }),
  });

/** The sum of several metrics, of which those without a value count nothing. @param id begins their names in the expression */
export function sumOf(id: string, metrics: readonly Metric[], look: Look & { readonly label: string }) {
  const named = Object.fromEntries(metrics.map((metric, i) => [`${id}${i}`, metric]));
  return computed(`SUM([${Object.keys(named).join(', ')}])`, named, look);
}
