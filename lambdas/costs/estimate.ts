import { ACCESS_LOG_BYTES, PRICES } from './prices.ts';
import { type Assumption, type Usage, usageOf } from './usage.ts';
import type { Work } from './work.ts';

/** Dollars by what they are for. */
interface CostParts {
  /** API Gateway. */
  readonly api: number;
  readonly functions: number;
  readonly queues: number;
  /** Requests of tables. */
  readonly tables: number;
  readonly logs: number;
  /** Events and deliveries in the log table, as long as they are kept. */
  readonly storage: number;
}

/** What work costs, in dollars. It has a range, since counters do not say how far deliveries shared requests. */
export interface Estimate {
  readonly dollars: number;
  readonly atLeast: number;
  readonly atMost: number;
  /** Of `dollars`. */
  readonly parts: CostParts;
}

const MILLION = 1_000_000;
const BYTES_A_GB = 1e9;
const HOURS_A_MONTH = 730;

/** Bytes of an event of 1 kB, compressed, and of its delivery, with their keys. */
export const KEPT_BYTES = 1600;
/** What has expired is deleted "within a few days" (Amazon DynamoDB, "Using time to live"); mostly sooner. */
export const EXPIRED_HOURS = 24;

function partsOf(usage: Usage, deliveries: number, keptHours: number): CostParts {
  const logBytes = usage.logBytes + ACCESS_LOG_BYTES * usage.apiRequests;
  const gbMonths = ((deliveries * KEPT_BYTES) / BYTES_A_GB) * ((keptHours + EXPIRED_HOURS) / HOURS_A_MONTH);
  return {
    api: (usage.apiRequests * PRICES.httpApiMillion) / MILLION,
    functions:
      (usage.invocations * PRICES.lambdaMillion) / MILLION + (usage.gbMs / 1000) * PRICES.lambdaGbSecond,
    queues: (usage.sqsRequests * PRICES.sqsMillion + usage.fairRequests * PRICES.fairMillion) / MILLION,
    tables: (usage.writes * PRICES.dynamoWriteMillion + usage.reads * PRICES.dynamoReadMillion) / MILLION,
    logs: (logBytes / BYTES_A_GB) * PRICES.logsGb,
    storage: gbMonths * PRICES.dynamoGbMonth,
  };
}

const sumOf = (parts: CostParts): number => Object.values(parts).reduce((sum, dollars) => sum + dollars, 0);

/** @param keptHours how long the log keeps the tenant's events and deliveries */
export function estimateOf(work: Work, keptHours: number): Estimate {
  const by = (assumption: Assumption) => partsOf(usageOf(work, assumption), work.deliveries, keptHours);
  const parts = by('likely');
  return { dollars: sumOf(parts), atLeast: sumOf(by('best')), atMost: sumOf(by('worst')), parts };
}

/**
 * Dollars of `prod` for each month, whatever its tenants do, at list price: what `npm run cost -- --events-per-day 0` adds up. A
 * test holds the two together.
 */
export const IDLE_MONTH_DOLLARS = 10.46;
