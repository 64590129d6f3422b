import type { Query } from '../../api/types.ts';
import { deathLabel } from '../../parts/delivery/words.ts';
import { skippedText } from '../../parts/job-words.ts';
import { countOf } from '../../parts/numbers.ts';
import { clockText } from '../../parts/times.ts';

/** Dead letters of a filter, and how many they are. */

export type DeadQuery = Query<'/v1/dead-letters'>;

export type Action = 'redrive' | 'purge';

export const WHAT_HAPPENS: Readonly<Record<Action, string>> = {
  redrive: 'Each goes to its subscription’s present endpoint, with a retry schedule of its own.',
  purge:
    'They leave this list, and no job sends them again. Each can still be opened and sent by its id, as long as the log has it.',
};

export interface Count {
  readonly count: number;
  /** There are more. */
  readonly isCut: boolean;
}

/** Counting goes no further: it reads each of them. */
export const MOST_PAGES = 10;

/** @param pages of an export as NDJSON: a line for each dead letter */
export async function countLines(pages: AsyncIterable<string>): Promise<Count> {
  let count = 0;
  let read = 0;
  for await (const page of pages) {
    if (read++ === MOST_PAGES) return { count, isCut: true };
    count += page.split('\n').filter((line) => line !== '').length;
  }
  return { count, isCut: false };
}

/** `1 234 dead letters`, `more than 10 000 dead letters`. */
export const countWords = ({ count, isCut }: Count): string =>
  `${isCut ? 'more than ' : ''}${countOf(count, 'dead letter')}`;

interface Names {
  endpoint(id: string): string;
  subscription(id: string): string;
}

/** Which ones a filter names, condition by condition; nothing when it names all. */
export function conditionsOf(
  { reason, targetId, subscriptionId, from, to }: DeadQuery,
  names: Names,
): string[] {
  return [
    ...(reason ? [`Reason: ${deathLabel(reason)}`] : []),
    ...(targetId ? [`Endpoint: ${names.endpoint(targetId)}`] : []),
    ...(subscriptionId ? [`Subscription: ${names.subscription(subscriptionId)}`] : []),
    ...(from ? [`Accepted from ${clockText(from)}`] : []),
    ...(to ? [`Accepted before ${clockText(to)}`] : []),
  ];
}

interface Result {
  readonly done: boolean;
  readonly reason?: string;
}

/** What was done with some of them: `12 sent again. 2 were not: the endpoint is disabled: enable it first (2).` */
export function resultText(items: readonly Result[], verb: string): string {
  const skipped = items.filter(({ done }) => !done);
  const done = `${countOf(items.length - skipped.length, 'dead letter')} ${verb}.`;
  if (skipped.length === 0) return done;
  const reasons = Map.groupBy(skipped, ({ reason = '' }) => skippedText(reason));
  const texts = [...reasons].map(([text, { length }]) => `${text} (${length})`);
  return `${done} ${skipped.length === 1 ? '1 was' : `${skipped.length} were`} not: ${texts.join('; ')}.`;
}
