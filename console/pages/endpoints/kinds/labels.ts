/** What a kind is called. One of a newer release is shown as the API names it. */
const LABELS: Readonly<Record<string, string>> = {
  webhook: 'Webhook',
  http: 'HTTP API',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
  pagerduty: 'PagerDuty',
  opsgenie: 'Opsgenie',
  datadog: 'Datadog',
  sqs: 'Amazon SQS queue',
  eventbridge: 'Amazon EventBridge bus',
  sns: 'Amazon SNS topic',
  kinesis: 'Amazon Kinesis stream',
  firehose: 'Amazon Data Firehose',
  lambda: 'AWS Lambda function',
  s3: 'Amazon S3 bucket',
  pull: 'Pull queue',
};

export const kindLabel = (kind: string): string => (Object.hasOwn(LABELS, kind) ? LABELS[kind]! : kind);
