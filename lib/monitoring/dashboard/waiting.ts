import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Lane } from '../../../lambdas/endpoint-health/lane.ts';
import type { Watched } from '../watched.ts';
import { alarmLines } from './alarm-lines.ts';
import { aside, COLOR_OF_LANE, colorOfPart, MUCH, ours, theirs, WELL } from './colors.ts';
import { graphs, type Section } from './section.ts';
import { counted, countedByLane, ofAws } from './series.ts';

/** Queues whose messages wait for a person, or for the function of last resort. */
const LAST: readonly string[] = ['deadLetters', 'quarantine'];

/** From here on in the colours of parts there are none of lanes. */
const OTHERS = 6;

type QueueMetric =
  | 'ApproximateNumberOfMessagesVisible'
  | 'ApproximateNumberOfMessagesNotVisible'
  | 'ApproximateNumberOfMessagesDelayed'
  | 'ApproximateAgeOfOldestMessage';

/** A line for each of the queues, by name. */
const ofQueues = (
  { queues }: Watched,
  metric: QueueMetric,
  isShown: (name: string) => boolean,
): readonly Metric[] =>
  Object.entries(queues)
    .filter(([name]) => isShown(name))
    .map(([label, { queueName }], i) =>
      ofAws(
        'SQS',
        metric,
        { QueueName: queueName },
        { statistic: 'Maximum', label, color: colorOfQueue(label, i), eachMinute: true },
      ),
    );

/** A lane has its colour here as well. The others have what lanes do not. */
const colorOfQueue = (name: string, index: number): string =>
  Object.hasOwn(COLOR_OF_LANE, name) ? COLOR_OF_LANE[name as Lane] : colorOfPart(OTHERS + index);

const isWork = (name: string): boolean => !LAST.includes(name);
const isLast = (name: string): boolean => LAST.includes(name);

export const queues = (watched: Watched): Section => ({
  title: 'Queues',
  answers:
    'Do we keep up? An age that rises means that a queue gets more than it can send on. A lane’s messages that are in work wait for endpoints; delayed ones wait for a retry, which is no backlog.',
  see: [
    'The events queue grows',
    'A lane grows',
    'The outcomes queue grows',
    'A dead-letter queue fills',
    'The quarantine alarm rings',
  ],
  rows: [
    graphs(
      {
        title: 'How old is the oldest message?',
        of: ofQueues(watched, 'ApproximateAgeOfOldestMessage', isWork),
        axis: 'seconds',
        lines: alarmLines(
          watched,
          'OldestEvents',
          'OldestCritical',
          'OldestStandard',
          'OldestOutcomes',
          'OldestSlow',
          'OldestBulk',
          'OldestReplays',
        ),
      },
      {
        title: 'How many messages wait?',
        of: ofQueues(watched, 'ApproximateNumberOfMessagesVisible', isWork),
        axis: 'messages',
      },
    ),
    graphs(
      {
        title: 'How many are in work?',
        of: ofQueues(watched, 'ApproximateNumberOfMessagesNotVisible', isWork),
        axis: 'messages',
      },
      {
        title: 'How many are delayed?',
        of: ofQueues(watched, 'ApproximateNumberOfMessagesDelayed', isWork),
        axis: 'messages',
      },
      {
        title: 'Dead letters and quarantine: messages',
        of: [
          ...ofQueues(watched, 'ApproximateNumberOfMessagesVisible', isLast),
          ...ofQueues(watched, 'ApproximateNumberOfMessagesNotVisible', isLast).map((metric, i) =>
            metric.with({ label: `${metric.label}, in work`, color: colorOfPart(2 + i) }),
          ),
        ],
        axis: 'messages',
      },
      {
        title: 'Dead letters and quarantine: age of the oldest',
        of: ofQueues(watched, 'ApproximateAgeOfOldestMessage', isLast),
        axis: 'seconds',
        lines: alarmLines(watched, 'DeadLettersLeft'),
      },
    ),
  ],
});

/** How many fail at most. They are found at home, for all AWS regions. */
export const targetsFailing = (watched: Watched, label: string): readonly Metric[] =>
  watched.home ? [counted(watched, 'TargetsFailing', { label, color: theirs(), statistic: 'Maximum' })] : [];

export const endpoints = (watched: Watched): Section => ({
  title: 'Endpoints in trouble, and what waits for them',
  answers:
    'Which troubles are theirs? A breaker opens when an endpoint keeps failing. Its deliveries wait in a table, at no cost to others, and leave when it is back.',
  see: [
    'A target is failing',
    'A breaker is open',
    'A target is disabled',
    'A hold queue does not drain',
    'A rate limit has a backlog',
    'Parked deliveries are late',
  ],
  rows: [
    graphs(
      {
        title: 'Breakers',
        of: [
          counted(watched, 'BreakerOpened', { label: 'opened', color: theirs() }),
          counted(watched, 'BreakerClosed', { label: 'closed', color: WELL }),
        ],
        axis: 'breakers in 5 minutes',
      },
      {
        title: 'Deliveries that begin to wait in a table, by lane',
        of: countedByLane(watched, 'Parked'),
        axis: 'deliveries in 5 minutes',
        stacked: true,
      },
      {
        title: 'Targets disabled, failing',
        of: [
          ...targetsFailing(watched, 'failing now'),
          counted(watched, 'TargetsDisabled', { label: 'disabled', color: aside() }),
        ],
        axis: 'targets',
      },
      ...released(watched),
    ),
    graphs(
      {
        title: 'Deliveries that change the lane, by the one they leave',
        of: countedByLane(watched, 'Moved'),
        axis: 'deliveries in 5 minutes',
        stacked: true,
      },
      {
        title: 'Requests repeated because a kept connection was closed, by lane',
        of: countedByLane(watched, 'Reconnected'),
        axis: 'requests in 5 minutes',
        stacked: true,
      },
      {
        title: 'Messages dropped because their delivery was sent again',
        of: [counted(watched, 'Superseded', { label: 'messages', color: aside() })],
        axis: 'messages in 5 minutes',
      },
      ...rules(watched),
    ),
  ],
});

const released = (watched: Watched) =>
  watched.home
    ? [
        {
          title: 'Parked deliveries sent on, drains sent again',
          of: [
            counted(watched, 'Released', { label: 'deliveries sent on', color: MUCH }),
            counted(watched, 'DrainsResent', { label: 'lost drains sent again', color: ours() }),
          ],
          axis: 'in 5 minutes',
        },
      ]
    : [];

const rules = (watched: Watched) =>
  watched.home
    ? [
        {
          title: 'Alert rules of tenants that begin to hold',
          of: [counted(watched, 'AlertsRaised', { label: 'rules', color: theirs() })],
          axis: 'rules in 5 minutes',
        },
      ]
    : [];
