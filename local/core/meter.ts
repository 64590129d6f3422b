/** Counts what AWS would bill: calls by caller, service and operation, with their billable units. */

export interface MeterEntry {
  /** A function's name, `poller` for an event source mapping, `client` for the API's caller, or `operator`. */
  readonly caller: string;
  readonly service:
    | 'sqs'
    | 's3'
    | 'dynamodb'
    | 'sns'
    | 'ses'
    | 'secretsmanager'
    | 'glue'
    | 'cloudwatch'
    | 'lambda'
    | 'api'
    | 'websocket'
    | 'logs'
    | 'events';
  readonly operation: string;
  /** Of a poller: the function that it polls for. */
  readonly on?: string;
  readonly requests: number;
  /**
   * SQS, SNS: 64 KB chunks. SES: recipients. CloudWatch: metrics that are asked for. DynamoDB: capacity units. Lambda: GB-milliseconds. API:
   * 512 KB chunks. WebSocket: 32 KB chunks, or minutes where the operation is `ConnectionMinutes`. Logs: bytes.
   * Events: 64 KB chunks of entries.
   */
  readonly units: number;
  /** SQS: those of `units` that are about messages with a group, for which fair queues have a surcharge. */
  readonly fairUnits?: number;
}

export interface Meter {
  count(entry: MeterEntry): void;
  /** All sums since the start or the last reset, one for each caller, service, operation and polled function. */
  snapshot(): MeterEntry[];
  reset(): void;
}

/** A meter that sums in memory. */
export function createMeter(): Meter {
  const sums = new Map<string, MeterEntry>();
  return {
    count(entry) {
      const key = `${entry.caller}|${entry.service}|${entry.operation}|${entry.on ?? ''}`;
      const sum = sums.get(key);
      sums.set(key, {
        ...entry,
        requests: entry.requests + (sum?.requests ?? 0),
        units: entry.units + (sum?.units ?? 0),
        ...(entry.service === 'sqs' && { fairUnits: (entry.fairUnits ?? 0) + (sum?.fairUnits ?? 0) }),
      });
    },
    snapshot: () => [...sums.values()],
    reset: () => sums.clear(),
  };
}

const SQS_CHUNK = 64 * 1024;
const SNS_CHUNK = 64 * 1024;
const API_CHUNK = 512 * 1024;
const SOCKET_CHUNK = 32 * 1024;

/** Requests that SQS bills for one call of this size; an empty call is one. */
export const sqsUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / SQS_CHUNK));

/** Requests that SNS bills for one publish of this size. */
export const snsUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / SNS_CHUNK));

/** Requests that an HTTP API bills for one request of this size. */
export const apiUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / API_CHUNK));

/** Messages that a WebSocket API bills for one of this size, in either direction. */
export const socketUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / SOCKET_CHUNK));
