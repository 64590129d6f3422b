import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type ActiveAlarm, activeAlarms } from './active-alarms.ts';
import { type AlarmRow, alarmName, ENGINE, type Severity } from './alarm-table.ts';
import { countFunctionErrors } from './function-errors.ts';
import { measuredIn } from './measured.ts';
import { metricOf } from './metric-of.ts';
import { runbookPlace } from './runbook.ts';
import type { Watched } from './watched.ts';

const COMPARISONS: Readonly<Record<AlarmRow['comparison'], ComparisonOperator>> = {
  '<': ComparisonOperator.LESS_THAN_THRESHOLD,
  '>': ComparisonOperator.GREATER_THAN_THRESHOLD,
  '≥': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
};

/** Makes the alarms of an AWS region. @returns them, the composite one first */
export function createAlarms(scope: Construct, watched: Watched): readonly AlarmBase[] {
  const active = activeAlarms(watched.settings, watched.home ? 'home' : 'further region');
  if (active.flatMap(({ watches }) => measuredIn(watches)).some(({ of }) => of === 'filter'))
    countFunctionErrors(scope, watched);
  const made = active.map((row) => ({ row, alarm: createAlarm(scope, watched, row) }));
  for (const { row, alarm } of made) if (row.rings === 'itself') ring(alarm, watched, row.severity);
  const children = made.filter(({ row }) => row.rings === 'Engine').map(({ alarm }) => alarm);
  const engine = children.length > 0 ? [createEngine(scope, watched, children)] : [];
  return [...engine, ...made.map(({ alarm }) => alarm)];
}

const createAlarm = (scope: Construct, watched: Watched, row: ActiveAlarm): Alarm =>
  new Alarm(scope, row.id, {
    alarmName: nameOf(watched, row.id),
    alarmDescription: describe(watched, row),
    metric: metricOf(watched, row, Duration.minutes(row.periodMinutes)),
    comparisonOperator: COMPARISONS[row.comparison],
    threshold: row.threshold,
    evaluationPeriods: row.periods.of,
    datapointsToAlarm: row.periods.breaching,
    treatMissingData: row.missing === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });

function createEngine(scope: Construct, watched: Watched, children: readonly Alarm[]): CompositeAlarm {
  const engine = new CompositeAlarm(scope, ENGINE.name, {
    compositeAlarmName: nameOf(watched, ENGINE.name),
    alarmDescription: describe(watched, ENGINE),
    alarmRule: AlarmRule.anyOf(...children),
  });
  ring(engine, watched, 'page');
  return engine;
}

/** A pager also has to hear when it is over. A ticket is closed by who has looked at it. */
function ring(alarm: AlarmBase, { topicArns }: Watched, severity: Severity): void {
  const action = { bind: () => ({ alarmActionArn: topicArns[severity] }) };
  alarm.addAlarmAction(action);
  if (severity === 'page') alarm.addOkAction(action);
}

const nameOf = ({ environment }: Watched, id: string): string => alarmName(environment, id);

const describe = ({ settings }: Watched, { says, runbook }: Pick<AlarmRow, 'says' | 'runbook'>): string =>
  `${says} Runbook: ${runbookPlace(settings.monitoring, runbook)}`;
