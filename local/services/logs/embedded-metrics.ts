/**
 * CloudWatch's embedded metric format: the values that a line of a log group holds.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { z } from 'zod';

/** One measurement, as CloudWatch stores it. */
export interface MetricValue {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const UNITS = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((each) => [
    each,
    `${each}/Second`,
  ]),
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((each) => [each, `${each}/Second`]),
  'Percent',
  'Count',
  'Count/Second',
  'None',
] as const;

const name = z.string().min(1).max(255);

/** Members that the specification does not name must not be there. */
const metadata = z.strictObject({
  Timestamp: z.number().int().positive(),
  CloudWatchMetrics: z.array(
    z.strictObject({
      Namespace: name.regex(/^(?!AWS\/)[\w.\-/#:]+$/, 'expected a namespace, and none of AWS’s'),
      Dimensions: z.array(z.array(name).max(30)).min(1),
      Metrics: z
        .array(
          z.strictObject({
            Name: name,
            Unit: z.enum(UNITS).default('None'),
            StorageResolution: z.literal([1, 60]).optional(),
          }),
        )
        .max(100),
    }),
  ),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const dimensionValue = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[\x20-\x7e]+$/, 'expected ASCII')
  .regex(/\S/, 'expected more than spaces');

const metricValue = z.union([z.number(), z.array(z.number()).min(1).max(100)], {
  error: 'expected a number, or at most 100 numbers',
});

/** The most that a line of a log group may hold. */
const LINE_BYTES = 1_048_576;

/**
 * The values of a line in the format.
 * @throws where the line breaks a rule of the specification. CloudWatch makes no metric of such a line
 */
export function valuesIn(line: string): readonly MetricValue[] {
  if (Buffer.byteLength(line) > LINE_BYTES) throw new Error(`a line of over ${LINE_BYTES} bytes`);
  const root: unknown = JSON.parse(line);
  if (root === null || typeof root !== 'object' || !('_aws' in root)) throw new Error(`no _aws in ${line}`);
  const { Timestamp, CloudWatchMetrics } = checked(metadata, root._aws, '_aws');
  const target = <T>(schema: z.ZodType<T>, member: string): T =>
    checked(schema, Object.hasOwn(root, member) ? root[member as keyof typeof root] : undefined, member);
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((keys) => {
      const dimensions = Object.fromEntries(keys.map((key) => [key, target(dimensionValue, key)]));
      return Metrics.flatMap(({ Name, Unit }) =>
        [target(metricValue, Name)].flat().map((value) => ({
          namespace: Namespace,
          name: Name,
          dimensions,
          unit: Unit,
          value,
          at: Timestamp,
        })),
      );
    }),
  );
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`embedded metrics, ${what}: ${z.prettifyError(parsed.error)}`);
}
