import type { LiveChange, LiveCounts, LiveOutcome, LiveReplay, LiveTarget } from '../delivery/live-schema.ts';
import type { LiveMessage } from '../delivery/messages.ts';
import { FRAME_BYTES } from './limits.ts';

/** What a frame tells, for all who watch a tenant: each is shown the part that it may see. */
export interface News {
  readonly outcomes: readonly LiveOutcome[];
  /** Of all outcomes, also those that are not listed, by target. */
  readonly counts: readonly ({ readonly targetId: string } & LiveCounts)[];
  /** Of targets beyond those. */
  readonly otherCounts: LiveCounts;
  readonly targets: readonly LiveTarget[];
  readonly replays: readonly LiveReplay[];
  readonly changes: readonly LiveChange[];
}

/** A frame as a connection gets it, and as the route for catching up answers it. */
export interface Frame {
  readonly type: 'frame';
  /** A ULID; those of later frames are higher. */
  readonly id: string;
  readonly at: string;
  readonly outcomes?: LiveOutcome[];
  readonly counts?: LiveCounts & { readonly leftOut: number };
  readonly targets?: LiveTarget[];
  readonly replays?: LiveReplay[];
  readonly changed?: string[];
}

/** Who sees a frame. */
export interface Viewer {
  /** The targets that its credential is limited to. */
  readonly targets?: readonly string[] | undefined;
  /** Whether its credential is a key: others handle no credentials, and don't hear of them. */
  readonly hasKey: boolean;
}

/** Targets whose counts a frame tells apart: enough for a second of any tenant, and its item stays small. */
const MAX_COUNTED = 1000;
/** Of the other lists, for each: more is no news that anyone reads, and pages fetch the lists anyway. */
const MAX_LISTED = 30;
const MAX_CHANGES = 50;

const NONE: LiveCounts = { delivered: 0, failed: 0, dead: 0, waiting: 0 };
const KINDS = ['delivered', 'failed', 'dead', 'waiting'] as const;

/** Puts messages of one tenant together, and leaves out outcomes until the frame has its size. */
export function merged(messages: readonly LiveMessage[], maxBytes = FRAME_BYTES): News {
  const counts = addedUp(messages.flatMap((message) => message.counts ?? []));
  const targets = latestOf(
    messages.flatMap((message) => message.targets ?? []),
    (one) => one.targetId,
  );
  const replays = latestOf(
    messages.flatMap((message) => message.replays ?? []),
    (one) => one.id,
  );
  const changes = distinct(messages.flatMap((message) => message.changes ?? [])).slice(0, MAX_CHANGES);
  const rest = { ...counts, targets, replays, changes };
  const room = maxBytes - bytesOf([targets, replays, changes.map(({ kind }) => kind)]);
  return {
    outcomes: fitting(
      messages.flatMap((message) => message.outcomes ?? []),
      room,
    ),
    ...rest,
  };
}

/** In the order of time; where not all have room, failures before successes, the newest of each before the others. */
function fitting(outcomes: readonly LiveOutcome[], room: number): LiveOutcome[] {
  const chosen = new Set<LiveOutcome>();
  let left = room;
  for (const one of [...outcomes].sort((a, b) => rankOf(a) - rankOf(b) || compare(b.at, a.at))) {
    left -= bytesOf(one) + 1;
    if (left < 0) break;
    chosen.add(one);
  }
  return outcomes.filter((one) => chosen.has(one)).sort((a, b) => compare(a.at, b.at));
}

const rankOf = ({ status }: LiveOutcome): number => Number(status === 'delivered');

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function addedUp(all: News['counts']): Pick<News, 'counts' | 'otherCounts'> {
  const byTarget = Map.groupBy(all, ({ targetId }) => targetId);
  const sums = [...byTarget].map(([targetId, counts]) => ({ targetId, ...sumOf(counts) }));
  const sorted = sums.sort((a, b) => totalOf(b) - totalOf(a));
  return { counts: sorted.slice(0, MAX_COUNTED), otherCounts: sumOf(sorted.slice(MAX_COUNTED)) };
}

