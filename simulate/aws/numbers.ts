/**
 * AWS as the simulation has it: each number with the page that says it. What AWS does not say is a guess, and says so; a
 * guess is on the slow side. Milliseconds, bytes and pieces; regions' own quotas are those of us-east-1.
 */
export const SQS = {
  /** No page says it. A request within a region takes some milliseconds; few take tens. */
  latency: { p50: 6, p99: 30 },
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
  inFlight: 120_000,
  /** Of a message, and of a batch. */
  messageBytes: 1_048_576,
  /** Share of messages that are handed out twice, without a fault. No page says it but that it is rare. */
  duplicates: 1e-5,
} as const;

export const DYNAMODB = {
  /** "Single-digit milliseconds". */
  readLatency: { p50: 3, p99: 9 },
  writeLatency: { p50: 5, p99: 12 },
  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
  partitionWrites: 1000,
  partitionReads: 3000,
  /** Unused capacity of the last five minutes. */
  burstSeconds: 300,
  tableWrites: 40_000,
  tableReads: 40_000,
  /** Of a new table on demand. */
  initialWrites: 4000,
  initialReads: 12_000,
} as const;

export const LAMBDA = {
  accountConcurrency: 1000,
  /** Environments that a function may get within ten seconds. */
  scaling: { environments: 1000, everyMs: 10_000 },
  /** Megabytes with one processor. */
  processorMb: 1769,
  coldStart: { p50: 250, p99: 700 },
  /** An environment that is idle is kept for 5 to 15 minutes. */
  idleMs: { from: 5 * 60_000, to: 15 * 60_000 },
  /** Lambda replaces environments after some hours. */
  lifeMs: 2 * 3_600_000,
  loopLimit: 16,
} as const;

export const EVENT_SOURCE = {
  /** Pollers that long-poll a queue while it is idle. */
  idlePollers: 5,
  /** Concurrent invocations that a mapping may gain a minute. */
  rampPerMinute: 300,
  maxConcurrency: 1250,
  longPollMs: 20_000,
} as const;

export const S3 = {
  readLatency: { p50: 20, p99: 80 },
  writeLatency: { p50: 30, p99: 120 },
} as const;

export const API_GATEWAY = {
  latency: { p50: 8, p99: 25 },
  ratePerSecond: 10_000,
  burst: 5000,
} as const;

/** Processor time of our own code at a whole processor, as `npm run bench -- delivery` measures it. Milliseconds. */
export const PROCESSOR = {
  /** Of an invocation: reading its event, answering. */
  invocation: 0.3,
  /** Of a kilobyte of an event. */
  kilobyte: 0.02,
  /** Of a call to AWS: making and signing it, and reading the answer. */
  call: 0.15,
  /** Of a TLS handshake. A guess. */
  handshake: 1.5,
  /** Of a request to an endpoint. */
  post: 0.25,
} as const;

/** Endpoints of consumers, on the same continent. */
export const ENDPOINT = {
  /** A guess: most are in another data centre of the same continent. */
  roundTrip: { p50: 15, p99: 60 },
  /** As `lambdas/http-client/connections.ts` keeps connections. */
  keptMs: 4000,
  socketsPerHost: 50,
} as const;
