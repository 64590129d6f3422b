import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** What the alarms of a receiver watch. */
interface Watched extends Construct {
  /** How long an event may wait that is still tried. */
  readonly longestWait: Duration;
  metricDeadLetters(options: MetricOptions): Metric;
  metricOldestEvent(options: MetricOptions): Metric;
}

/** The alarms of a receiver, in its scope. */
export function alarmsOf(receiver: Watched, actions: readonly IAlarmAction[]) {
  const common = {
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
  const deadLetters = new Alarm(receiver, 'DeadLettersLeft', {
    ...common,
    alarmDescription: 'Webhooks failed too often and wait in the dead-letter queue.',
    metric: receiver.metricDeadLetters({ period: Duration.minutes(5) }),
    threshold: 0,
  });
  const delayed = new Alarm(receiver, 'Delayed', {
    ...common,
    alarmDescription: 'A webhook waits for longer than all of its tries take.',
    metric: receiver.metricOldestEvent({ period: Duration.minutes(5) }),
    threshold: receiver.longestWait.toSeconds(),
  });
  for (const alarm of [deadLetters, delayed]) alarm.addAlarmAction(...actions);
  return { deadLetters, delayed };
}
