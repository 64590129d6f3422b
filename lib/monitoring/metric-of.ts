import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE } from '../../lambdas/platform/metric-names.ts';
import { filterNamespace } from './function-errors.ts';
import { type Computed, isMeasured, type Measured } from './measured.ts';
import type { Watched } from './watched.ts';

/** What an alarm watches, in the AWS region of these parts. */
export function metricOf(watched: Watched, watches: Measured | Computed, period: Duration): IMetric {
  if (isMeasured(watches)) return measured(watched, watches, period);
  return new MathExpression({
    expression: watches.expression(watched.settings.monitoring),
    usingMetrics: Object.fromEntries(
      Object.entries(watches.of).map(([id, one]) => [id, measured(watched, one, period)]),
    ),
    period,
  });
}

const measured = (watched: Watched, one: Measured, period: Duration): IMetric =>
  new Metric({ ...placeOf(watched, one), metricName: one.metric, statistic: one.statistic, period });

interface MetricPlace {
  readonly namespace: string;
  readonly dimensionsMap?: Record<string, string>;
}

function placeOf({ environment, queues, home }: Watched, one: Measured): MetricPlace {
  switch (one.of) {
    case 'posthorn':
      return {
        namespace: METRIC_NAMESPACE,
        dimensionsMap: { Environment: environment, ...('lane' in one && { Lane: one.lane }) },
      };
    case 'filter':
      return { namespace: filterNamespace(environment) };
    case 'queue': {
      const queue = queues[one.queue];
      if (!queue) throw new Error(`expected a queue for ${one.queue}, got ${Object.keys(queues).join(', ')}`);
      return { namespace: 'AWS/SQS', dimensionsMap: { QueueName: queue.queueName } };
    }
    case 'lambda':
      return { namespace: 'AWS/Lambda' };
    case 'api':
      if (!home) throw new Error('expected an alarm on the API at home alone');
      return { namespace: 'AWS/ApiGateway', dimensionsMap: { ApiId: home.apiId } };
  }
}
