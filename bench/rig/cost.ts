import { PRICES } from '../../lambdas/costs/prices.ts';
import type { MeterEntry } from '../../local/cloud.ts';
import { priceOfAccessLog, priceOfLogs } from '../plan/price.ts';
import { isPut } from '../plan/units.ts';

/** One kind of request, and its price for a million deliveries. */
export interface CostLine {
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly requestsPerMillion: number;
  readonly dollarsPerMillion: number;
}

const MILLION = 1_000_000;
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/** Prices a meter's counts, scaled to a million deliveries, highest first. */
export function priceOf(counted: readonly MeterEntry[], deliveries: number): CostLine[] {
  const scale = MILLION / deliveries;
  return counted
    .map((entry) => ({
      caller: entry.caller,
      service: entry.service,
      operation: entry.operation,
      requestsPerMillion: Math.round(entry.requests * scale),
      dollarsPerMillion: dollars(entry) * scale,
    }))
    .filter(({ caller }) => caller !== 'operator')
    .sort((a, b) => b.dollarsPerMillion - a.dollarsPerMillion);
}

export const totalOf = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, line) => sum + line.dollarsPerMillion, 0);

/** What AWS bills for an entry, with the lines that it leaves in the API's access log. */
function dollars(entry: MeterEntry): number {
  return dollarsOfEntry(entry) + accessLogDollars(entry);
}

/** Dollars of an entry's line in the API's access log. CloudWatch bills them, and no meter counts them. */
export const accessLogDollars = ({ service, requests }: MeterEntry): number =>
  service === 'api' ? priceOfAccessLog(requests) : 0;

/** Dollars that an entry's own service bills. */
export function dollarsOfEntry({ service, operation, requests, units, fairUnits = 0 }: MeterEntry): number {
  switch (service) {
    case 'api':
      return (units * PRICES.httpApiMillion) / MILLION;
    case 'websocket':
      return (
        (units *
          (operation === 'ConnectionMinutes' ? PRICES.socketMinuteMillion : PRICES.socketMessageMillion)) /
        MILLION
      );
    case 'lambda':
      return (requests * PRICES.lambdaMillion) / MILLION + (units / 1000) * PRICES.lambdaGbSecond;
    case 'sqs':
      return (units * PRICES.sqsMillion + fairUnits * PRICES.fairMillion) / MILLION;
    case 'sns':
      return (units * PRICES.snsMillion) / MILLION;
    case 'ses':
      return (units * PRICES.mailMillion) / MILLION;
    case 'dynamodb':
      return (
        (units * (READS.has(operation) ? PRICES.dynamoReadMillion : PRICES.dynamoWriteMillion)) / MILLION
      );
    case 's3':
      return (requests * (isPut(operation) ? PRICES.s3PutMillion : PRICES.s3GetMillion)) / MILLION;
    case 'secretsmanager':
      return (requests * PRICES.secretsMillion) / MILLION;
    // The registry of schemas costs nothing: https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html
    case 'glue':
      return 0;
    case 'cloudwatch':
      return (units * PRICES.metricDataMillion) / MILLION;
    case 'events':
      return (units * PRICES.eventsMillion) / MILLION;
    case 'logs':
      return priceOfLogs(units);
  }
}
