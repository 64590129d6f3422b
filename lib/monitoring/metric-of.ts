import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE } from '../../lambdas/platform/metric-names.ts';
import type { ActiveAlarm } from './active-alarms.ts';
import { filterNamespace } from './function-errors.ts';
import { isMeasured, type Measured } from './measured.ts';
import type { Watched } from './watched.ts';

type About = Pick<ActiveAlarm, 'watches' | 'source'>;

/** What an alarm watches, in the AWS region of these parts. */
export function metricOf(watched: Watched, { watches, source }: About, period: Duration): IMetric {
  const measured = (one: Measured): Metric =>
    new Metric({
      ...placeOf(watched, one, source),
      metricName: one.metric,
      statistic: one.statistic,
      period,
    });
  if (isMeasured(watches)) return measured(watches);
  return new MathExpression({
    expression: watches.expression(watched.settings.monitoring),
    usingMetrics: Object.fromEntries(Object.entries(watches.of).map(([id, one]) => [id, measured(one)])),
    period,
  });
}

interface MetricPlace {
  readonly namespace: string;
  readonly dimensionsMap?: Record<string, string>;
}

function placeOf(
  { environment, queues, functions, home }: Watched,
  one: Measured,
  source: string | undefined,
): MetricPlace {
  switch (one.of) {
    case 'posthorn':
      return {
        namespace: METRIC_NAMESPACE,
        dimensionsMap: { Environment: environment, ...('lane' in one && { Lane: one.lane }) },
      };
    case 'filter':
      return { namespace: filterNamespace(environment) };
    case 'queue':
      return ofQueue(queues, one.queue);
    case 'source queue':
      return ofQueue(home?.sourceQueues ?? {}, `${source}Queue`);
    case 'source dead letters':
      return ofQueue(home?.sourceQueues ?? {}, 'SourceDeadLetters');
    case 'source function': {
      const watched = functions.get(source ?? '');
      if (!watched) throw new Error(`expected the function of a source, got ${source}`);
      return { namespace: 'AWS/Lambda', dimensionsMap: { FunctionName: watched.functionName } };
    }
    case 'lambda':
      return { namespace: 'AWS/Lambda' };
    case 'api':
      if (!home) throw new Error('expected an alarm on the API at home alone');
      return { namespace: 'AWS/ApiGateway', dimensionsMap: { ApiId: home.apiId } };
  }
}

function ofQueue(queues: Watched['queues'], name: string): MetricPlace {
  const queue = queues[name];
  if (!queue) throw new Error(`expected a queue for ${name}, got ${Object.keys(queues).join(', ')}`);
  return { namespace: 'AWS/SQS', dimensionsMap: { QueueName: queue.queueName } };
}
