/**
 * What AWS charges, in US dollars, for us-east-1 and arm64. Free tiers and volume discounts are left out. Read on
 * 2026-11-21 from the services' price pages; check them before relying on a total. The cost meter and the estimate of each
 * tenant's costs read them here, and nowhere else.
 */
export const PRICES = {
  asOf: '2026-11-21',
  region: 'us-east-1',
  /** A million requests of up to 512 KB. */
  httpApiMillion: 1,
  /** A million messages of up to 32 KB, in either direction. */
  socketMessageMillion: 1,
  /** A million minutes that a client is connected. */
  socketMinuteMillion: 0.25,
  lambdaMillion: 0.2,
  lambdaGbSecond: 0.0000133334,
  /** A million requests of up to 64 KB, with the surcharge for fair queues, on every request to be safe. */
  sqsMillion: 0.4 + 0.1,
  /** A million publishes of up to 64 KB. Mails are $2 for each 100,000 on top. */
  snsMillion: 0.5,
  dynamoWriteMillion: 0.625,
  dynamoReadMillion: 0.125,
  /** A month of storage, the standard class. */
  dynamoGbMonth: 0.25,
  s3PutMillion: 5,
  s3GetMillion: 0.4,
  logsGb: 0.5,
  secretsMillion: 5,
  /** A million metrics that GetMetricData is asked for; no free tier. */
  metricDataMillion: 10,
  /** A month of a key of one's own, of a secret, and of an alarm. */
  kmsKeyMonth: 1,
  secretMonth: 0.4,
  alarmMonth: 0.1,
} as const;

/**
 * Bytes of the API's access log, one line a request in the API stack's format. The local cloud does not write it, so
 * its size stands here.
 */
export const ACCESS_LOG_BYTES = 180;
