import { describe, expect, it } from 'vitest';
import { evaluated, idsIn, type MathScope, type Series } from './metric-math.ts';

const TIMES = [0, 60, 120, 180, 240];

/** Values in the order of the times; null: missing. */
type Values = readonly (number | null)[];

const seriesOf = (values: Values): Series =>
  new Map(values.flatMap((value, index) => (value === null ? [] : [[TIMES[index]!, value]])));
const valuesOf = (series: Series, length: number): Values =>
  TIMES.slice(0, length).map((time) => series.get(time) ?? null);

function scopeOf(metrics: Readonly<Record<string, Values>>): MathScope {
  const length = Math.max(...Object.values(metrics).map((values) => values.length));
  return {
    times: TIMES.slice(0, length),
    period: 60,
    metricIds: Object.keys(metrics),
    isAlarm: false,
    valueOf(id) {
      if (!Object.hasOwn(metrics, id)) throw new Error(`no ${id}`);
      return seriesOf(metrics[id]!);
    },
  };
}

const _ = null;

describe('metric math', () => {
  /** The examples of AWS's page first: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
  const compared = { metric1: [30, 20, 0, 0], metric2: [20, _, 20, _] };
  const conditional = { metric1: [1, 1, 0, 0, _], metric2: [30, _, 0, 0, 30], metric3: [0, 0, 20, _, 20] };
  const sparse = { m1: [1, _, 3], m2: [_, _, 4] };

  it.each<[string, Record<string, Values>, Values]>([
    ['metric1 < metric2', compared, [0, 0, 1, 0]],
    ['metric1 >= 30', compared, [1, 0, 0, 0]],
    ['metric1 > 15 AND metric2 > 15', compared, [1, 0, 0, 0]],
    ['metric1 > 15 && metric2 > 15', compared, [1, 0, 0, 0]],
    ['metric1 > 15 OR metric2 > 15', compared, [1, 1, 1, 0]],
    ['IF(metric1, metric2, metric3)', conditional, [30, 0, 20, _, _]],
    ['IF(metric1, 5, metric3)', conditional, [5, 5, 20, _, _]],
    ['IF(metric1, metric2, 5)', conditional, [30, 0, 5, 5, _]],
    ['IF(metric1, metric2)', conditional, [30, 0, _, _, _]],
    ['m1 + m2', sparse, [1, _, 7]],
    ['m1 / m2', sparse, [_, _, 0.75]],
    ['-m1 * 2', sparse, [-2, _, -6]],
    ['1 + m1 ^ 2', sparse, [2, _, 10]],
    ['FILL(m2, 0)', sparse, [0, 0, 4]],
    ['FILL(m1, REPEAT)', sparse, [1, 1, 3]],
    ['m1 + FILL(m2, m1)', sparse, [2, _, 7]],
    ['SUM([m1, m2])', sparse, [1, _, 7]],
    ['SUM(METRICS("2"))', sparse, [_, _, 4]],
    ['SUM(METRICS())', sparse, [1, _, 7]],
    ['AVG([m1, m2])', sparse, [0.5, _, 3.5]],
    ['MAX([m1, m2])', sparse, [1, _, 4]],
    ['MIN(METRICS() * 2)', sparse, [2, _, 6]],
    ['m1 - MIN(m1)', sparse, [0, _, 2]],
    ['m1 / PERIOD(m1)', sparse, [1 / 60, _, 0.05]],
    ['RATE(m1)', sparse, [_, _, 2 / 120]],
    ['TIME_SERIES(MAX(m1))', sparse, [3, 3, 3]],
    ['IF(m1 + m2 > 2, m2 / m1, 0)', sparse, [0, _, 4 / 3]],
    ['IF(FILL(m1, 0) > 2, 1, 0)', sparse, [0, 0, 1]],
  ])('%s', (expression, metrics, expected) => {
    const value = evaluated(expression, scopeOf(metrics));
    expect(valuesOf(value as Series, expected.length)).toEqual(expected);
  });

  it('makes an array of an array', () => {
    const value = evaluated('METRICS() / 2', scopeOf(sparse)) as readonly Series[];
    expect(value.map((series) => valuesOf(series, 3))).toEqual([
      [0.5, _, 1.5],
      [_, _, 2],
    ]);
  });

  it.each([
    'sum(m1)',
    'SUM(m1, m2)',
    'SUM(1)',
    'm1 +',
    'm1 ? 1 : 0',
    'm1 === 1',
    'm1 | m2',
    '!m1',
    '[m1, 1]',
    '[m1] + [m2]',
    'm1.x',
    "SEARCH('{Own}', 'Sum', 60)",
    'FILL(1, 0)',
    'IF(m1)',
    'IF(1, 2, 3)',
    'METRICS(1)',
    'PERIOD(1)',
    'gone',
    '1 / 0',
  ])('refuses %s', (expression) => {
    expect(() => evaluated(expression, scopeOf(sparse))).toThrow();
  });

  it('names ids, and no function', () => {
    expect(idsIn('IF(FILL(m1, REPEAT) > 2 AND e1 > 1, SUM([m2, m1]), 0)')).toEqual(['m1', 'e1', 'm2']);
  });
});
