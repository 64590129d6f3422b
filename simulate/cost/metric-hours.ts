/** A line in CloudWatch's embedded metric format, as far as a price depends on it. */
interface MetricLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [dimension: string]: unknown;
}

/** Counts the hours for which CloudWatch bills the metrics of a run. */
export interface MetricHours {
  /** Takes a line that a function logs at a virtual time, in milliseconds. Lines that are no metrics count nothing. */
  logged(line: string, at: number): void;
  /** Metrics, each with a set of dimensions, times the hours of the clock in which it was emitted. */
  count(): number;
}

const HOUR_MS = 3_600_000;

/** A metric is billed for each hour in which it is emitted: aws.amazon.com/cloudwatch/pricing. */
export function createMetricHours(): MetricHours {
  const seen = new Set<string>();
  return {
    logged(line, at) {
      // A metric line begins so, and other lines are many.
      if (!line.startsWith('{"_aws"')) return;
      const hour = Math.floor(at / HOUR_MS);
      for (const metric of metricsOf(JSON.parse(line) as MetricLine)) seen.add(`${hour} ${metric}`);
    },
    count: () => seen.size,
  };
}

const metricsOf = (line: MetricLine): string[] =>
  line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = names.map((name) => `${name}=${line[name]}`).join(',');
      return Metrics.map(({ Name }) => `${Namespace} ${Name} ${dimensions}`);
    }),
  );
