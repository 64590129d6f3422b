import { type RegionalQueues, urlOf } from '../../delivery/queues/queue-names.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { remembered } from '../../platform/remembered.ts';
import type { QueueCounts, QueueReading } from '../../platform/sqs.ts';

/** How much waits in a queue, and for how long. */
export interface QueueState {
  /** What it is for: `events`, `slow`, `quarantine`. */
  readonly name: string;
  /** The AWS region. */
  readonly region: string;
  /** Undefined when the queue does not answer. */
  readonly counts: QueueCounts | undefined;
  /** Of the oldest message; undefined when nothing waits, or its age is not known. */
  readonly oldestSeconds: number | undefined;
}

export type QueueStates = () => Promise<readonly QueueState[]>;

export interface QueueStateDeps {
  readonly readQueue: (url: string) => Promise<QueueReading>;
  /** See `oldestAges`. */
  readonly oldestAges: (
    region: string,
    names: readonly string[],
    now: number,
  ) => Promise<ReadonlyMap<string, number>>;
  readonly now: () => number;
}

/** Each look costs a request for each queue. */
export const COUNTS_FRESH_MS = 10_000;
/** The metric has one figure a minute, and each costs 25 times as much as a count. */
const AGES_FRESH_MS = 60_000;

/**
 * The states of all queues, remembered for a while. A region that does not answer leaves out what only it knows.
 * @param regions the queues, but for those that are dead-letter queues of others
 * @param homeRegion of the queues that name none
 */
export function queueStatesBy(
  deps: QueueStateDeps,
  regions: readonly RegionalQueues[],
  homeRegion: string,
): QueueStates {
  const queues = regions.flatMap(({ region = homeRegion, queues: ofRegion }) =>
    Object.entries(ofRegion).map(([name, url]): Queue => ({ name, region, url })),
  );
  const read = remembered(() => readAll(deps, queues), COUNTS_FRESH_MS, deps.now);
  const agesOf = rememberedAges(deps);
  return async () => {
    const all = await read();
    const used = all.filter(({ counts }) => counts && counts.waiting + counts.inFlight > 0);
    const ages = await agesOf(used.map(({ queue }) => queue));
    return all.map(({ queue: { name, region, url }, counts }) => ({
      name,
      region,
      counts,
      oldestSeconds: ages.get(url),
    }));
  };
}

interface Queue {
  readonly name: string;
  readonly region: string;
  readonly url: string;
}

interface CountedQueue {
  readonly queue: Queue;
  readonly counts: QueueCounts | undefined;
  /** Where messages go that are received too often. */
  readonly next: Queue | undefined;
}

/** Reads queues, then their dead-letter queues that are not among them, and those of these. */
async function readAll(deps: QueueStateDeps, queues: readonly Queue[]): Promise<CountedQueue[]> {
  const counted = new Map<string, CountedQueue>();
  let unread = queues;
  while (unread.length > 0) {
    for (const one of await Promise.all(unread.map((queue) => readOne(deps, queue))))
      counted.set(one.queue.url, one);
    const found = [...counted.values()].flatMap(({ next }) => next ?? []);
    unread = [...new Map(found.map((queue) => [queue.url, queue])).values()].filter(
      ({ url }) => !counted.has(url),
    );
  }
  return [...counted.values()];
}

async function readOne({ readQueue }: QueueStateDeps, queue: Queue): Promise<CountedQueue> {
  const { name, region, url } = queue;
  try {
    const { counts, deadLetterQueue } = await readQueue(url);
    const next = deadLetterQueue && { name: nextName(name), region, url: urlOf(deadLetterQueue, url) };
    return { queue, counts, next: next || undefined };
  } catch (error) {
    warn('queue not read', { queue: name, region, ...errorFields(error) });
    return { queue, counts: undefined, next: undefined };
  }
}

/** What a queue's dead-letter queue is for. */
const nextName = (name: string): string => (name === 'deadLetters' ? 'quarantine' : 'deadLetters');

/** Asks for the ages of these queues, of each at most once a minute. The answer is by URL. */
function rememberedAges({ oldestAges, now }: QueueStateDeps) {
  const known = new Map<string, { readonly seconds: number | undefined; readonly until: number }>();

  async function read(region: string, queues: readonly Queue[], at: number): Promise<void> {
    try {
      const ages = await oldestAges(region, queues.map(physicalName), at);
      for (const queue of queues)
        known.set(queue.url, { seconds: ages.get(physicalName(queue)), until: at + AGES_FRESH_MS });
    } catch (error) {
      warn('ages of messages not read', { region, ...errorFields(error) });
    }
  }

  return async (queues: readonly Queue[]): Promise<ReadonlyMap<string, number>> => {
    const at = now();
    const freshOf = ({ url }: Queue) => {
      const age = known.get(url);
      return age && age.until >= at ? age : undefined;
    };
    const stale = Map.groupBy(
      queues.filter((queue) => !freshOf(queue)),
      ({ region }) => region,
    );
    await Promise.all([...stale].map(([region, ofRegion]) => read(region, ofRegion, at)));
    return new Map(
      queues.flatMap((queue) => {
        const seconds = freshOf(queue)?.seconds;
        return seconds === undefined ? [] : [[queue.url, seconds] as const];
      }),
    );
  };
}

const physicalName = ({ url }: Queue): string => url.slice(url.lastIndexOf('/') + 1);
