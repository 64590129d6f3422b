import { ACCESS_LOG_BYTES, PRICES } from '../../lambdas/costs/prices.ts';
import type { Units } from './units.ts';

const MILLION = 1_000_000;

/** Dollars of what was asked, by service. Time in functions is apart. */
export const priceOfUnits = (units: Units) => ({
  api: (units.apiRequests * PRICES.httpApiMillion) / MILLION,
  runs: (units.runs * PRICES.lambdaMillion) / MILLION,
  queues: (units.sqs * PRICES.sqsMillion + units.fair * PRICES.fairMillion) / MILLION,
  tables: (units.writes * PRICES.dynamoWriteMillion + units.reads * PRICES.dynamoReadMillion) / MILLION,
  bucket: (units.puts * PRICES.s3PutMillion + units.gets * PRICES.s3GetMillion) / MILLION,
  logs: priceOfLogs(units.logBytes),
});

export const priceOfLogs = (bytes: number): number => (bytes / 1e9) * PRICES.logsGb;

/** Of the API, one line for each request of a producer. */
export const priceOfAccessLog = (requests: number): number => priceOfLogs(requests * ACCESS_LOG_BYTES);

export const priceOfTime = (gbMs: number): number => (gbMs / 1000) * PRICES.lambdaGbSecond;
