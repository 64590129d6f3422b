/**
 * AWS as the simulation has it: each number with the page that says it, or with what a guess leans on. A guess says so, and
 * is on the slow side. Milliseconds, bytes and pieces; quotas are the default ones of us-east-1, in 2026.
 *
 * A page without an address is one of the developer guides:
 * - SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
 * - DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
 * - Lambda: https://docs.aws.amazon.com/lambda/latest/dg/
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KIB = 1024;

/** Standard queues: quotas-messages.html, quotas-queues.html. Their throughput is nearly unlimited. */
export const SQS = {
  /**
   * Of any request from a function but ReceiveMessage. A guess: with `receiveLatency` and `EVENT_SOURCE.invokeLatency` it
   * adds up to what was measured from before SendMessage to the function's start, p50 16 ms and p99 105 ms:
   * https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/
   */
  latency: { p50: 6, p99: 50 },
  /** From a message's being visible to a poller's having it, while it long-polls. A guess, see `latency`. */
  receiveLatency: { p50: 3.5, p99: 60 },
  /** Received and not deleted. Delayed messages don't count. A long poll beyond it gets nothing, and no error. */
  inFlight: 120_000,
  /** Share of messages that are handed out twice without a fault. A guess: the guide says at least once, and rarely twice. */
  duplicates: 1e-5,
  receiveMessages: 10,
  batchMessages: 10,
  /** Of a message, and of a batch together: https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb */
  messageBytes: KIB * KIB,
  delayMs: 15 * MINUTE,
  visibilityMs: 12 * HOUR,
  retentionMs: 14 * 24 * HOUR,
  /**
   * Fair queues: sqs-fair-queues-detailed.html. A group is noisy with more than the share of all messages in flight and at
   * least `inFlight` of its own, or with more than the share of all recent processing time. A receive takes messages of
   * quiet groups while there are any, else those of the noisy group with the fewest in flight. A group is quiet again once it
   * has no backlog, or has had nothing in flight for `quietMs`. Nothing is held back: without quiet messages the noisy go on.
   */
  fair: {
    share: 0.1,
    inFlight: 30,
    quietMs: 5 * MINUTE,
    /** How long processing time is "recent". A guess. */
    recentMs: MINUTE,
  },
} as const;

/** Tables on demand: ServiceQuotas.html. */
export const DYNAMODB = {
  /**
   * Of a GetItem or a Query of a few items, as a function sees it. A guess: AWS says single-digit milliseconds, and had
   * under 2 ms within the service at millions of queries a second; the client and the network come on top.
   * https://aws.amazon.com/blogs/database/part-1-scaling-dynamodb-how-partitions-hot-keys-and-split-for-heat-impact-performance/
   */
  readLatency: { p50: 3.5, p99: 12 },
  /**
   * Of PutItem, UpdateItem, DeleteItem. A guess: a second zone must have it. A function saw 10 ms on average in 2019, its own
   * work included: https://theburningmonk.com/2019/02/lambda-optimization-tip-enable-http-keep-alive/
   */
  writeLatency: { p50: 5.5, p99: 18 },
  /** Of BatchGetItem with 100 keys, BatchWriteItem with 25, transactions. Guesses: the slowest of as many that run at once. */
  batchReadLatency: { p50: 13, p99: 28 },
  batchWriteLatency: { p50: 15, p99: 33 },
  batchReads: 100,
  batchWrites: 25,
  itemBytes: 400 * KIB,
  pageBytes: KIB * KIB,
  writeUnitBytes: KIB,
  readUnitBytes: 4 * KIB,
  /**
   * Units a second of one partition, and so of one item: bp-partition-key-design.html. Reads and writes are apart. An
   * eventually consistent read is half a unit.
   */
  partitionWrites: 1000,
  partitionReads: 3000,
  /**
   * Seconds of unused capacity that a partition may use beyond its limit. Provisioned tables keep 300 s, up to the limits
   * above, which always hold (part 3 of the articles above). A table on demand has no lower ones, so its bucket holds one
   * second: https://repost.aws/knowledge-center/dynamodb-spiky-workloads-short-intervals
   */
  burstSeconds: 1,
  partitionBytes: 10 * KIB ** 3,
  /**
   * A partition that is kept at its limit is split in two for good, by what its keys got of late. A guess: part 3 says that
   * to see it takes several minutes. It is not split within an item, nor within a partition key whose sort keys only grow, as
   * ours with ULIDs do: such a key never gets more than one partition's units (burst-adaptive-capacity.html, part 3).
   */
  splitMs: 10 * MINUTE,
  tableWrites: 40_000,
  tableReads: 40_000,
  /** Of a new table on demand, at once: warm-throughput-scenarios.html. So it has four partitions. */
  initialWrites: 4000,
  initialReads: 12_000,
  /** A table takes twice its highest traffic before the last 30 minutes: on-demand-capacity-mode.html. More may be throttled. */
  peak: { factor: 2, ageMs: 30 * MINUTE },
  /**
   * What a throttled request fails with. Provisioned tables answer ProvisionedThroughputExceededException. A batch fails so
   * only if all of it was throttled; else the rest is in UnprocessedItems or UnprocessedKeys.
   */
  throttled: 'ThrottlingException',
} as const;

