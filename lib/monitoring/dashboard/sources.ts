import type { MetricName } from '../../../lambdas/platform/metric-names.ts';
import { SOURCE_KINDS } from '../../../lambdas/sources/source.ts';
import type { Watched } from '../watched.ts';
import { colorOfPart } from './colors.ts';
import { graphs, type Section } from './section.ts';
import { counted, ofAws } from './series.ts';

/** What comes from elsewhere than the API, where there is such a source. */
export function sources(watched: Watched): Section | undefined {
  const configured = watched.settings.sources;
  if (!watched.home || !configured) return undefined;
  const names = Object.keys(configured).map((kind) => kind.toLowerCase());
  const kinds = SOURCE_KINDS.filter((kind) => names.includes(kind));
  const byKind = (name: MetricName) =>
    kinds.map((Source, i) => counted(watched, name, { label: Source, color: colorOfPart(i) }, { Source }));
  return {
    title: 'Sources',
    answers:
      'Do records of queues, buses, logs and topics become events? What can’t be an event is in quarantine, with where it came from.',
    see: ['Records of a source are in quarantine', 'Records of a source wait'],
    rows: [
      graphs(
        {
          title: 'Records published, by source',
          of: byKind('SourceEvents'),
          axis: 'records in 5 minutes',
          stacked: true,
        },
        {
          title: 'Records in quarantine, by source',
          of: byKind('SourceQuarantined'),
          axis: 'records in 5 minutes',
          stacked: true,
        },
        {
          title: 'How old is the oldest message of a source?',
          of: Object.entries(watched.home.sourceQueues).map(([label, { queueName }], i) =>
            ofAws(
              'SQS',
              'ApproximateAgeOfOldestMessage',
              { QueueName: queueName },
              { statistic: 'Maximum', label, color: colorOfPart(i), eachMinute: true },
            ),
          ),
          axis: 'seconds',
        },
      ),
    ],
  };
}
