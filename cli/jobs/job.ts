import type { Result } from '../../client/index.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Column, state } from '../output/value.ts';

/** What is said of a job of the API: one that sends deliveries again, or purges dead letters. Pure. */

export type Job = Result<'getReplay'>;

export const isOver = (job: Job): boolean => job.state !== 'running';

/** What a script learns of it. */
export const exitOf = (job: Job): ExitCode => (job.state === 'completed' ? EXIT.ok : EXIT.refused);

const number = (count: number): string => count.toLocaleString('en-US');

/** `3: 2 held, 1 under_way`, the most frequent first. */
const skippedText = ({ skipped, skippedFor }: Job): string =>
  skipped === 0
    ? '0'
    : `${number(skipped)}: ${Object.entries(skippedFor)
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => `${number(count)} ${reason}`)
        .join(', ')}`;

const aboutText = ({ eventId, subscriptionId, targetId }: Job): string | undefined =>
  [eventId, subscriptionId, targetId].filter((one) => one !== undefined).join(' · ') || undefined;

const done = ({ action, sent, purged }: Job): number => (action === 'send' ? sent : purged);

export const JOB_LIST: readonly Column[] = [
  { title: 'id', value: 'id' },
  state('state', 'state'),
  { title: 'action', value: 'action' },
  { title: 'deliveries', value: 'deliveries' },
  { title: 'of', value: aboutText },
  { title: 'looked at', value: 'looked' },
  { title: 'done', value: done },
  { title: 'skipped', value: 'skipped' },
  { title: 'created', value: 'createdAt' },
];

export const JOB_FIELDS: readonly Column[] = [
  { title: 'id', value: 'id' },
  state('state', 'state'),
  { title: 'problem', value: 'problem' },
  { title: 'action', value: 'action' },
  { title: 'deliveries', value: 'deliveries' },
  { title: 'of', value: aboutText },
  { title: 'reason', value: 'reason' },
  { title: 'status', value: 'status' },
  { title: 'event type', value: 'eventType' },
  { title: 'from', value: 'from' },
  { title: 'to', value: 'to' },
  { title: 'looked at', value: 'looked' },
  { title: 'sent', value: (job: Job) => (job.action === 'send' ? job.sent : undefined) },
  { title: 'purged', value: (job: Job) => (job.action === 'purge' ? job.purged : undefined) },
  { title: 'skipped', value: skippedText },
  { title: 'reached', value: 'reachedAt' },
  { title: 'created', value: 'createdAt' },
  { title: 'updated', value: 'updatedAt' },
];

/** How far it is, in a few words. */
export const counts = (job: Job): string =>
  [
    `${number(job.looked)} looked at`,
    `${number(done(job))} ${job.action === 'send' ? 'sent' : 'purged'}`,
    ...(job.skipped > 0 ? [`${number(job.skipped)} skipped`] : []),
  ].join(', ');

export const howToFollow = ({ id }: Pick<Job, 'id'>): string =>
  `\`posthorn replays watch ${id}\` follows it, \`posthorn replays cancel ${id}\` ends it.`;

/** What has become of it, in a sentence or two. */
export function ending(job: Job): string {
  const { state, action, problem, skipped } = job;
  const all = number(done(job));
  const was = action === 'send' ? 'sent again' : 'purged';
  switch (state) {
    case 'running':
      return `It goes on. ${howToFollow(job)}`;
    case 'failed':
      return `It has failed${problem === undefined ? '' : `: ${problem}`}. ${all} were ${was} before.`;
    case 'cancelled':
      return `It is cancelled. ${all} were ${was} before${action === 'send' && done(job) > 0 ? ', and these go on' : ''}.`;
    case 'completed':
      return skipped === 0 ? `Done: ${all} ${was}.` : `Done: ${all} ${was}, and skipped ${skippedText(job)}.`;
  }
}
