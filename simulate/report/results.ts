import * as z from 'zod';

/**
 * What a scenario leaves in simulate/results/: numbers alone, from which the report makes the tables and pictures of
 * docs/performance.md and docs/performance-tables.md. Latencies are from a producer's answer until the delivery's 2xx, in milliseconds.
 */
const count = z.int().min(0);
const amount = z.number().min(0);
const positive = z.number().positive();
/** A line of a table. */
const text = z.string().min(1).max(160);
const counts = z.record(text, count);

const latency = z.strictObject({ p50: amount, p99: amount });

/** How a result was made, so that it can be made again. */
const run = z.strictObject({
  /** What is typed, such as `npm run simulate -- scale --seed 1`. */
  command: text,
  seed: count,
  /** Virtual time of all its worlds together. */
  simulatedSeconds: positive,
});

/** What is published, and how endpoints answer. */
const work = z.strictObject({
  tenants: count,
  payloadKb: positive,
  /** How long a healthy endpoint takes, in milliseconds. */
  answer: latency,
});

/** What an operator can raise: settings of ours, and what AWS grants an account or a table. */
const limits = z.strictObject({
  /** `concurrency` and `apiThrottle` of lib/settings/config.ts. */
  concurrency: z.record(text, count),
  apiRatePerSecond: count,
  /** Quotas of the account: Lambda's concurrent executions, API Gateway's requests a second, a table's units a second. */
  lambdaConcurrency: count,
  gatewayRequests: count,
  tableWrites: count,
  tableReads: count,
  /** Units a second that the busiest table takes at once (warm throughput). */
  warmWrites: count,
  warmReads: count,
});

/** Endpoints that a flood can be for. */
export const FLOODED = ['hanging', 'slow', 'failing', 'rate-limited', 'healthy'] as const;

const neighbours = z.strictObject({
  scenario: z.literal('neighbours'),
  run,
  work,
  /** Deliveries a second of all other tenants together. */
  othersPerSecond: positive,
  rows: z.array(
    z.strictObject({
      endpoint: z.enum(FLOODED),
      /** Whether the endpoint is well until the flood begins. Left out: it is as it is from the start. */
      turns: z.boolean().optional(),
      /** Times a tenant's fair share that the flood is. */
      factor: positive,
      floodPerSecond: positive,
      /** All other tenants' deliveries, in the same world without the flood and with it. */
      alone: latency,
      beside: latency,
    }),
  ),
});

const scale = z.strictObject({
  scenario: z.literal('scale'),
  run,
  work,
  rows: z.array(
    z.strictObject({
      /** Whose the deliveries are: all tenants', one tenant's, or one endpoint's. */
      load: z.enum(['even', 'hot tenant', 'hot endpoint']),
      /** Events that a producer puts into one request. */
      perRequest: positive,
      /** Deliveries a second that are asked for, and that are made once all is warm. */
      perSecond: positive,
      deliveredPerSecond: amount,
      limits,
      latency,
      /** Seconds of a whole processor (1,769 MB) that functions use, in a second. */
      processorSeconds: positive,
      /** The most environments at once, by function. */
      environments: counts,
      dollarsPerMillion: amount,
      /** What stops or throttles first: a quota, a setting or a partition. Left out where nothing does. */
      bites: text.optional(),
      /** Throttled calls, by who throttled. */
      throttles: counts,
    }),
  ),
});

/** Points of a picture: enough for its pixels, few enough for a file that is kept. */
export const MOST_POINTS = 200;

const points = z.array(amount).min(2).max(MOST_POINTS);

/** One line of points for each, at the same times. */
const series = z
  .strictObject({ seconds: points, waiting: points, perSecond: points })
  .refine(
    ({ seconds, waiting, perSecond }) =>
      seconds.length === waiting.length && seconds.length === perSecond.length,
    'expected as many points of each',
  );

const recovery = z.strictObject({
  scenario: z.literal('recovery'),
  run,
  work,
  cases: z.array(
    z.strictObject({
      kind: z.enum(['waiting', 'region', 'deploy', 'endpoints']),
      deliveries: count,
      /** When the trouble begins and ends, in seconds of the series. */
      trouble: z.strictObject({ from: amount, until: amount }),
      /** From the end of the trouble until all that waited is delivered. */
      doneSeconds: amount,
      /** Deliveries of tenants that have nothing to do with it, before the trouble and since it began. */
      others: z.strictObject({ before: latency, since: latency }),
      lost: count,
      /** Deliveries that an endpoint got more than once. */
      twice: count,
      /** What waits, and what is delivered a second. */
      series,
    }),
  ),
});

const year = z.strictObject({
  scenario: z.literal('year'),
  run,
  rows: z.array(
    z.strictObject({
      name: text,
      deliveriesAMonth: count,
      /** Dollars a month, by service, as dollarsOf has them. */
      byService: z.record(text, amount),
    }),
  ),
});

const soak = z.strictObject({
  scenario: z.literal('soak'),
  run,
  histories: count,
  /** Faults that were injected, and how often each invariant was checked. */
  faults: counts,
  checks: counts,
  /** Histories in which an invariant does not hold, with the code as it is. */
  failed: count,
  /** What it found in earlier code. */
  found: z.array(z.strictObject({ what: text, invariant: text, mended: text })),
  /** Old faults that were put back on purpose, and after how many histories each was found. */
  putBack: z.array(z.strictObject({ what: text, invariant: text, histories: count })),
});

export const SCHEMAS = { neighbours, scale, recovery, year, soak } as const;

export type Scenario = keyof typeof SCHEMAS;
export const SCENARIOS = Object.keys(SCHEMAS) as Scenario[];

export type Work = z.infer<typeof work>;
export type Limits = z.infer<typeof limits>;
export type Neighbours = z.infer<typeof neighbours>;
export type Scale = z.infer<typeof scale>;
export type ScaleRow = Scale['rows'][number];
export type Recovery = z.infer<typeof recovery>;
export type RecoveryCase = Recovery['cases'][number];
export type Year = z.infer<typeof year>;
export type Soak = z.infer<typeof soak>;

/** A result of any scenario. */
export type Result = Neighbours | Scale | Recovery | Year | Soak;

/** Results that are there: a scenario that never ran has none. */
export interface Results {
  readonly neighbours?: Neighbours;
  readonly scale?: Scale;
  readonly recovery?: Recovery;
  readonly year?: Year;
  readonly soak?: Soak;
}
