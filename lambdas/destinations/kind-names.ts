/** What a target can be, in the order in which docs and pages name them. A target that names none is a webhook. */
export const KIND_NAMES = [
  'webhook',
  'http',
  'slack',
  'teams',
  'discord',
  'pagerduty',
  'opsgenie',
  'datadog',
  'pull',
  'sqs',
  'eventbridge',
  'sns',
  'kinesis',
  'firehose',
  'lambda',
  's3',
] as const;

export type KindName = (typeof KIND_NAMES)[number];

export const DEFAULT_KIND = 'webhook';
