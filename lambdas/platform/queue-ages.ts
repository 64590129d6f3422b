import type { GetMetricDataInput, GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { awsClient, type Call } from './aws/aws-client.ts';

/** How far back a figure is looked for: SQS publishes one each minute, a minute or two late. Milliseconds. */
const REACH_MS = 5 * 60_000;

/** The longest wait for an answer. Milliseconds. */
const TIMEOUT_MS = 5000;

const clients = new Map<string, Call>();

/** CloudWatch keeps a metric in the region of its queue. */
function clientFor(region: string): Call {
  const client = clients.get(region) ?? awsClient('monitoring', { region, tries: 2 });
  clients.set(region, client);
  return client;
}

/**
 * How long the oldest message of each queue has waited, in seconds; in a dead-letter queue since it was moved there. SQS
 * itself does not say, so this is the metric ApproximateAgeOfOldestMessage: some minutes old, of a queue that nobody has
 * used for six hours up to a quarter of an hour. Each queue costs $0.00001.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 *
 * @param names of at most 500 queues of the region, at least one
 * @returns by name; a queue of which there is no figure yet is missing
 */
export async function oldestAges(
  region: string,
  names: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const { MetricDataResults = [] } = await clientFor(region)<GetMetricDataOutput>(
    'GetMetricData',
    {
      // As JSON: seconds.
      StartTime: (now - REACH_MS) / 1000,
      EndTime: now / 1000,
      // The default; the latest is the first.
      ScanBy: 'TimestampDescending',
      MetricDataQueries: names.map((name, i) => ({
        Id: `q${i}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: name }],
          },
          Period: 60,
          Stat: 'Maximum',
        },
      })),
    } satisfies Omit<GetMetricDataInput, 'StartTime' | 'EndTime'> & Record<'StartTime' | 'EndTime', number>,
    { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  const latest = new Map(MetricDataResults.map(({ Id, Values }) => [Id, Values?.[0]]));
  return new Map(
    names.flatMap((name, i) => {
      const seconds = latest.get(`q${i}`);
      return seconds === undefined ? [] : [[name, seconds] as const];
    }),
  );
}
