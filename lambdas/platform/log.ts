import { optionalEnv } from './env.ts';
import type { LogFields } from './log-fields.ts';
import { METRIC_NAMESPACE, METRICS, type MetricName } from './metric-names.ts';

/**
 * Lines for CloudWatch, written to the stream rather than with console.log: Lambda's JSON log format wraps what
 * the console prints, and a wrapped metric line is no metric.
 */
const writeLine = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/**
 * For what a person should look at. Never put a payload, a secret or an Authorization header in it.
 * @param fields of what it is about by `about` or `aboutAll`
 */
export function warn(message: string, fields: LogFields = {}): void {
  writeLine({ level: 'WARN', timestamp: new Date().toISOString(), message, ...fields });
}

/** The fields that describe an error, without its stack: the log line names the place by its message. */
export const errorFields = (error: unknown): LogFields =>
  error instanceof Error
    ? { error: error.name, detail: error.message }
    : { error: 'Unknown', detail: String(error) };

type MetricValues = Partial<Record<MetricName, number | number[]>>;

/**
 * The longest list of values in a line. CloudWatch makes no metric of a longer one.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const MAX_VALUES = 100;

/**
 * One line in CloudWatch's embedded metric format for a whole batch; more, where a list is longer than a line takes.
 * @param values counts, or lists of measurements in milliseconds; zeroes and empty lists are left out
 */
export function emitMetrics(values: MetricValues, dimensions: Record<string, string> = {}): void {
  const longest = Math.max(
    ...Object.values(values).map((value) => (Array.isArray(value) ? value.length : 1)),
  );
  for (let from = 0; from < longest; from += MAX_VALUES) emitLine(partOf(values, from), dimensions);
}

/** The lists from here on, as many values as a line takes. Counts are in the first line alone. */
const partOf = (values: MetricValues, from: number): MetricValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const rest = from === 0 ? value : 0;
      return [name, Array.isArray(value) ? value.slice(from, from + MAX_VALUES) : rest];
    }),
  );

function emitLine(values: MetricValues, dimensions: Record<string, string>): void {
  const seen = Object.entries(values).filter(
    ([, value]) => (Array.isArray(value) ? value.length : value) !== 0,
  );
  if (seen.length === 0) return;
  const all = { Environment: optionalEnv('POSTHORN_ENV') ?? 'unknown', ...dimensions };
  const metrics = seen.map(([Name]) => ({ Name, Unit: METRICS[Name as MetricName].unit }));
  const definition = { Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(all)], Metrics: metrics };
  writeLine({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [definition] },
    ...all,
    ...Object.fromEntries(seen),
  });
}
