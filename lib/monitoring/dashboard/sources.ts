import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../lambdas/platform/metric-names.ts';
import { SOURCE_KINDS } from '../../../lambdas/sources/source.ts';
import { sourceId } from '../../settings/sources/common.ts';
import type { SourceSetting } from '../alarm-table.ts';
import type { Watched, WatchedAtHome } from '../watched.ts';
import { alarmLines } from './alarm-lines.ts';
import { colorOfPart } from './colors.ts';
import { type Graph, graphs, type Section } from './section.ts';
import { counted, ofAws } from './series.ts';

/** What comes from elsewhere than the API, where there is such a source. */
export function sources(watched: Watched): Section | undefined {
  const configured = watched.settings.sources;
  if (!watched.home || !configured) return undefined;
  return {
    title: 'Sources',
    answers:
      'Do records of queues, buses, logs and topics become events? What can’t be an event is in quarantine, with where it came from.',
    see: [
      'Records of a source are in quarantine',
      'Records of a source wait',
      'Records of a source are given up',
      'A topic falls behind',
    ],
    rows: [
      graphs(...recordsIn(watched)),
      graphs(
        {
          title: 'How old is the oldest message of a source?',
          of: ofQueues(watched.home, 'ApproximateAgeOfOldestMessage', (name) => name !== LAST),
          axis: 'seconds',
          lines: alarmLines(watched, 'SourceWaits'),
        },
        {
          title: 'Records that sources gave up',
          of: ofQueues(watched.home, 'ApproximateNumberOfMessagesVisible', (name) => name === LAST),
          axis: 'messages',
          lines: alarmLines(watched, 'SourceDeadLettersLeft'),
        },
        ...linesOfLogs(watched),
        ...behind(watched),
      ),
    ],
  };
}

/** The queue that a person empties. */
const LAST = 'SourceDeadLetters';

function recordsIn(watched: Watched): readonly Graph[] {
  const names = Object.keys(watched.settings.sources ?? {}).map((kind) => kind.toLowerCase());
  const kinds = SOURCE_KINDS.filter((kind) => names.includes(kind));
  const byKind = (name: MetricName) =>
    kinds.map((Source, i) => counted(watched, name, { label: Source, color: colorOfPart(i) }, { Source }));
  const drawn = { axis: 'records in 5 minutes', stacked: true };
  return [
    { title: 'Records published, by source', of: byKind('SourceEvents'), ...drawn },
    { title: 'Records in quarantine, by source', of: byKind('SourceQuarantined'), ...drawn },
  ];
}

const ofQueues = (
  { sourceQueues }: WatchedAtHome,
  metric: 'ApproximateAgeOfOldestMessage' | 'ApproximateNumberOfMessagesVisible',
  isShown: (name: string) => boolean,
): readonly Metric[] =>
  Object.entries(sourceQueues)
    .filter(([name]) => isShown(name))
    .map(([label, { queueName }], i) =>
      ofAws(
        'SQS',
        metric,
        { QueueName: queueName },
        { statistic: 'Maximum', label, color: colorOfPart(i), eachMinute: true },
      ),
    );

/** Lambda counts these by the function, which each source has to itself. */
const ofSources = (
  { settings, functions }: Watched,
  kind: SourceSetting,
  metric: 'AsyncEventsDropped' | 'OffsetLag',
  statistic: 'Sum' | 'Maximum',
): readonly Metric[] =>
  (settings.sources?.[kind] ?? []).flatMap(({ name }, i) => {
    const watched = functions.get(sourceId(kind, name));
    const by = watched && { FunctionName: watched.functionName };
    return by ? [ofAws('Lambda', metric, by, { statistic, label: name, color: colorOfPart(i) })] : [];
  });

function linesOfLogs(watched: Watched): readonly Graph[] {
  const of = ofSources(watched, 'logs', 'AsyncEventsDropped', 'Sum');
  return of.length > 0
    ? [{ title: 'Batches of lines that failed three times', of, axis: 'batches in 5 minutes' }]
    : [];
}

function behind(watched: Watched): readonly Graph[] {
  const of = ofSources(watched, 'kafka', 'OffsetLag', 'Maximum');
  const lines = alarmLines(watched, 'TopicBehind');
  return of.length > 0 ? [{ title: 'How far are topics behind?', of, axis: 'records', lines }] : [];
}