/** gettingstarted-limits.html */
export const LAMBDA = {
  /** Of all functions. New accounts have less, until they have used it: 10 to 50 are reported. */
  accountConcurrency: 1000,
  /** What reserved concurrency can't take from the rest: configuration-concurrency.html */
  unreservedConcurrency: 100,
  /** Invocations a second for each of these: an environment that answers sooner than in 100 ms is not used more often. */
  requestsPerConcurrency: 10,
  /** Environments that a function may get in so long, filled up continuously: scaling-behavior.html. Beyond it is a throttle. */
  scaling: { environments: 1000, everyMs: 10_000 },
  /** Megabytes with one processor; less gets its share: configuration-memory.html */
  processorMb: 1769,
  /**
   * Of a new environment, before its first invocation starts: placing it and fetching its code (some 80 ms, a guess), then
   * `init`. Its first request to each service waits for `connectLatency` as well.
   */
  coldStart: { p50: 280, p99: 600 },
  /**
   * What is billed of it, since August 2025: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase
   * An empty function of Node.js 24 on arm64 takes 121 ms, p99 187, p99.9 480, the same at 128 to 1024 MB (1,800 starts each,
   * January to August 2026: https://github.com/maxday/lambda-perf). Our bundles add 35 to 96 ms of a whole processor
   * (docs/measured.md), which INIT has at any memory.
   */
  init: { p50: 200, p99: 400 },
  initTimeoutMs: 10_000,
  /** What a new connection to AWS adds. A guess: 23 ms on average, in the article of `DYNAMODB.writeLatency`. */
  connectLatency: { p50: 20, p99: 80 },
  /** No page says it. In 2019 it was ten minutes to the second: https://mikhail.io/2019/08/aws-lambda-cold-starts-after-10-minutes/ */
  idleMs: { from: 5 * MINUTE, to: 10 * MINUTE },
  /** "Every few hours", busy or not: lambda-runtime-environment.html. Two were seen: https://xebia.com/blog/til-that-aws-lambda-terminates-instances-preemptively/ */
  lifeMs: 2 * HOUR,
  timeoutMs: 15 * MINUTE,
  payloadBytes: 6 * KIB * KIB,
  /** Invocations of one chain through SQS, SNS and S3; the next is refused, and its message received again: invocation-recursion.html */
  loopLimit: 16,
  /** Asynchronous invocations (schedules, SNS) that failed run again: invocation-async-error-handling.html */
  asyncRetriesMs: [MINUTE, 2 * MINUTE],
  /** Asynchronous ones that were throttled, twice as late each time, for `ageMs`. */
  asyncThrottle: { fromMs: 1000, toMs: 5 * MINUTE, ageMs: 6 * HOUR },
} as const;

/**
 * Event source mappings of standard queues: services-sqs-scaling.html, services-sqs-errorhandling.html.
 *
 * Pollers grow while messages are there, whatever the queue's length. With a batching window a poller collects until the
 * batch, the payload or the window is full; on a quiet queue that may take `longPollMs`, however short the window: with-sqs.html.
 *
 * With ReportBatchItemFailures, as all of ours have it, a failed invocation takes no poller away. A throttled one does:
 * the poller keeps its batch and asks again until the visibility timeout is near, then leaves the messages to come back,
 * which counts as a receive.
 */
