import { describe, expect, it } from 'vitest';
import { valuesIn } from '../../../../local/services/logs/embedded-metrics.ts';

/** The specification's own example. */
const EXAMPLE = {
  _aws: {
    Timestamp: 1574109732004,
    CloudWatchMetrics: [
      {
        Namespace: 'lambda-function-metrics',
        Dimensions: [['functionVersion']],
        Metrics: [{ Name: 'time', Unit: 'Milliseconds' }],
      },
    ],
  },
  functionVersion: '$LATEST',
  time: 100,
  requestId: '989ffbf8-9ace-4817-a57c-e4dd734019ee',
};
const [DIRECTIVE] = EXAMPLE._aws.CloudWatchMetrics;

const withDirective = (changes: object, members: object = {}): object => ({
  ...EXAMPLE,
  ...members,
  _aws: { ...EXAMPLE._aws, CloudWatchMetrics: [{ ...DIRECTIVE, ...changes }] },
});

describe('a line in the embedded metric format', () => {
  it('holds values with namespace, dimensions and unit', () => {
    expect(valuesIn(JSON.stringify(EXAMPLE))).toEqual([
      {
        namespace: 'lambda-function-metrics',
        name: 'time',
        dimensions: { functionVersion: '$LATEST' },
        unit: 'Milliseconds',
        value: 100,
        at: 1574109732004,
      },
    ]);
  });

  it('holds each value for each set of dimensions', () => {
    const line = withDirective(
      { Dimensions: [['functionVersion'], []], Metrics: [{ Name: 'time' }] },
      { time: [1, 2] },
    );
    expect(
      valuesIn(JSON.stringify(line)).map(({ dimensions, value, unit }) => [dimensions, value, unit]),
    ).toEqual([
      [{ functionVersion: '$LATEST' }, 1, 'None'],
      [{ functionVersion: '$LATEST' }, 2, 'None'],
      [{}, 1, 'None'],
      [{}, 2, 'None'],
    ]);
  });

  const many = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
  it.each([
    ['more than 100 values', withDirective({}, { time: many(101) })],
    ['no value', withDirective({}, { time: [] })],
    ['a value that is text', withDirective({}, { time: '100' })],
    ['a metric that is not there', withDirective({ Metrics: [{ Name: 'gone' }] })],
    ['a metric inside an object', withDirective({ Metrics: [{ Name: 'a.b' }] }, { a: { b: 1 } })],
    ['more than 100 metrics', withDirective({ Metrics: many(101).map(() => ({ Name: 'time' })) })],
    ['an unknown unit', withDirective({ Metrics: [{ Name: 'time', Unit: 'ms' }] })],
    ['a dimension that is not there', withDirective({ Dimensions: [['gone']] })],
    ['a dimension that is a number', withDirective({ Dimensions: [['time']] })],
    ['an empty dimension', withDirective({}, { functionVersion: '' })],
    ['more than 30 dimensions', withDirective({ Dimensions: [many(31).map(() => 'functionVersion')] })],
    ['no set of dimensions', withDirective({ Dimensions: [] })],
    ['AWS’s own namespace', withDirective({ Namespace: 'AWS/Lambda' })],
    ['a member that nobody knows', withDirective({ Dimension: [] })],
    ['no time', { ...EXAMPLE, _aws: { CloudWatchMetrics: [] } }],
    ['no metadata', { time: 1 }],
  ])('makes no metric with %s', (_, line) => {
    expect(() => valuesIn(JSON.stringify(line))).toThrow(/embedded metrics|no _aws/);
  });

  it('makes no metric with anything around it', () => {
    expect(() => valuesIn(`INFO ${JSON.stringify(EXAMPLE)}`)).toThrow();
  });
});
