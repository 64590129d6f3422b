import { HOURS_A_MONTH } from '../../bench/plan/counts.ts';
import { priceOfLogs } from '../../bench/plan/price.ts';
import { fixedOf, type Standing } from '../../bench/plan/standing.ts';
import { accessLogDollars, dollarsOfEntry } from '../../bench/rig/cost.ts';
import { PRICES } from '../../lambdas/costs/prices.ts';
import type { MeterEntry } from '../../local/core/meter.ts';

/** What a run was, beside what its meter counted. */
export interface Run {
  /** Virtual time that the meter counted, in milliseconds. */
  readonly elapsedMs: number;
  /** Deliveries that the run made; nothing is priced by the million without. */
  readonly deliveries?: number;
  /** Bytes that functions logged, if the meter has no `logs` entries for them. */
  readonly logBytes?: number;
  /** Bytes that the tables and the bucket kept during the run, on average. */
  readonly tableBytes?: number;
  readonly bucketBytes?: number;
  /** Custom metrics, each with a set of dimensions, times the hours in which it was emitted: see metric-hours.ts. */
  readonly metricHours?: number;
  /** Bytes from AWS to the internet. */
  readonly outBytes?: number;
  /** What the environment has whatever is asked. Left out, only what was asked is priced. */
  readonly standing?: Standing;
}

/** Dollars of a run at list price. The names of services are those of `npm run cost`. */
export interface Dollars {
  readonly byService: Readonly<Record<string, number>>;
  readonly total: number;
  /** Of a million deliveries, as many as the run made at the same price each. */
  readonly perMillion?: number;
  /** Of a month of 730 hours that goes on like the run. */
  readonly perMonth: Readonly<Record<string, number>>;
  readonly monthTotal: number;
}

const HOUR_MS = 3_600_000;
const GB = 1e9;
const MILLION = 1_000_000;

const NAMES: Readonly<Record<MeterEntry['service'], string>> = {
  api: 'API Gateway',
  websocket: 'API Gateway',
  lambda: 'Lambda',
  sqs: 'SQS',
  sns: 'SNS',
  ses: 'SES',
  dynamodb: 'DynamoDB',
  s3: 'S3',
  secretsmanager: 'Secrets Manager',
  glue: 'Glue',
  cloudwatch: 'CloudWatch',
  events: 'EventBridge',
  logs: 'CloudWatch',
};

/**
 * Prices what a meter counted. Empty receives of idle pollers are entries as all others, so that a queue in which nothing waits
 * costs what AWS bills for it. What `operator` asked is the simulation's own, and free.
 * @throws RangeError for a run without time
 */
export function dollarsOf(counted: readonly MeterEntry[], run: Run): Dollars {
  if (!(run.elapsedMs > 0)) throw new RangeError(`elapsedMs: expected more than 0, got ${run.elapsedMs}`);
  const months = run.elapsedMs / HOUR_MS / HOURS_A_MONTH;
  const byService = summed([...asked(counted), ...besides(run, months), ...standing(run.standing, months)]);
  const perMonth = Object.fromEntries(
    Object.entries(byService).map(([service, dollars]) => [service, dollars / months]),
  );
  const total = sum(Object.values(byService));
  const perMillion = run.deliveries ? { perMillion: (total / run.deliveries) * MILLION } : {};
  return { byService, total, ...perMillion, perMonth, monthTotal: total / months };
}

type Charge = readonly [service: string, dollars: number];

const asked = (counted: readonly MeterEntry[]): Charge[] =>
  counted
    .filter(({ caller }) => caller !== 'operator')
    .flatMap((entry): Charge[] => [
      [NAMES[entry.service], dollarsOfEntry(entry)],
      ['CloudWatch', accessLogDollars(entry)],
    ]);

function besides(run: Run, months: number): Charge[] {
  const { logBytes = 0, tableBytes = 0, bucketBytes = 0, metricHours = 0, outBytes = 0 } = run;
  return [
    ['CloudWatch', priceOfLogs(logBytes) + (metricHours / HOURS_A_MONTH) * PRICES.customMetricMonth],
    ['DynamoDB', (tableBytes / GB) * PRICES.dynamoGbMonth * months],
    ['S3', (bucketBytes / GB) * PRICES.s3GbMonth * months],
    ['Traffic', (outBytes / GB) * PRICES.trafficGb],
  ];
}

function standing(has: Standing | undefined, months: number): Charge[] {
  if (!has) return [];
  const { alarms, dashboards, keys, secrets, natGateways, webAcls } = fixedOf(has);
  const monthly: readonly Charge[] = [
    ['CloudWatch', alarms + dashboards],
    ['KMS', keys],
    ['Secrets Manager', secrets],
    ['NAT gateways', natGateways],
    ['Web ACL', webAcls],
  ];
  return monthly.map(([service, dollars]) => [service, dollars * months]);
}

/** The sum of each service, those that cost nothing left out. */
function summed(charges: readonly Charge[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [service, dollars] of charges) sums.set(service, (sums.get(service) ?? 0) + dollars);
  return Object.fromEntries([...sums].filter(([, dollars]) => dollars > 0));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
