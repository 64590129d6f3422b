import { optionalEnv } from './env.ts';
import { METRIC_NAMESPACE, type MetricName } from './metric-names.ts';

/**
 * Lines for CloudWatch, written to the stream rather than with console.log: Lambda's JSON log format wraps what
 * the console prints, and a wrapped metric line is no metric.
 */
const writeLine = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

export type LogFields = Record<string, string | number | boolean | undefined>;

/** For what a person should look at. Never put a payload, a secret or an Authorization header in it. */
export function warn(message: string, fields: LogFields = {}): void {
  writeLine({ level: 'WARN', timestamp: new Date().toISOString(), message, ...fields });
}

/** The fields that describe an error, without its stack: the log line names the place by its message. */
export const errorFields = (error: unknown): LogFields =>
  error instanceof Error
    ? { error: error.name, detail: error.message }
    : { error: 'Unknown', detail: String(error) };

/**
 * One line in CloudWatch's embedded metric format, for a whole batch.
 * @param values counts, or lists of measurements in milliseconds; zeroes and empty lists are left out
 */
export function emitMetrics(
  values: Partial<Record<MetricName, number | number[]>>,
  dimensions: Record<string, string> = {},
): void {
  const seen = Object.entries(values).filter(
    ([, value]) => (Array.isArray(value) ? value.length : value) !== 0,
  );
  if (seen.length === 0) return;
  const all = { Environment: optionalEnv('POSTHORN_ENV') ?? 'unknown', ...dimensions };
  const metrics = seen.map(([Name, value]) => ({
    Name,
    Unit: Array.isArray(value) ? 'Milliseconds' : 'Count',
  }));
  const definition = { Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(all)], Metrics: metrics };
  writeLine({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [definition] },
    ...all,
    ...Object.fromEntries(seen),
  });
}
