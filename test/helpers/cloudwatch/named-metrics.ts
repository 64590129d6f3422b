import { drawnBy, readDashboard, type Widget } from '../../../local/resources/dashboard-body.ts';
import { metricAlarm } from './alarm.ts';
import { evaluated, idsIn, type MathScope, type MathValue } from './metric-math.ts';
import type { Metric } from './store.ts';
import type { WatchedResource } from './watch.ts';

/** A metric that an alarm or a widget names, and where. */
export interface Named {
  readonly by: string;
  readonly metric: Metric;
}

/** All metrics that alarms and dashboards among the resources name. @throws for what AWS refuses or cannot draw */
export const namedIn = (resources: readonly WatchedResource[]): readonly Named[] => [
  ...namedByAlarms(resources),
  ...namedByWidgets(resources),
];

const namedByAlarms = (resources: readonly WatchedResource[]): readonly Named[] =>
  ofType(resources, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties }) =>
    metricAlarm(id, properties).metrics.map((metric) => ({
      by: `alarm ${properties.AlarmName ?? id}`,
      metric,
    })),
  );

/** @throws where an expression is wrong, or names what its widget lacks */
export const namedByWidgets = (resources: readonly WatchedResource[]): readonly Named[] =>
  ofType(resources, 'AWS::CloudWatch::Dashboard').flatMap(({ properties }) =>
    readDashboard(properties.DashboardBody).flatMap(namedBy),
  );

/** Metrics that metric filters make, by namespace and name. */
export const filteredIn = (resources: readonly WatchedResource[]): readonly string[] =>
  ofType(resources, 'AWS::Logs::MetricFilter').flatMap(({ properties }) =>
    properties.MetricTransformations.map(
      ({ MetricNamespace, MetricName }: { MetricNamespace: string; MetricName: string }) =>
        `${MetricNamespace} ${MetricName}`,
    ),
  );

const ofType = (resources: readonly WatchedResource[], wanted: string): readonly WatchedResource[] =>
  resources.filter(({ type }) => type === wanted);

function namedBy(widget: Widget): readonly Named[] {
  const drawn = drawnBy(widget);
  const by = `widget ${widget.type === 'metric' ? widget.properties.title : widget.type}`;
  checkExpressions(by, drawn);
  return drawn.flatMap((line) => {
    if (line.kind === 'expression') return [];
    const { namespace, name, dimensions } = line;
    return [{ by, metric: { namespace, name, dimensions } }];
  });
}

/** Evaluates each expression, with all metrics at 1. */
function checkExpressions(by: string, drawn: ReturnType<typeof drawnBy>): void {
  const times = [0, 300];
  const scope: MathScope = {
    times,
    period: 300,
    isAlarm: false,
    metricIds: drawn.flatMap(({ kind, id }) => (kind === 'metric' && id !== undefined ? [id] : [])),
    valueOf(id): MathValue {
      const line = drawn.find((each) => each.id === id);
      if (!line) throw new Error(`${by}: no line has the id ${id}`);
      if (line.kind === 'metric') return new Map(times.map((time) => [time, 1]));
      return evaluated(line.expression, scope);
    },
  };
  for (const line of drawn) {
    if (line.kind === 'metric') continue;
    for (const id of idsIn(line.expression)) scope.valueOf(id);
    if (typeof evaluated(line.expression, scope) === 'number')
      throw new Error(`${by}: ${line.expression} is a scalar, which nothing can be drawn of`);
  }
}
