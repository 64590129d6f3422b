/**
 * What AWS charges, in US dollars, for us-east-1 and arm64. Free tiers and volume discounts are left out. Read on
 * 2026-11-21 from the services' price pages; check them before relying on a total. The cost meter, the planner (`npm run cost`)
 * and the estimate of each tenant's costs read them here, and nowhere else.
 */
export const PRICES = {
  asOf: '2026-11-21',
  region: 'us-east-1',
  /** A million requests of up to 512 KB (aws.amazon.com/api-gateway/pricing, as the two that follow). */
  httpApiMillion: 1,
  /** A million messages of up to 32 KB, in either direction. */
  socketMessageMillion: 1,
  /** A million minutes that a client is connected. */
  socketMinuteMillion: 0.25,
  /** A million requests, and GB-seconds (aws.amazon.com/lambda/pricing). */
  lambdaMillion: 0.2,
  lambdaGbSecond: 0.0000133334,
  /**
   * A million requests of up to 64 KB, and the surcharge for fair queues (aws.amazon.com/sqs/pricing). Only messages with a
   * group make a queue fair; where they have one, it is counted on receiving and deleting as well, to be safe.
   */
  sqsMillion: 0.4,
  fairMillion: 0.1,
  /** A million publishes of up to 64 KB. Mails are $2 for each 100,000 on top (aws.amazon.com/sns/pricing). */
  snsMillion: 0.5,
  /** A million mails, by recipient (aws.amazon.com/ses/pricing). */
  mailMillion: 100,
  /** A million units on demand: of 1 KB written, of 4 KB read (aws.amazon.com/dynamodb/pricing/on-demand). */
  dynamoWriteMillion: 0.625,
  dynamoReadMillion: 0.125,
  /** A month of storage, the standard class. */
  dynamoGbMonth: 0.25,
  /** A million requests (aws.amazon.com/s3/pricing). */
  s3PutMillion: 5,
  s3GetMillion: 0.4,
  /** A month of storage, the standard class. */
  s3GbMonth: 0.023,
  /** A GB that is taken in (aws.amazon.com/cloudwatch/pricing). */
  logsGb: 0.5,
  /** A million requests (aws.amazon.com/secrets-manager/pricing). */
  secretsMillion: 5,
  /** A million metrics that GetMetricData is asked for; no free tier. */
  metricDataMillion: 10,
  /** A month of a key of one's own (aws.amazon.com/kms/pricing), and of a secret. */
  kmsKeyMonth: 1,
  secretMonth: 0.4,
  /** A million events that are put on a bus, of up to 64 KB each; those of AWS's services are free (aws.amazon.com/eventbridge/pricing). */
  eventsMillion: 1,
  /** A million requests for a key (aws.amazon.com/kms/pricing). */
  kmsMillion: 3,
  /**
   * A month of a dashboard of one's own, of each metric in an alarm, of an alarm that combines others, and of a metric of one's
   * own for each set of its dimensions, in the hours in which it is emitted (aws.amazon.com/cloudwatch/pricing, read on
   * 2026-11-28, as all that follow). Budgets are free as long as they start no action.
   */
  dashboardMonth: 3,
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  customMetricMonth: 0.3,
  /** A million traces (aws.amazon.com/xray/pricing). */
  xrayTraceMillion: 5,
  /** A GB from AWS to the internet, up to 10 TB a month (aws.amazon.com/ec2/pricing/on-demand). */
  trafficGb: 0.09,
  /** A NAT gateway and its public address for a month of 730 hours, and a GB through it (aws.amazon.com/vpc/pricing). */
  natGatewayMonth: 36.5,
  natGb: 0.045,
  /** A web ACL with four rules (aws.amazon.com/waf/pricing). */
  webAclMonth: 9,
  /** A million requests that a web ACL looks at, four rules included. */
  webAclMillion: 0.6,
  /** A million https requests, and calls of a function at the edge with them (aws.amazon.com/cloudfront/pricing). */
  cloudFrontMillion: 1.1,
} as const;

/**
 * Bytes of the API's access log, one line a request in the API stack's format. The local cloud does not write it, so
 * its size stands here.
 */
export const ACCESS_LOG_BYTES = 180;
