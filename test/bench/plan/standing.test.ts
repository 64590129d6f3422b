import { describe, expect, it } from 'vitest';
import { readMetered } from '../../../bench/plan/metered.ts';
import { type PricedTemplate, type Standing, standingOf, watchingOf } from '../../../bench/plan/standing.ts';
import { templatesOf } from '../../../bench/plan/templates.ts';
import type { Settings } from '../../../lib/settings/config.ts';
import { settingsOf } from '../../../lib/settings/config.ts';
import { EACH_SOURCE } from '../../helpers/each-source.ts';

const metered = readMetered();
const template = (...resources: [type: string, properties?: object][]): PricedTemplate => ({
  Resources: Object.fromEntries(
    resources.map(([Type, properties], i) => [`EveryMinute${i}`, { Type, Properties: { ...properties } }]),
  ),
});

const stat = { MetricStat: {} };

describe('what stands, read from templates (C10)', () => {
  it('an alarm costs for each metric, and none for an expression', () => {
    const { alarmMetrics, compositeAlarms, dashboards, ...rest } = standingOf(
      [
        template(['AWS::CloudWatch::Alarm', { MetricName: 'Faults' }]),
        template(
          ['AWS::CloudWatch::Alarm', { Metrics: [stat, stat, { Expression: 'a/b' }] }],
          ['AWS::CloudWatch::CompositeAlarm'],
          ['AWS::CloudWatch::Dashboard'],
        ),
      ],
      metered,
    );
    expect({ alarmMetrics, compositeAlarms, dashboards }).toEqual({
      alarmMetrics: 3,
      compositeAlarms: 1,
      dashboards: 1,
    });
    expect(watchingOf({ ...rest, alarmMetrics, compositeAlarms, dashboards })).toBeCloseTo(3.8);
  });

  it('a schedule costs its runs', () => {
    const runs = (ScheduleExpression: string): number =>
      standingOf([template(['AWS::Events::Rule', { ScheduleExpression }])], metered).schedules.runs;
    expect(runs('rate(1 minute)')).toBe(43_800);
    expect(runs('rate(15 minutes)')).toBe(2920);
    expect(runs('rate(1 hour)')).toBe(730);
  });

  it.each([
    ['EveryMinute0', 'cron(0 8 * * ? *)'],
    ['Nightly0', 'rate(1 hour)'],
  ])('refuses a schedule that was never counted: %s %s', (id, ScheduleExpression) =>
    expect(() =>
      standingOf(
        [{ Resources: { [id]: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression } } } }],
        metered,
      ),
    ).toThrow(/expected a rate of one of EveryMinute/),
  );

  it('functions are traced or not', () => {
    const traced = (Mode?: string): boolean =>
      standingOf([template(['AWS::Lambda::Function', Mode ? { TracingConfig: { Mode } } : {}])], metered)
        .isTraced;
    expect(traced()).toBe(false);
    expect(traced('PassThrough')).toBe(false);
    expect(traced('Active')).toBe(true);
  });
});

it.each([
  [['$request.header.Authorization'], false],
  [['$request.header.Authorization', '$request.header.posthorn-edge'], true],
])('an API whose authorizer asks for %j is behind CloudFront: %s', (IdentitySource, expected) => {
  const authorizer = template(['AWS::ApiGatewayV2::Authorizer', { IdentitySource }]);
  expect(standingOf([authorizer], metered).isBehindCloudFront).toBe(expected);
});

describe('what stands of an environment as it would be deployed (C10)', () => {
  const { monitoring } = settingsOf('prod');
  const of = (changes: Partial<Settings> = {}): Standing =>
    standingOf(templatesOf('prod', changes).templates, metered);

  it('is watched for $6 a month at most', () => {
    const { dashboards, alarmMetrics, compositeAlarms, ...rest } = of();
    expect({ dashboards, compositeAlarms }).toEqual({ dashboards: 1, compositeAlarms: 1 });
    expect(alarmMetrics).toBeGreaterThan(15);
    expect(watchingOf({ dashboards, alarmMetrics, compositeAlarms, ...rest })).toBeLessThanOrEqual(6);
  });

  it('has the alarms and the queues of sources, where there are sources', () => {
    const [without, withAll] = [of(), of({ sources: EACH_SOURCE })];
    expect(withAll).toEqual({
      ...without,
      alarmMetrics: without.alarmMetrics + 8,
      // A queue, two buses, and the queue in which lines of logs come again.
      polledQueues: without.polledQueues + 4,
    });
  });

  it.each([
    ['no dashboard', { monitoring: { ...monitoring, dashboard: false } }, { dashboards: 0 }],
    [
      'no alarms',
      { monitoring: { ...monitoring, alarms: false }, releases: undefined },
      { alarmMetrics: 0, compositeAlarms: 0 },
    ],
    ['traces', { tracing: 'active' }, { isTraced: true }],
    [
      'fixed addresses',
      { homeRegion: 'us-east-1', staticEgress: { zones: { 'us-east-1': ['use1-az1', 'use1-az2'] } } },
      { natGateways: 2 },
    ],
    [
      'a web ACL',
      { homeRegion: 'us-east-1', console: { embedOrigins: [], waf: { requestsPerFiveMinutes: 1000 } } },
      { webAcls: 1 },
    ],
    [
      'a further region',
      { homeRegion: 'us-east-1', dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }] },
      { dashboards: 2, compositeAlarms: 2 },
    ],
  ] as [string, Partial<Settings>, Partial<Standing>][])('%s', (_, changes, standing) => {
    expect(of(changes)).toMatchObject(standing);
    for (const [name, count] of Object.entries(standing)) expect(of()).not.toMatchObject({ [name]: count });
  });
});
