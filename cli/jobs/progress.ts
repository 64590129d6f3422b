import { counts, type Job } from './job.ts';

/** How far a job is. Pure. */

/** What a job is measured against. */
export interface Measure {
  /** How many deliveries it is about, where that is known. */
  readonly total?: number | undefined;
  /** The time of the oldest event, in milliseconds since the epoch: jobs go from the oldest to the newest. */
  readonly begin?: number | undefined;
}

/**
 * The measure after a look at the job. Where it is seen from its beginning, its first page says where the oldest event is: the
 * span that was asked for often begins long before.
 */
export function measureAfter(measure: Measure, before: Job | undefined, { reachedAt, from }: Job): Measure {
  if (measure.begin !== undefined || reachedAt === undefined) return measure;
  const isSeenFromItsBeginning = before !== undefined;
  const begin = isSeenFromItsBeginning || from === undefined ? reachedAt : from;
  return { ...measure, begin: Date.parse(begin) };
}

/** From 0 to 1; undefined where nothing tells. A job that runs is never quite done. */
export function shareDone(job: Job, { total, begin }: Measure): number | undefined {
  if (job.state === 'completed') return 1;
  const share = total === undefined ? shareOfTime(job, begin) : job.looked / Math.max(1, total);
  return share === undefined ? undefined : Math.min(Math.max(0, share), 0.99);
}

function shareOfTime({ reachedAt, to, createdAt }: Job, begin: number | undefined): number | undefined {
  const end = Date.parse(to ?? createdAt);
  if (begin === undefined || reachedAt === undefined || end <= begin) return undefined;
  return (Date.parse(reachedAt) - begin) / (end - begin);
}

const LONGEST = 30;
const SHORTEST = 5;

/** One line for a terminal that has so many columns. */
export function progressLine(job: Job, measure: Measure, columns: number): string {
  const share = shareDone(job, measure);
  const text = counts(job);
  const percent = share === undefined ? '' : `${String(Math.floor(share * 100)).padStart(3)} %`;
  const room = Math.min(LONGEST, columns - text.length - percent.length - 6);
  if (room < SHORTEST)
    return [percent.trim(), text]
      .filter(Boolean)
      .join('  ')
      .slice(0, Math.max(0, columns - 1));
  const full = Math.floor((share ?? 0) * room);
  const bar = `${'█'.repeat(full)}${'░'.repeat(room - full)}`;
  return [bar, percent, text].filter(Boolean).join('  ');
}
