import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetered } from '../../bench/plan/metered.ts';
import { monthOf } from '../../bench/plan/month.ts';
import { pollsOf, watchingOf } from '../../bench/plan/standing.ts';
import { priceOf, totalOf } from '../../bench/rig/cost.ts';
import { ACCESS_LOG_BYTES, PRICES } from '../../lambdas/costs/prices.ts';
import { createMeter, type MeterEntry } from '../../local/core/meter.ts';
import { dollarsOf } from '../../simulate/cost/dollars.ts';
import { createMetricHours } from '../../simulate/cost/metric-hours.ts';
import { standingOfEnvironment } from '../../simulate/cost/standing.ts';

const HOUR_MS = 3_600_000;
const MONTH_MS = 730 * HOUR_MS;
const million = 1e6;

const entry = (
  service: MeterEntry['service'],
  operation: string,
  counts: Partial<MeterEntry>,
): MeterEntry => ({
  caller: 'Fanout',
  service,
  operation,
  requests: million,
  units: million,
  ...counts,
});

describe('a run is priced', () => {
  it.each<[string, MeterEntry, Record<string, number>]>([
    [
      'a function by its runs and its time',
      entry('lambda', 'Invoke', { units: 5e9 }),
      { Lambda: 0.2 + 5e6 * PRICES.lambdaGbSecond },
    ],
    [
      'an empty receive like any request',
      entry('sqs', 'ReceiveMessage, empty', { caller: 'poller', on: 'Fanout', fairUnits: 0 }),
      { SQS: 0.4 },
    ],
    ['messages with a group', entry('sqs', 'SendMessageBatch', { fairUnits: million }), { SQS: 0.5 }],
    ['a read', entry('dynamodb', 'Query', {}), { DynamoDB: 0.125 }],
    ['a write', entry('dynamodb', 'PutItem', { units: 2 * million }), { DynamoDB: 1.25 }],
    ['an object that is read', entry('s3', 'GET', {}), { S3: 0.4 }],
    ['a bucket that is asked for', entry('s3', 'HEAD', {}), { S3: 0.4 }],
    ['an object that is written', entry('s3', 'PUT', {}), { S3: 5 }],
    [
      'a request to the API with its line in the access log',
      entry('api', 'POST', { caller: 'client' }),
      { 'API Gateway': 1, CloudWatch: (ACCESS_LOG_BYTES / 1000) * PRICES.logsGb },
    ],
    ['what functions log', entry('logs', 'PutLogEvents', { units: 2e9 }), { CloudWatch: 1 }],
    ['nothing that the simulation itself asks', entry('sqs', 'SendMessage', { caller: 'operator' }), {}],
  ])('%s', (_, counted, expected) => {
    const { byService, total } = dollarsOf([counted], { elapsedMs: HOUR_MS });
    expect(Object.keys(byService)).toEqual(Object.keys(expected));
    for (const [service, dollars] of Object.entries(expected))
      expect(byService[service]).toBeCloseTo(dollars, 9);
    expect(total).toBeCloseTo(
      Object.values(expected).reduce((sum, dollars) => sum + dollars, 0),
      9,
    );
  });

  it('with what no meter counts: logs, storage, metrics and traffic', () => {
    const kept = { tableBytes: 4e9, bucketBytes: 1e9, metricHours: 73, logBytes: 1e9, outBytes: 1e9 };
    const { byService } = dollarsOf([], { elapsedMs: MONTH_MS / 2, ...kept });
    expect(byService.DynamoDB).toBeCloseTo(0.5);
    expect(byService.S3).toBeCloseTo(0.0115);
    expect(byService.CloudWatch).toBeCloseTo(0.5 + 0.03);
    expect(byService.Traffic).toBeCloseTo(0.09);
  });

  it('by the million deliveries and by the month', () => {
    const run = { elapsedMs: MONTH_MS / 10, deliveries: 500_000 };
    const { perMillion, perMonth, monthTotal } = dollarsOf([entry('dynamodb', 'PutItem', {})], run);
    expect(perMillion).toBeCloseTo(1.25);
    expect(perMonth.DynamoDB).toBeCloseTo(6.25);
    expect(monthTotal).toBeCloseTo(6.25);
  });

  it('by no million where nothing was delivered', () => {
    expect(dollarsOf([], { elapsedMs: 1, deliveries: 0 })).not.toHaveProperty('perMillion');
  });

  it.each([0, -1, Number.NaN])('only with time: %s', (elapsedMs) =>
    expect(() => dollarsOf([], { elapsedMs })).toThrow('elapsedMs: expected more than 0'),
  );
});

