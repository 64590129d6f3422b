import { describe, expect, it } from 'vitest';
import { readMetered } from '../../../bench/plan/metered.ts';
import { type PricedTemplate, standingOf, watchingOf } from '../../../bench/plan/standing.ts';

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