export const EVENT_SOURCE = {
  /** Pollers of an idle queue, and the batches that it starts with. With a maximum concurrency it never goes down to 2. */
  idlePollers: 5,
  /** Concurrent invocations that a mapping may gain a minute. 157 to 297 were seen: https://rehanvdm.com/blog/sqs-lambda-esm-scaling-behaviour */
  rampPerMinute: 300,
  /** Without a maximum of its own, which is from 2 to 1,000. A deploy goes over that for a while, as the same article saw. */
  maxConcurrency: 1250,
  longPollMs: 20_000,
  /** From a poller's having a batch to the function's start. A guess, see `SQS.latency`. */
  invokeLatency: { p50: 3.5, p99: 50 },
  payloadBytes: 6 * KIB * KIB,
  /**
   * Throttled: the mapping's pollers shrink by `factor`, at most once in `everyMs`, and grow back by the ramp. Guesses: AWS
   * says "gradually"; with errors and no partial responses, 60 invocations at once fell to 25, 16 and 13 within a minute
   * at 1, 5 and 10 % (same author).
   */
  backoff: { factor: 0.5, everyMs: 10_000 },
  /** A throttled batch asks again, twice as late each time. A guess. */
  throttleRetry: { fromMs: 500, toMs: 20_000 },
  /** Provisioned mode, which we don't use: it excludes a maximum concurrency. */
  provisioned: { invocationsPerPoller: 10, bytesPerSecond: 1e6, rampPerMinute: 1000, maxConcurrency: 20_000 },
} as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html */
export const S3 = {
  /**
   * That page says 100 to 200 ms for small objects, which is more than is seen. A function's PUT of 60 KB took 60 to 133 ms:
   * https://kkc.github.io/2020/03/16/s3-latency/ Guesses between the two.
   */
  readLatency: { p50: 30, p99: 150 },
  writeLatency: { p50: 60, p99: 250 },
  /** Requests a second of a prefix, at least. Beyond them 503 SlowDown, until S3 has split it, in 30 to 60 minutes. */
  prefixWrites: 3500,
  prefixReads: 5500,
} as const;

/** HTTP APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const API_GATEWAY = {
  /** What it adds, with the invocation of the function. A guess: REST APIs are said to add 10 to 30 ms, and HTTP APIs less. */
  latency: { p50: 10, p99: 50 },
  /** A token bucket of all APIs of an account; beyond it is 429. Smaller regions have a quarter. */
  ratePerSecond: 10_000,
  burst: 5000,
  timeoutMs: 30_000,
} as const;

/** Rules of EventBridge and SNS: both invoke functions asynchronously. */
export const SCHEDULE = {
  /** A run comes within the minute, not at its start: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  precisionMs: MINUTE,
  /** From then to the function's start: p50 73 and p99 225 ms for SNS, in the article of `SQS.latency`. */
  invokeLatency: { p50: 75, p99: 230 },
} as const;

export const SNS = {
  /** Of Publish. A guess: it stores in several zones, as SQS does. */
  latency: { p50: 12, p99: 70 },
  /** From there to the function's start, as measured: see `SCHEDULE`. */
  invokeLatency: { p50: 75, p99: 230 },
  /** https://docs.aws.amazon.com/general/latest/gr/sns.html */
  messagesPerSecond: 30_000,
} as const;

/** Endpoints of consumers, on the same continent. No page knows where a customer's endpoint is: guesses. */
export const ENDPOINT = {
  /** There and back: us-east-1 to us-east-2 is some 12 ms, to us-west-2 some 65. Between zones it is 0.3 to 1.5. */
  roundTrip: { p50: 20, p99: 80 },
  /** Round trips before a new connection's first request: TCP one, TLS 1.3 one and 1.2 two, looking its name up. */
  handshakeRoundTrips: 3,
  /** As `lambdas/http-client/connections.ts` keeps connections. */
  keptMs: 4000,
  socketsPerHost: 50,
} as const;

/**
 * Processor time of our own code, in milliseconds of a whole core of the machine of docs/performance-laptop.md, fitted to its table
 * "By kind of thread": 0.24 for an invocation of ingest with one event (measured 0.21 to 0.29), 0.34 for one of dispatch with
 * one delivery (0.29 to 0.41), and for each of the events or deliveries of a batch of fanout and of record about as much as
 * was measured (0.29 to 0.39, and 0.03).
 */
export const PROCESSOR = {
  /** Of an invocation: reading its event, answering. */
  invocation: 0.1,
  /** Of a kilobyte of its event, and of what its calls send and get. */
  kilobyte: 0.02,
  /** Of a call to AWS: making and signing it, and reading the answer. */
  call: 0.1,
  /** Of a request to an endpoint. */
  post: 0.11,
  /** Of a TLS handshake. A guess: a signature's check, a key exchange and a chain of certificates. */
  handshake: 1.5,
  /**
   * Milliseconds of Lambda's whole processor for one of the above. A guess: V8's helpers take a fifth more (same table),
   * real calls go through TLS and a socket, and a virtual processor of Graviton is slower than that core.
   */
  onLambda: 2,
} as const;