const SERVICES: readonly (readonly [MeterEntry['service'], string])[] = [
  ['api', 'POST'],
  ['lambda', 'Invoke'],
  ['sqs', 'ReceiveMessage'],
  ['dynamodb', 'PutItem'],
  ['dynamodb', 'GetItem'],
  ['s3', 'PUT'],
  ['websocket', 'ConnectionMinutes'],
  ['logs', 'PutLogEvents'],
];
const entries = fc.array(
  fc.tuple(fc.constantFrom(...SERVICES), fc.nat(1e6), fc.nat(1e6), fc.constantFrom('Fanout', 'operator')).map(
    ([[service, operation], requests, units, caller]): MeterEntry => ({
      caller,
      service,
      operation,
      requests,
      units,
    }),
  ),
);

it('a run costs a million deliveries what the benches say of the same counts', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 1e6 }), (counted, deliveries) => {
      const { perMillion } = dollarsOf(counted, { elapsedMs: HOUR_MS, deliveries });
      expect(perMillion).toBeCloseTo(totalOf(priceOf(counted, deliveries)), 4);
    }),
  );
});

it('an idle month of a simulated environment costs what npm run cost says', async () => {
  const standing = await standingOfEnvironment('prod');
  const meter = createMeter();
  const polls = pollsOf(standing);
  meter.count({
    caller: 'poller',
    service: 'sqs',
    operation: 'ReceiveMessage, empty',
    requests: polls,
    units: polls,
  });
  const { byService, monthTotal } = dollarsOf(meter.snapshot(), { elapsedMs: MONTH_MS, standing });
  const volume = {
    ...{ eventsPerDay: 0, deliveries: 1, attempts: 1, payloadKb: 1, eventsPerRequest: 1, answerMs: 200 },
    ...{ peakHours: 24, retentionHours: 72, tenants: 1, targets: 10, eventTypes: 10 },
    ...{ heldShare: 0, deadShare: 0 },
  };
  const planned = monthOf(volume, { standing, longestRetentionHours: 720 }, readMetered());
  const plannedOf = (service: string): number =>
    planned.lines.reduce((sum, line) => sum + (line.service === service ? line.standing : 0), 0);
  expect(byService.KMS).toBeCloseTo(plannedOf('KMS'));
  expect(byService['Secrets Manager']).toBeCloseTo(plannedOf('Secrets Manager'));
  expect(byService.CloudWatch).toBeCloseTo(watchingOf(standing));
  // What is left are the schedules' own requests, time, lines and metric, which a simulation counts.
  expect(monthTotal).toBeLessThan(planned.standing);
  expect(planned.standing - monthTotal).toBeLessThan(0.6);
});

describe('hours of metrics', () => {
  const line = (Name: string, dimensions: Record<string, string>): string =>
    JSON.stringify({
      _aws: {
        Timestamp: 0,
        CloudWatchMetrics: [
          { Namespace: 'Posthorn', Dimensions: [Object.keys(dimensions)], Metrics: [{ Name }] },
        ],
      },
      ...dimensions,
      [Name]: 1,
    });

  it.each<[string, readonly (readonly [string, number])[], number]>([
    ['nothing', [], 0],
    ['a line that is no metric', [['{"level":"WARN"}', 0]], 0],
    [
      'a metric twice in an hour',
      [
        [line('Delivered', { Lane: 'slow' }), 0],
        [line('Delivered', { Lane: 'slow' }), HOUR_MS - 1],
      ],
      1,
    ],
    [
      'a metric in two hours',
      [
        [line('Delivered', { Lane: 'slow' }), HOUR_MS - 1],
        [line('Delivered', { Lane: 'slow' }), HOUR_MS],
      ],
      2,
    ],
    [
      'a metric of two lanes',
      [
        [line('Delivered', { Lane: 'slow' }), 0],
        [line('Delivered', { Lane: 'bulk' }), 0],
      ],
      2,
    ],
  ])('%s', (_, lines, count) => {
    const hours = createMetricHours();
    for (const [text, at] of lines) hours.logged(text, at);
    expect(hours.count()).toBe(count);
  });
});
