import { Duration } from 'aws-cdk-lib';
import { type HorizontalAnnotation, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { filterNamespace } from '../function-errors.ts';
import type { Watched } from '../watched.ts';
import { alarmLines } from './alarm-lines.ts';
import { ofFunctions, ofTables } from './aws-lines.ts';
import { aside, colorOfPart, MUCH, ours } from './colors.ts';
import { graphs, type Section } from './section.ts';
import { computed, counted, ofAws } from './series.ts';

/** The longest run of each function, as a share of the time that it has. */
function sharesOfTimeout(watched: Watched) {
  const longest = ofFunctions(watched, 'Duration', 'Maximum');
  return [...watched.functions].map(([label, { timeout }], i) =>
    computed(
      `100 * longest${label} / ${timeout.toMilliseconds()}`,
      { [`longest${label}`]: longest[i]! },
      { label, color: colorOfPart(i) },
    ),
  );
}

export const faults = (watched: Watched): Section => ({
  title: 'Faults of our own',
  answers:
    'Did a part of ours fail? All of this is zero on a good day. A fault comes back by itself and is tried again; what stays needs a person.',
  see: [
    'Messages fail for a reason of ours',
    'The quarantine alarm rings',
    'The loops alarm rings',
    'An item of a table cannot be read',
    'What each line in the logs means',
  ],
  rows: [
    graphs(
      {
        title: 'Messages that failed, and come back',
        of: [counted(watched, 'Faults', { label: 'messages', color: ours() })],
        axis: 'messages in 5 minutes',
        lines: alarmLines(watched, 'Faults'),
      },
      {
        title: 'Messages that nothing could be made of',
        of: [
          counted(watched, 'Quarantined', { label: 'quarantined', color: ours() }),
          counted(watched, 'LoopsStopped', { label: 'loops stopped', color: ours(1) }),
        ],
        axis: 'messages in 5 minutes',
      },
      {
        title: 'Items and entries that are damaged or missing',
        of: [
          counted(watched, 'UnreadableItems', { label: 'unreadable items', color: ours() }),
          ...(watched.home
            ? [
                counted(watched, 'AuditEntriesUnwritten', {
                  label: 'audit entries not written',
                  color: ours(1),
                }),
              ]
            : []),
        ],
        axis: 'in 5 minutes',
      },
    ),
  ],
});

/** What the alarm adds up, from the functions' logs. Without the alarm nothing is counted there. */
const countedErrors = (watched: Watched) =>
  alarmLines(watched, 'FunctionErrors').length === 0
    ? []
    : [
        new Metric({
          namespace: filterNamespace(watched.environment),
          metricName: 'FunctionErrors',
          statistic: Stats.SUM,
          period: Duration.minutes(5),
          label: 'all behind queues and schedules',
          color: ours(),
        }),
      ];

/** What the account has, and the alarm's share of it. */
function concurrencyLines(watched: Watched): readonly HorizontalAnnotation[] {
  const { accountConcurrency } = watched.settings.monitoring;
  return [
    { value: accountConcurrency, label: 'all that the account may run', color: ours() },
    ...alarmLines(watched, 'ConcurrencyNearLimit').map(({ value, ...line }) => ({
      ...line,
      value: (value / 100) * accountConcurrency,
    })),
  ];
}

export const functions = (watched: Watched): Section => ({
  title: 'Functions',
  answers:
    'Does our code run, in time, and may it? A function near its time limit is slow because something that it calls is. Throttles mean that the account runs as much as it may.',
  see: ['Functions fail', 'DynamoDB or Lambda throttles', 'Concurrency is near the limit'],
  rows: [
    graphs(
      {
        title: 'Which functions fail?',
        of: [...ofFunctions(watched, 'Errors', 'Sum'), ...countedErrors(watched)],
        axis: 'invocations in 5 minutes',
        lines: alarmLines(watched, 'FunctionErrors'),
      },
      {
        title: 'Which functions are throttled?',
        of: ofFunctions(watched, 'Throttles', 'Sum'),
        axis: 'invocations in 5 minutes',
        lines: alarmLines(watched, 'Throttled'),
        stacked: true,
      },
      {
        title: 'How near is the longest run to its time limit?',
        of: sharesOfTimeout(watched),
        axis: '% of the time limit',
        lines: [{ value: 100, label: 'time limit', color: ours() }],
      },
    ),
    graphs(
      {
        title: 'How many functions run at once?',
        of: ofFunctions(watched, 'ConcurrentExecutions', 'Maximum'),
        axis: 'invocations at once',
        stacked: true,
      },
      {
        title: 'How much of the account’s concurrency is taken?',
        of: [
          ofAws(
            'Lambda',
            'ConcurrentExecutions',
            {},
            { statistic: 'Maximum', label: 'running, of all functions', color: aside(), eachMinute: true },
          ),
          ofAws(
            'Lambda',
            'ClaimedAccountConcurrency',
            {},
            { statistic: 'Maximum', label: 'running or reserved', color: MUCH, eachMinute: true },
          ),
        ],
        axis: 'invocations at once',
        lines: concurrencyLines(watched),
      },
      {
        title: 'How often do functions run?',
        of: ofFunctions(watched, 'Invocations', 'Sum'),
        axis: 'invocations in 5 minutes',
        stacked: true,
      },
    ),
  ],
});

export function tables({ home }: Watched): Section | undefined {
  if (!home) return undefined;
  return {
    title: 'Tables',
    answers:
      'Does DynamoDB take what we ask? Tables grow with the load, and throttle for minutes when it doubles at once, or when much goes to one tenant’s key. Indexes count apart.',
    see: ['DynamoDB or Lambda throttles', 'Costs go up'],
    rows: [
      graphs(
        {
          title: 'Requests that DynamoDB throttles',
          of: [
            ...ofTables(home, 'WriteThrottleEvents').map((each) =>
              each.with({ label: `${each.label}: writes` }),
            ),
            ...ofTables(home, 'ReadThrottleEvents').map((each) =>
              each.with({ label: `${each.label}: reads` }),
            ),
          ],
          axis: 'requests in 5 minutes',
        },
        {
          title: 'Units written, by table and index',
          of: ofTables(home, 'ConsumedWriteCapacityUnits'),
          axis: 'units in 5 minutes',
          stacked: true,
        },
        {
          title: 'Units read, by table and index',
          of: ofTables(home, 'ConsumedReadCapacityUnits'),
          axis: 'units in 5 minutes',
          stacked: true,
        },
      ),
    ],
  };
}
