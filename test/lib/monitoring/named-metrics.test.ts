import { describe, expect, it } from 'vitest';
import { DEATH_REASONS } from '../../../lambdas/delivery/delivery.ts';
import { LANES } from '../../../lambdas/endpoint-health/lane.ts';
import { METRIC_NAMESPACE, METRICS, type MetricDeclaration } from '../../../lambdas/platform/metric-names.ts';
import {
  ENVIRONMENT_NAMES,
  type EnvironmentName,
  type Settings,
  settingsOf,
} from '../../../lib/settings/config.ts';
import { AWS_METRICS, awsProblem } from '../../helpers/cloudwatch/aws-metrics.ts';
import { filteredIn, type Named, namedByWidgets, namedIn } from '../../helpers/cloudwatch/named-metrics.ts';
import { EACH_SOURCE } from '../../helpers/each-source.ts';
import { resolvedStacks } from '../../helpers/resolved.ts';
import { environmentOf } from '../../helpers/synthesised.ts';

const declared: Readonly<Record<string, MetricDeclaration>> = METRICS;
/** What a dimension can be. `unknown` is a reason of a newer release. */
const valuesIn = ({ sources = {} }: Pick<Settings, 'sources'>) => ({
  Lane: LANES,
  Reason: [...DEATH_REASONS, 'unknown'],
  Source: Object.keys(sources).map((kind) => kind.toLowerCase()),
});

const REGIONS = {
  homeRegion: 'us-east-1',
  dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
};

interface Case {
  readonly name: EnvironmentName;
  readonly changes: Partial<Settings>;
  /** How many AWS regions it is in. */
  readonly monitored: number;
}

const cases: readonly Case[] = [
  ...ENVIRONMENT_NAMES.map((name): Case => ({ name, changes: {}, monitored: 1 })),
  { name: 'prod', changes: REGIONS, monitored: 2 },
  { name: 'prod', changes: { sources: EACH_SOURCE }, monitored: 1 },
];

describe.each(cases)('what alarms and dashboards of $name name', ({ name, changes, monitored }) => {
  const VALUES = valuesIn({ ...settingsOf(name), ...changes });
  const stacks = resolvedStacks(environmentOf(name, changes)).filter((stack) =>
    stack.name.includes('-monitoring'),
  );

  /** What is wrong with a name; undefined where nothing is. */
  function problemOf({ metric }: Named, filtered: readonly string[]): string | undefined {
    const { namespace, name: metricName, dimensions } = metric;
    if (namespace.startsWith('AWS/')) return awsProblem(metric);
    const keys = Object.keys(dimensions);
    if (namespace !== METRIC_NAMESPACE) {
      const isFiltered = filtered.includes(`${namespace} ${metricName}`) && keys.length === 0;
      return isFiltered ? undefined : `${namespace} ${metricName}: no metric filter makes it`;
    }
    const declaration = declared[metricName];
    if (!declaration) return `${metricName}: no function emits it`;
    const { by } = declaration;
    const expected = { Environment: name, ...(by && { [by]: expect.toBeOneOf([...VALUES[by]]) }) };
    return isLike(dimensions, expected) ? undefined : `${metricName}: got ${JSON.stringify(dimensions)}`;
  }

  it('exists: functions emit it, a filter makes it, or AWS does', () => {
    expect(stacks).toHaveLength(monitored);
    const problems = stacks.flatMap(({ resources }) => {
      const filtered = filteredIn(resources);
      return namedIn(resources).flatMap((named) => {
        const problem = problemOf(named, filtered);
        return problem === undefined ? [] : [`${named.by}: ${problem}`];
      });
    });
    expect(problems).toEqual([]);
  });

  it('is on the dashboard of home, each metric that functions emit, with each lane and reason (K6)', () => {
    const [home] = stacks;
    const shown = namedByWidgets(home!.resources)
      .filter(({ metric }) => metric.namespace === METRIC_NAMESPACE)
      .map(
        ({ metric }) =>
          `${metric.name} ${metric.dimensions.Lane ?? metric.dimensions.Reason ?? metric.dimensions.Source ?? ''}`,
      );
    const expected = Object.entries(declared).flatMap(([metric, { by }]) =>
      (by ? VALUES[by] : ['']).map((value) => `${metric} ${value}`),
    );
    expect(expected.filter((each) => !shown.includes(each))).toEqual([]);
  });

  it('is on a dashboard, what a metric filter makes', () => {
    for (const { resources } of stacks) {
      const shown = namedByWidgets(resources).map(({ metric }) => `${metric.namespace} ${metric.name}`);
      expect([...new Set(filteredIn(resources))].filter((each) => !shown.includes(each))).toEqual([]);
    }
  });
});

it('AWS’s metrics have a source each', () => {
  for (const { source } of Object.values(AWS_METRICS))
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});

it.each([
  [{ namespace: 'AWS/ApiGateway', name: '5XXError', dimensions: { ApiId: 'a' } }, 'not in the table'],
  [
    { namespace: 'AWS/SQS', name: 'NumberOfMessagesSent', dimensions: { Queue: 'a' } },
    'expected the dimensions',
  ],
  [
    { namespace: 'AWS/Lambda', name: 'ClaimedAccountConcurrency', dimensions: { FunctionName: 'a' } },
    'none, got',
  ],
])('no metric of AWS’s is %j', (metric, problem) => expect(awsProblem(metric)).toContain(problem));

function isLike(value: unknown, pattern: unknown): boolean {
  try {
    expect(value).toEqual(pattern);
    return true;
  } catch {
    return false;
  }
}
