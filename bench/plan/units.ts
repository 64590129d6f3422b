import type { MeterEntry } from '../../local/cloud.ts';

/** What is asked of AWS, in the units that the meter counts. Time in functions is not counted: see `GB_MS` in usage.ts. */
export interface Units {
  /** Runs of functions. */
  readonly runs: number;
  readonly apiRequests: number;
  /** Requests to SQS, however large, and those of them that are about messages with a group. */
  readonly sqs: number;
  readonly fair: number;
  readonly writes: number;
  readonly reads: number;
  readonly logBytes: number;
  readonly puts: number;
  readonly gets: number;
}

export const NO_UNITS: Units = {
  runs: 0,
  apiRequests: 0,
  sqs: 0,
  fair: 0,
  writes: 0,
  reads: 0,
  logBytes: 0,
  puts: 0,
  gets: 0,
};

const UNIT_NAMES = Object.keys(NO_UNITS) as (keyof Units)[];

/** Units by a function of their name. */
export const eachUnit = (of: (name: keyof Units) => number): Units =>
  Object.fromEntries(UNIT_NAMES.map((name) => [name, of(name)])) as unknown as Units;

export const sumOfUnits = (all: readonly Units[]): Units =>
  eachUnit((name) => all.reduce((sum, units) => sum + units[name], 0));

export const timesUnits = (units: Units, factor: number): Units => eachUnit((name) => units[name] * factor);

/** Where work is done. A poller's requests belong to the function that it polls for, a client's to ingest. */
export type Stage =
  | 'Authorize'
  | 'Ingest'
  | 'Fanout'
  | 'Dispatch'
  | 'Record'
  | 'DeadLetterWriter'
  | 'Release';

const STAGES: readonly Stage[] = [
  'Authorize',
  'Ingest',
  'Fanout',
  'Dispatch',
  'Record',
  'DeadLetterWriter',
  'Release',
];

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/** What was counted, by stage. What an operator and functions outside the stages asked is left out. */
export function byStage(counted: readonly MeterEntry[]): Partial<Record<Stage, Units>> {
  const stages = new Map<Stage, Units>();
  for (const entry of counted) {
    const stage = stageOf(entry);
    if (stage) stages.set(stage, sumOfUnits([stages.get(stage) ?? NO_UNITS, unitsOf(entry)]));
  }
  return Object.fromEntries(stages);
}

function stageOf({ caller, operation, on = caller }: MeterEntry): Stage | undefined {
  // An empty queue is asked anyway: see standing.ts.
  if (operation === 'ReceiveMessage, empty') return undefined;
  if (caller === 'client') return 'Ingest';
  return STAGES.find((stage) => on.startsWith(stage));
}

/** Whether S3 bills a request by the higher price. GET, HEAD and others that only look are cheap. */
export const isPut = (operation: string): boolean => operation !== 'GET' && operation !== 'HEAD';

export function unitsOf({ service, operation, requests, units, fairUnits = 0 }: MeterEntry): Units {
  switch (service) {
    case 'api':
      return { ...NO_UNITS, apiRequests: requests };
    case 'lambda':
      return { ...NO_UNITS, runs: requests };
    case 'sqs':
      return { ...NO_UNITS, sqs: requests, fair: (requests * fairUnits) / units };
    case 'dynamodb':
      return READS.has(operation) ? { ...NO_UNITS, reads: units } : { ...NO_UNITS, writes: units };
    case 's3':
      return isPut(operation) ? { ...NO_UNITS, puts: requests } : { ...NO_UNITS, gets: requests };
    case 'logs':
      return { ...NO_UNITS, logBytes: units };
    // Asked seldom or never on an event's way.
    case 'sns':
    case 'ses':
    case 'secretsmanager':
    case 'glue':
    case 'cloudwatch':
    case 'websocket':
    case 'events':
      return NO_UNITS;
  }
}
