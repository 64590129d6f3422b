import type { QueueName } from '../../lambdas/delivery/queues/queue-rules.ts';
import type { Lane } from '../../lambdas/endpoint-health/lane.ts';
import type { METRICS, MetricDeclaration, MetricName } from '../../lambdas/platform/metric-names.ts';

type Statistic = 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'SampleCount';

/** Metrics of ours that have this dimension beside the environment; `undefined` for those that have none. */
type MetricsBy<By extends MetricDeclaration['by']> = {
  [Name in MetricName]: (typeof METRICS)[Name] extends { readonly by: infer Dimension }
    ? Dimension extends By
      ? Name
      : never
    : By extends undefined
      ? Name
      : never;
}[MetricName];

/** A metric of CloudWatch and how its values of a period become one. */
export type Measured = { readonly statistic: Statistic } & (
  | { readonly of: 'posthorn'; readonly metric: MetricsBy<undefined> }
  | { readonly of: 'posthorn'; readonly metric: MetricsBy<'Lane'>; readonly lane: Lane }
  /** Counted by metric filters: see function-errors.ts. */
  | { readonly of: 'filter'; readonly metric: 'FunctionErrors' }
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  | {
      readonly of: 'queue';
      readonly queue: QueueName;
      readonly metric: 'ApproximateAgeOfOldestMessage' | 'ApproximateNumberOfMessagesVisible';
    }
  /** Of the source that the alarm is about. */
  | { readonly of: 'source queue'; readonly metric: 'ApproximateAgeOfOldestMessage' }
  | {
      readonly of: 'source function';
      readonly metric: 'AsyncEventsDropped' | 'DestinationDeliveryFailures' | 'OffsetLag';
    }
  /** Of the dead-letter queue that all sources share. */
  | { readonly of: 'source dead letters'; readonly metric: 'ApproximateNumberOfMessagesVisible' }
  /**
   * Of the account, in the region.
   * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
   */
  | { readonly of: 'lambda'; readonly metric: 'Throttles' | 'ClaimedAccountConcurrency' }
  /** Of the HTTP API. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
  | { readonly of: 'api'; readonly metric: '5xx' }
);

/** Numbers that settings put into expressions. */
interface Numbers {
  /** Samples in a period below which a rate or an average says nothing. */
  readonly floors: { readonly attempts: number; readonly deliveries: number };
  /** Invocations that the account may run at once. */
  readonly accountConcurrency: number;
}

/** Metric math over metrics by the names that the expression gives them. */
export interface Computed {
  readonly of: Readonly<Record<string, Measured>>;
  readonly expression: (numbers: Numbers) => string;
}

/** The metrics that an alarm watches. Two statistics of one metric are two, also on the bill. */
export const measuredIn = (watches: Measured | Computed): readonly Measured[] =>
  isMeasured(watches) ? [watches] : Object.values(watches.of);

export const isMeasured = (watches: Measured | Computed): watches is Measured =>
  typeof watches.of === 'string';