const sumOf = (counts: readonly LiveCounts[]): LiveCounts =>
  counts.reduce<LiveCounts>(
    (sum, one) => ({
      delivered: sum.delivered + one.delivered,
      failed: sum.failed + one.failed,
      dead: sum.dead + one.dead,
      waiting: sum.waiting + one.waiting,
    }),
    NONE,
  );

const totalOf = (counts: LiveCounts): number => KINDS.reduce((sum, kind) => sum + counts[kind], 0);

/** The newest of each name; the newest of all, if there are too many. */
function latestOf<T extends { readonly at: string }>(all: readonly T[], nameOf: (one: T) => string): T[] {
  const sorted = [...all].sort((a, b) => compare(a.at, b.at));
  return [...new Map(sorted.map((one) => [nameOf(one), one])).values()].slice(-MAX_LISTED);
}

const distinct = (changes: readonly LiveChange[]): LiveChange[] => [
  ...new Map(changes.map((one) => [JSON.stringify([one.kind, one.targets]), one])).values(),
];

/** What of a frame a viewer sees; undefined where that is nothing. @param frame its id and time */
export function frameFor(viewer: Viewer, news: News, frame: Pick<Frame, 'id' | 'at'>): Frame | undefined {
  const outcomes = news.outcomes.filter(({ targetId }) => sees(viewer, targetId));
  const targets = news.targets.filter(({ targetId }) => sees(viewer, targetId));
  // A job may be about any target.
  const replays = viewer.targets ? [] : news.replays;
  const changed = [...new Set(news.changes.filter((one) => concerns(viewer, one)).map(({ kind }) => kind))];
  const counts = countsFor(viewer, news, outcomes);
  const total = totalOf(counts);
  if (total + targets.length + replays.length + changed.length === 0) return undefined;
  return {
    type: 'frame',
    ...frame,
    ...(outcomes.length > 0 && { outcomes }),
    ...(total > 0 && { counts: { ...counts, leftOut: total - outcomes.length } }),
    ...(targets.length > 0 && { targets }),
    ...(replays.length > 0 && { replays: [...replays] }),
    ...(changed.length > 0 && { changed }),
  };
}

const sees = ({ targets }: Viewer, target: string): boolean => !targets || targets.includes(target);

/** Kinds that are of no target, which a credential that is limited to targets may read. */
const OF_ALL: readonly string[] = ['event-types'];
/**
 * Kinds that portal tokens may hear of. Not credentials, nor who of the tenant signs in: a kind that is added is not told
 * them until it stands here.
 */
const OF_PORTALS: readonly string[] = [
  ...OF_ALL,
  ...['targets', 'subscriptions', 'filters', 'deliveries', 'replays', 'brandings', 'alert-rules'],
];

function concerns(viewer: Viewer, { kind, targets }: LiveChange): boolean {
  if (!viewer.hasKey && !OF_PORTALS.includes(kind)) return false;
  if (!viewer.targets || OF_ALL.includes(kind)) return true;
  return (targets ?? []).some((target) => sees(viewer, target));
}

function countsFor(viewer: Viewer, news: News, outcomes: readonly LiveOutcome[]): LiveCounts {
  if (!viewer.targets) return sumOf([...news.counts, news.otherCounts]);
  const own = news.counts.filter(({ targetId }) => sees(viewer, targetId));
  const counted = new Set(own.map(({ targetId }) => targetId));
  // Of a target that is not told apart, what is listed is known.
  const listed = outcomes.filter(({ targetId }) => !counted.has(targetId));
  return sumOf([...own, ...listed.map(countOf)]);
}

/** What an outcome counts as, as far as it says itself. */
function countOf({ status, statusCode, error }: LiveOutcome): LiveCounts {
  if (status === 'delivered' || status === 'dead') return { ...NONE, [status]: 1 };
  return statusCode === undefined && error === undefined ? { ...NONE, waiting: 1 } : { ...NONE, failed: 1 };
}
