import { describe, expect, it } from 'vitest';
import { alarmRule } from '../../../local/resources/alarm-rule.ts';
import { type AlarmSettings, metricAlarm, stateAfter } from './alarm.ts';
import { createStore, MINUTE } from './store.ts';

/** `0`: good, `X`: breaching, `-`: missing. */
const range = (points: string) => [...points].map((point) => (point === '-' ? undefined : point === 'X'));
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const INSUFFICIENT = 'INSUFFICIENT_DATA';

/**
 * The examples of AWS's page, in its words: the state before is that of `ignore` where it is retained.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const RETAINED = 'retained';
describe.each([
  [
    3,
    [
      ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
      ['0----', 'OK', 'OK', 'OK', 'OK'],
      ['-----', INSUFFICIENT, RETAINED, 'ALARM', 'OK'],
      ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['--X--', 'ALARM', RETAINED, 'ALARM', 'OK'],
      ['----X', INSUFFICIENT, RETAINED, 'ALARM', 'OK'],
    ],
  ],
  [
    2,
    [
      ['0-X-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['00X0X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0-X--', 'OK', 'OK', 'ALARM', 'OK'],
      ['----0', 'OK', 'OK', 'ALARM', 'OK'],
      ['---X-', 'ALARM', RETAINED, 'ALARM', 'OK'],
    ],
  ],
])('of three points, %i to ring', (toAlarm, rows) => {
  it.each(rows)('%s is %s, %s, %s, %s', (points, ...states) => {
    for (const before of ['OK', 'ALARM'] as const) {
      const got = TREATMENTS.map((missing) => {
        const settings: AlarmSettings = { periods: 3, toAlarm, missing };
        return stateAfter(range(points!), settings, before);
      });
      expect(got).toEqual(states.map((state) => (state === RETAINED ? before : state)));
    }
  });
});

describe('an alarm', () => {
  const metric = { namespace: 'Own', name: 'Errors', dimensions: {} };
  const template = {
    Namespace: 'Own',
    MetricName: 'Errors',
    Period: 300,
    Statistic: 'Sum',
    EvaluationPeriods: 1,
    Threshold: 3,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  };

  it('adds up what its period holds, minute by minute', () => {
    const store = createStore();
    for (const minute of [10, 12, 14]) store.add(metric, minute * MINUTE, { value: 1, count: 1 });
    const alarm = metricAlarm('Errors', template);
    const states = Array.from({ length: 30 }, (_, minute) => alarm.evaluate(store, minute * MINUTE, 'OK'));
    // From the end of minute 14 until the periods with something have left the three that are retrieved.
    expect(states.flatMap((state, minute) => (state === 'ALARM' ? [minute] : []))).toEqual([15, 20, 25]);
  });

  it('knows nothing of what comes late', () => {
    const store = createStore();
    store.add(metric, 10 * MINUTE, { value: 3, count: 1 });
    const alarm = metricAlarm('Errors', { ...template, Period: 60 });
    expect(alarm.evaluate(store, 11 * MINUTE, 'OK')).toBe('ALARM');
    expect(alarm.evaluate(store, 11 * MINUTE, 'OK', { lateMinutes: 1 })).toBe('OK');
    expect(alarm.evaluate(store, 12 * MINUTE, 'OK', { lateMinutes: 1 })).toBe('ALARM');
  });

  it('is one time series', () => {
    const { Namespace, MetricName, Period, Statistic, ...rest } = template;
    const Metric = { Namespace, MetricName };
    const of = (Expression: string) =>
      metricAlarm('Rate', {
        ...rest,
        Metrics: [
          { Id: 'rate', Expression },
          { Id: 'm1', MetricStat: { Metric, Period, Stat: Statistic }, ReturnData: false },
        ],
      });
    const store = createStore();
    store.add(metric, 0, { value: 3, count: 1 });
    expect(of('m1 * 1').evaluate(store, 300, 'OK')).toBe('ALARM');
    expect(() => of('METRICS()').evaluate(store, 300, 'OK')).toThrow(/a single time series/);
    expect(() => of('1 + 1').evaluate(store, 300, 'OK')).toThrow(/a single time series/);
    expect(() => of('m1 - MAX(m1)').evaluate(store, 300, 'OK')).toThrow(/how many points an alarm retrieves/);
    expect(() => of('m2').evaluate(store, 300, 'OK')).toThrow(/expected the id/);
    expect(() => of('rate + 1').evaluate(store, 300, 'OK')).toThrow(/expected the id/);
  });
});

describe('a rule of a composite alarm', () => {
  const states = { a: 'ALARM', b: 'OK', c: 'INSUFFICIENT_DATA' } as const;
  it.each([
    ['ALARM(a)', true],
    ['ALARM("a") AND ALARM("b")', false],
    ['ALARM("a") OR ALARM("b")', true],
    ['ALARM(b) OR ALARM(a) AND NOT OK(c)', true],
    ['NOT (ALARM(a) OR OK(b))', false],
    ['INSUFFICIENT_DATA(c) AND TRUE', true],
    ["OK('b') AND FALSE", false],
  ])('%s: %s', (text, holds) => {
    const rule = alarmRule(text);
    expect(rule.holds((alarm) => states[alarm as keyof typeof states])).toBe(holds);
  });
});
