import { Duration, Stack } from 'aws-cdk-lib';
import { Dashboard, type IAlarm, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { glance } from './dashboard/glance.ts';
import { rowsOf } from './dashboard/section.ts';
import { SECTIONS } from './dashboard/sections.ts';
import type { Watched } from './watched.ts';

/** Creates the dashboard of an AWS region: on its first screen whether it is us or them, then section by section. */
export function createDashboard(scope: Construct, watched: Watched, alarms: readonly IAlarm[]): Dashboard {
  const { environment, home } = watched;
  const sections = SECTIONS.flatMap((section) => section(watched) ?? []);
  const rows = [...glance(watched, alarms), ...sections.flatMap((section) => rowsOf(watched, section))];
  return new Dashboard(scope, 'Dashboard', {
    // Names are of the whole account, whatever the region.
    dashboardName: `posthorn-${environment}${home ? '' : `-${Stack.of(scope).region}`}`,
    defaultInterval: Duration.hours(3),
    // Counts, and the thresholds drawn over them, are of the periods that stand in the graphs' axes.
    periodOverride: PeriodOverride.INHERIT,
    widgets: rows.map((row) => [...row]),
  });
}
