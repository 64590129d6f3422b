import GithubSlugger from 'github-slugger';
import { METRIC_NAMESPACE, METRICS, type MetricDeclaration } from '../../lambdas/platform/metric-names.ts';
import { ALARMS, type AlarmRow } from '../../lib/monitoring/alarm-table.ts';
import { code, table } from '../pages/table.ts';

const anchorOf = (heading: string): string => new GithubSlugger().slug(heading);

/** docs/metrics.md: what functions count, and what rings. */
export function metricsPage(): string {
  const metrics = Object.entries<MetricDeclaration>(METRICS).map(([name, { unit, by = '', says }]) => [
    code(name),
    unit === 'Milliseconds' ? 'milliseconds' : 'count',
    by,
    says,
  ]);
  const alarms = Object.entries<AlarmRow>(ALARMS).map(([name, row]) => [
    code(name),
    row.severity,
    ringsAt(row),
    row.says,
    `[${row.runbook}](runbook.md#${anchorOf(row.runbook)})`,
  ]);
  return `# Metrics and alarms

All metrics are in CloudWatch's namespace \`${METRIC_NAMESPACE}\`, with the dimension \`Environment\`, and for some one more. No tenant
and no target is a dimension: each set of dimensions costs $0.30 a month. What one tenant, target or event type does is in
[metrics over time](api.md#metrics-over-time), which costs nothing by itself.

## Metrics

${table(['name', 'unit', 'by', 'what'], metrics)}
## Alarms

A \`page\` wakes an operator, a \`ticket\` waits for the day. [Deploying](deploy.md#alarms-and-who-is-notified) says who gets which, and
[decision 48](decisions/48-alarms.md) why each has its threshold. Alarms of sources are there where there are sources.

${table(['name', 'severity', 'rings when it is', 'what it says', 'what to do'], alarms)}`;
}

function ringsAt({ comparison, threshold, periodMinutes, periods }: AlarmRow): string {
  const period = `${periodMinutes} min`;
  const many = periods.of === 1 ? `in ${period}` : `in ${periods.breaching} of ${periods.of} times ${period}`;
  return `${comparison.replace('<', 'below').replace('>', 'over').replace('≥', 'at least')} ${threshold.toLocaleString('en-US')} ${many}`;
}
