import { PRICES } from '../../lambdas/costs/prices.ts';
import { DAYS_A_MONTH } from './counts.ts';
import type { Metered } from './metered.ts';
import { metricMonths } from './metric-months.ts';
import { priceOfAccessLog, priceOfLogs, priceOfTime, priceOfUnits } from './price.ts';
import { fixedOf, pollsOf, type Standing } from './standing.ts';
import { storageOf } from './storage.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import type { Volume } from './volume.ts';

/** What a service costs in a month, in dollars: anyway, and for this volume. */
export interface Line {
  readonly service: string;
  readonly what: string;
  readonly standing: number;
  readonly traffic: number;
}

export interface Month {
  readonly lines: readonly Line[];
  readonly dollars: number;
  /** What is paid without any event. */
  readonly standing: number;
  /** What a million deliveries cost, without custom metrics, which a volume twice as large does not pay twice. Undefined without any. */
  readonly perMillionDeliveries: number | undefined;
  readonly traffic: Traffic;
}

const MILLION = 1_000_000;
const GB = 1e9;
const METRICS_LINE = 'custom metrics';

export interface Environment {
  readonly standing: Standing;
  /** The longest that a tenant may keep its log: payloads in the bucket are kept as long. */
  readonly longestRetentionHours: number;
}

export function monthOf(
  volume: Volume,
  { standing, longestRetentionHours }: Environment,
  metered: Metered,
): Month {
  const traffic = trafficOf(volume, metered);
  const lines = [
    ...requestLines(volume, traffic, standing),
    ...storageLines(volume, traffic, longestRetentionHours),
    ...watchingLines(volume, traffic, standing),
    ...otherLines(volume, traffic, standing),
  ].filter((line) => line.standing + line.traffic > 0);
  const sum = (of: (line: Line) => number): number => lines.reduce((all, line) => all + of(line), 0);
  const variable = sum((line) => line.traffic);
  const growing = sum((line) => (line.what === METRICS_LINE ? 0 : line.traffic));
  const { deliveries } = traffic.counts;
  return {
    lines,
    dollars: sum((line) => line.standing) + variable,
    standing: sum((line) => line.standing),
    perMillionDeliveries: deliveries > 0 ? (growing / deliveries) * MILLION : undefined,
    traffic,
  };
}

/** Recovery looks for events of each tenant all month, whether or not there are any (docs/decisions/20-recovery.md). */
const READS_OF_TENANT = 1700;

function requestLines({ tenants }: Volume, { counts, units, gbMs }: Traffic, standing: Standing): Line[] {
  const [anyway, traffic] = [priceOfUnits(standing.schedules), priceOfUnits(units)];
  const polls = (pollsOf(standing) * PRICES.sqsMillion) / MILLION;
  const time = priceOfTime(standing.schedulesGbMs);
  const reads = counts.events > 0 ? tenants * READS_OF_TENANT : 0;
  const looked = (reads * PRICES.dynamoReadMillion) / MILLION;
  return [
    line('API Gateway', 'requests of producers', 0, traffic.api),
    line('Lambda', 'runs and their time', anyway.runs + time, traffic.runs + priceOfTime(gbMs)),
    line('SQS', 'requests; anyway, empty polls', polls + anyway.queues, traffic.queues),
    line('DynamoDB', 'requests', anyway.tables, traffic.tables + looked),
  ];
}

function storageLines(volume: Volume, traffic: Traffic, longestRetentionHours: number): Line[] {
  const { tableGbMonths, bucketGbMonths } = storageOf(volume, traffic.counts, longestRetentionHours);
  return [
    line('DynamoDB', 'storage', 0, tableGbMonths * PRICES.dynamoGbMonth),
    line(
      'S3',
      'payloads over 8 KiB',
      0,
      priceOfUnits(traffic.units).bucket + bucketGbMonths * PRICES.s3GbMonth,
    ),
  ];
}

function watchingLines(volume: Volume, { counts, units, requests }: Traffic, standing: Standing): Line[] {
  const metrics = (of: typeof counts): number =>
    metricMonths(of, volume.peakHours) * PRICES.customMetricMonth;
  const idle = metrics(NOTHING);
  const fixed = fixedOf(standing);
  return [
    line(
      'CloudWatch',
      'logs',
      priceOfLogs(standing.schedules.logBytes),
      priceOfLogs(units.logBytes) + priceOfAccessLog(requests),
    ),
    line('CloudWatch', METRICS_LINE, idle, metrics(counts) - idle),
    line(
      'CloudWatch',
      `alarms: ${standing.alarmMetrics} metrics, ${standing.compositeAlarms} composite`,
      fixed.alarms,
      0,
    ),
    line('CloudWatch', 'dashboards', fixed.dashboards, 0),
    line(
      'X-Ray',
      'traces of functions',
      standing.isTraced ? traces(standing.schedules.runs) : 0,
      standing.isTraced ? traces(sampled(units.runs, volume.peakHours)) : 0,
    ),
  ];
}

/** Functions on an event's way. X-Ray takes a run of each a second, and 5 % of the others (config.ts, `tracing`). */
const TRACED_FUNCTIONS = 5;
const SAMPLED = 0.05;

function sampled(runs: number, peakHours: number): number {
  const all = Math.min(runs, TRACED_FUNCTIONS * peakHours * 3600 * DAYS_A_MONTH);
  return all + SAMPLED * (runs - all);
}

const traces = (count: number): number => (count * PRICES.xrayTraceMillion) / MILLION;

const NOTHING = { events: 0, deliveries: 0, attempts: 0, retries: 0, parked: 0, held: 0, dead: 0 };

/** Headers of a request to an endpoint and of its answer to us, and a share of a TLS handshake; what producers are answered. */
const ATTEMPT_BYTES = 1500;
const ANSWER_BYTES = 300;

function otherLines({ payloadKb }: Volume, { counts, requests }: Traffic, standing: Standing): Line[] {
  const fixed = fixedOf(standing);
  const posted = (counts.attempts * (payloadKb * 1024 + ATTEMPT_BYTES)) / GB;
  const through = standing.isBehindCloudFront ? requests / MILLION : 0;
  const answered = (requests * ANSWER_BYTES) / GB;
  return [
    line('KMS', 'a key, and at most so many requests', fixed.keys, 0),
    line('Secrets Manager', 'the first API key', fixed.secrets, 0),
    line(
      'NAT gateways',
      'fixed addresses',
      fixed.natGateways,
      standing.natGateways > 0 ? posted * PRICES.natGb : 0,
    ),
    line('CloudFront', 'requests of producers', 0, through * PRICES.cloudFrontMillion),
    line(
      'Web ACL',
      'requests that it looks at',
      fixed.webAcls,
      standing.webAcls * through * PRICES.webAclMillion,
    ),
    line('Traffic', 'out of AWS', 0, (posted + answered) * PRICES.trafficGb),
  ];
}

const line = (service: string, what: string, standing: number, traffic: number): Line => ({
  service,
  what,
  standing,
  traffic,
});
