import type { Metric } from './store.ts';

/** A set of dimensions: CloudWatch knows no other, and shows nothing for one that is not there. */
type Dimensions = readonly string[];

interface Service {
  /** Where AWS names its metrics and their dimensions. */
  readonly source: string;
  readonly metrics: Readonly<Record<string, readonly Dimensions[]>>;
}

const each = (names: string, ...dimensions: readonly Dimensions[]): Service['metrics'] =>
  Object.fromEntries(names.split(' ').map((name) => [name, dimensions]));

/** Metrics of AWS's own that alarms and dashboards name, by namespace. */
export const AWS_METRICS: Readonly<Record<string, Service>> = {
  'AWS/ApiGateway': {
    source:
      'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html',
    metrics: {
      // Of HTTP APIs. Those of REST APIs are called 4XXError and 5XXError.
      ...each('4xx 5xx Count Latency DataProcessed', ['ApiId'], ['ApiId', 'Stage']),
      // Of both protocols.
      ...each('IntegrationLatency', ['ApiId'], ['ApiId', 'Stage']),
      ...each(
        'ConnectCount MessageCount IntegrationError ExecutionError ClientError',
        ['ApiId'],
        ['ApiId', 'Stage'],
      ),
    },
  },
  'AWS/DynamoDB': {
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    metrics: each(
      'ConsumedReadCapacityUnits ConsumedWriteCapacityUnits ReadThrottleEvents WriteThrottleEvents',
      ['TableName'],
      ['TableName', 'GlobalSecondaryIndexName'],
    ),
  },
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    metrics: {
      ...each('Invocations Errors Throttles Duration ConcurrentExecutions', [], ['FunctionName']),
      ...each('ClaimedAccountConcurrency UnreservedConcurrentExecutions', []),
      ...each(
        'AsyncEventAge AsyncEventsDropped DestinationDeliveryFailures RecursiveInvocationsDropped OffsetLag',
        ['FunctionName'],
      ),
    },
  },
  'AWS/Logs': {
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html',
    metrics: each('IncomingBytes IncomingLogEvents EMFParsingErrors EMFValidationErrors', ['LogGroupName']),
  },
  'AWS/S3': {
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html',
    metrics: each('BucketSizeBytes NumberOfObjects', ['BucketName', 'StorageType']),
  },
  'AWS/SQS': {
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    metrics: each(
      'ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesDelayed NumberOfMessagesSent NumberOfMessagesReceived NumberOfMessagesDeleted NumberOfEmptyReceives SentMessageSize ApproximateNumberOfGroupsWithInflightMessages',
      ['QueueName'],
    ),
  },
};

/** What is wrong with a metric of AWS's, by the table; undefined where nothing is. */
export function awsProblem({ namespace, name, dimensions }: Metric): string | undefined {
  const known = AWS_METRICS[namespace]?.metrics[name];
  if (!known) return `${namespace} ${name}: not in the table of AWS’s metrics`;
  const keys = Object.keys(dimensions).sort().join(' ');
  if (known.some((set) => [...set].sort().join(' ') === keys)) return undefined;
  const sets = known.map((set) => set.join(', ') || 'none').join(' or ');
  return `${namespace} ${name}: expected the dimensions ${sets}, got ${keys || 'none'}`;
}
