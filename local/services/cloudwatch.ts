/** CloudWatch: GetMetricData of the one metric that functions read, the age of a queue's oldest message. */
import { z } from 'zod';
import type { Access } from '../core/access.ts';
import { ACCOUNT } from '../core/account.ts';
import type { Meter } from '../core/meter.ts';
import { jsonAnswer, jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from './call.ts';
import type { Queue } from './sqs/queue.ts';
import { oldestSeconds } from './sqs/queue-age.ts';

/** Of the header that names the operation. */
export const CLOUDWATCH_TARGET = 'GraniteServiceVersion20100801.';

/** Seconds since the epoch, as AWS's JSON has times. */
const time = z.number();
const minute = 60;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const input = z.strictObject({
  StartTime: time,
  EndTime: time,
  ScanBy: z.literal('TimestampDescending').optional(),
  MetricDataQueries: z
    .array(
      z.strictObject({
        Id: z.string().regex(/^[a-z][a-zA-Z0-9_]{0,254}$/),
        MetricStat: z.strictObject({
          Metric: z.strictObject({
            Namespace: z.literal('AWS/SQS'),
            MetricName: z.literal('ApproximateAgeOfOldestMessage'),
            Dimensions: z.tuple([z.strictObject({ Name: z.literal('QueueName'), Value: z.string() })]),
          }),
          Period: z.literal(minute),
          Stat: z.literal('Maximum'),
        }),
      }),
    )
    .min(1)
    .max(500)
    .refine((queries) => new Set(queries.map(({ Id }) => Id)).size === queries.length, 'ids repeat'),
});

/**
 * The emulator of CloudWatch. It keeps no history: the one point that it has is what the queue holds now, as of the
 * minute just past. AWS publishes it a minute or two later.
 */
export function createMetrics(access: Access, queueByArn: (arn: string) => Queue | undefined, meter?: Meter) {
  function valuesOf(arn: string, from: number, to: number) {
    const at = (Math.floor(Date.now() / 1000 / minute) - 1) * minute;
    const queue = queueByArn(arn);
    // A name that no queue has is no error; it has no points.
    if (!queue || at < Math.floor(from / minute) * minute || at >= to) return { Timestamps: [], Values: [] };
    return { Timestamps: [at], Values: [oldestSeconds(queue, Date.now())] };
  }

  return {
    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const operation = operationOf(call);
      const { accessKey, region } = call;
      // Metrics are no resources, so a policy can grant reading only all of them.
      const denial = access.refuse(accessKey, [{ action: `cloudwatch:${operation}`, resource: '*' }]);
      if (denial) return refusal(403, 'AccessDeniedException', denial.message);
      if (operation !== 'GetMetricData') return refusal(400, 'UnknownOperationException', operation);
      const parsed = input.safeParse(jsonBody(call));
      if (!parsed.success) return refusal(400, 'InvalidParameterValue', z.prettifyError(parsed.error));
      const { StartTime, EndTime, MetricDataQueries } = parsed.data;
      if (StartTime >= EndTime) return refusal(400, 'ValidationError', 'StartTime must be before EndTime');
      meter?.count({
        caller: access.nameOf(accessKey),
        service: 'cloudwatch',
        operation,
        requests: 1,
        units: MetricDataQueries.length,
      });
      const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
        const arn = `arn:aws:sqs:${region}:${ACCOUNT}:${Metric.Dimensions[0].Value}`;
        return {
          Id,
          Label: Metric.Dimensions[0].Value,
          StatusCode: 'Complete',
          ...valuesOf(arn, StartTime, EndTime),
        };
      });
      return jsonAnswer(200, CONTENT_TYPE, { MetricDataResults, Messages: [] });
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

const CONTENT_TYPE = 'application/x-amz-json-1.0';

const refusal = (status: number, type: string, message: string): ServiceAnswer =>
  jsonAnswer(status, CONTENT_TYPE, { __type: type, message });
