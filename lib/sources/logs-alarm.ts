import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { PosthornFunction } from '../constructs/function.ts';
import { runbookPlace } from '../monitoring/runbook.ts';
import type { SourceSurroundings } from './surroundings.ts';

/** An hour, so that what goes on and on rings once. */
const PERIOD = Duration.hours(1);

/**
 * Tells of batches of lines that have failed three times, or waited for six hours: they are in the source's queue, and come
 * again for a day. Also of those that Lambda could not put there. Two metrics, $0.20 a month.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function createLogsAlarm(
  stack: Stack,
  id: string,
  { environment, settings: { monitoring }, storage }: SourceSurroundings,
  { function: { functionName } }: PosthornFunction,
): void {
  if (!monitoring.alarms) return;
  const counted = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: functionName },
      statistic: 'Sum',
      period: PERIOD,
    });
  const place = runbookPlace(monitoring, 'Records of a source wait');
  const alarm = new Alarm(stack, `${id}Failing`, {
    alarmName: `posthorn-${environment}-${id}Failing`,
    alarmDescription: `Lines of log groups could not be published, and come again for a day: see why the source’s function fails. Runbook: ${place}`,
    metric: new MathExpression({
      expression: 'FILL(dropped, 0) + FILL(undelivered, 0)',
      usingMetrics: {
        dropped: counted('AsyncEventsDropped'),
        undelivered: counted('DestinationDeliveryFailures'),
      },
      period: PERIOD,
    }),
    threshold: 1,
    evaluationPeriods: 1,
    // Lambda counts them only when it happens.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(storage.alerts.topic));
}
