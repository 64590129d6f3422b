import { Duration } from 'aws-cdk-lib';
import type { IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ACCESS_LOG_BYTES, PRICES } from '../../../lambdas/costs/prices.ts';
import type { Watched } from '../watched.ts';
import { ofApi, ofFunctions, ofTables } from './aws-lines.ts';
import { colorOfPart } from './colors.ts';
import { graphs, type Section } from './section.ts';
import { computed, ofAws } from './series.ts';

const MILLION = 1e6;
const BYTES_A_GB = 1e9;

const DAY = Duration.days(1);

/** Metrics, and what so many units of their sum cost. Apart, since metric math knows no `5e-10`. */
interface Priced {
  readonly metrics: readonly Metric[];
  readonly dollars: number;
  readonly units: number;
}

/**
 * Dollars a day. A day that is not over counts as far as it has come.
 * @param id begins the names of its metrics, which are unique in a widget
 */
function aDay(id: string, label: string, parts: readonly Priced[]) {
  const used: Record<string, IMetric> = {};
  const terms = parts.map(({ metrics, dollars, units }, part) => {
    const names = metrics.map((_, i) => `${id}${part}x${i}`);
    for (const [i, name] of names.entries()) used[name] = metrics[i]!;
    // On a day without any of them there is no sum, and a number plus nothing would be nothing.
    return `${dollars} * FILL(SUM([${names.join(', ')}]), 0) / ${units}`;
  });
  return computed(terms.join(' + '), used, { label }, DAY);
}

/** Of each amount of memory, since a GB-second is what costs. */
function functionTime(watched: Watched): readonly Priced[] {
  const all = [...watched.functions.values()];
  const times = ofFunctions(watched, 'Duration', 'Sum');
  return [...new Set(all.map(({ memoryMb }) => memoryMb))].map((memoryMb) => ({
    metrics: times.filter((_, i) => all[i]!.memoryMb === memoryMb),
    dollars: PRICES.lambdaGbSecond,
    // Milliseconds of so much memory.
    units: (1000 * 1024) / memoryMb,
  }));
}

/** Messages as if each travelled alone: AWS counts messages, and bills requests. */
function queueRequests({ queues }: Watched): readonly Priced[] {
  const of = (metric: string): readonly Metric[] =>
    Object.values(queues).map(({ queueName }) =>
      ofAws('SQS', metric, { QueueName: queueName }, { statistic: 'Sum', label: metric }),
    );
  return [
    { metrics: of('NumberOfEmptyReceives'), dollars: PRICES.sqsMillion, units: MILLION },
    {
      metrics: ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted'].flatMap(of),
      dollars: PRICES.sqsMillion + PRICES.fairMillion,
      units: MILLION,
    },
  ];
}

const logBytes = ({ functions }: Watched): Priced => ({
  metrics: [...functions].map(([label, { logGroupName }]) =>
    ofAws('Logs', 'IncomingBytes', { LogGroupName: logGroupName }, { statistic: 'Sum', label }),
  ),
  dollars: PRICES.logsGb,
  units: BYTES_A_GB,
});

function parts(watched: Watched) {
  const { home } = watched;
  const requests = home && ofApi(home, 'Count');
  return [
    ...(requests
      ? [aDay('api', 'API', [{ metrics: [requests], dollars: PRICES.httpApiMillion, units: MILLION }])]
      : []),
    aDay('fn', 'functions', [
      { metrics: ofFunctions(watched, 'Invocations', 'Sum'), dollars: PRICES.lambdaMillion, units: MILLION },
      ...functionTime(watched),
    ]),
    aDay('sqs', 'queues, at most', queueRequests(watched)),
    ...(home
      ? [
          aDay('ddb', 'tables', [
            {
              metrics: ofTables(home, 'ConsumedWriteCapacityUnits'),
              dollars: PRICES.dynamoWriteMillion,
              units: MILLION,
            },
            {
              metrics: ofTables(home, 'ConsumedReadCapacityUnits'),
              dollars: PRICES.dynamoReadMillion,
              units: MILLION,
            },
          ]),
        ]
      : []),
    aDay('log', 'logs', [
      logBytes(watched),
      // The access log, a line for each request.
      ...(requests
        ? [{ metrics: [requests], dollars: ACCESS_LOG_BYTES * PRICES.logsGb, units: BYTES_A_GB }]
        : []),
    ]),
  ];
}

export const cost = (watched: Watched): Section => ({
  title: 'What it costs',
  answers: `Which service costs what a day? AWS’s own counts, at list prices of ${PRICES.region} (${PRICES.asOf}). Left out: what is stored, requests of S3, metrics, alarms and dashboards, keys and secrets, traffic, the console, NAT gateways, free tiers. Queues are at most this: batches are billed as one request.`,
  see: ['Costs go up'],
  rows: [
    graphs({
      title: 'Dollars a day, by service',
      of: parts(watched).map((part, i) => part.with({ color: colorOfPart(i) })),
      axis: '$ a day',
      stacked: true,
      since: '-P28D',
    }),
  ],
});
