import { queueDelaySeconds } from '../delivery/decide.ts';
import { type DeliveryMessage, parseMessage } from '../delivery/messages.ts';
import type { LaneQueues } from '../delivery/queues/lane-queues.ts';
import type { QuarantineItems } from '../delivery/queues/quarantine.ts';
import type { Bound } from '../platform/bind.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { aboutAll } from '../platform/log-fields.ts';
import { type Addressed, SendError } from '../platform/sqs.ts';
import { secondsToSlot } from '../rate-limit/rate-limit.ts';
import { endOfMinute, minutesToRelease } from './parking.ts';
import type { Parked, parkedIn, readCursor, unpark, writeCursor } from './parking-store.ts';

export interface ReleaseDeps
  extends Bound<{
    readCursor: typeof readCursor;
    writeCursor: typeof writeCursor;
    parkedIn: typeof parkedIn;
    unpark: typeof unpark;
  }> {
  readonly now: () => number;
  readonly toLane: LaneQueues['toLane'];
  /** @throws SendError */
  readonly sendAddressed: (messages: readonly Addressed[]) => Promise<void>;
  readonly quarantineItems: QuarantineItems;
}

/** Deliveries read, sent and removed in one step: what a crash between the last two would send twice. */
const PAGE = 200;

/**
 * Sends parked deliveries that fall due soon to a lane, each with the exact delay that is left, and moves the cursor over
 * the minutes that it has emptied.
 * @param isOutOfTime whether the next page has to wait for the next run
 */
export async function releaseDue(deps: ReleaseDeps, isOutOfTime: () => boolean): Promise<void> {
  const minutes = minutesToRelease(await deps.readCursor(), deps.now());
  let released = 0;
  let isComplete = true;
  let emptied: number | undefined;
  for (const minute of minutes) {
    for await (const page of deps.parkedIn(minute, PAGE)) {
      isComplete = (await releasePage(deps, page)) && isComplete;
      released += page.length;
      if (!isOutOfTime()) continue;
      warn('release is behind', { minute, released });
      return measure(deps, released, emptied ?? minutes[0]! - 1);
    }
    if (!isComplete) continue;
    await deps.writeCursor(minute);
    emptied = minute;
  }
  measure(deps, released, emptied ?? minutes[0]! - 1);
}

/** @param emptied the last minute of which nothing is left */
const measure = ({ now }: ReleaseDeps, released: number, emptied: number): void =>
  emitMetrics({ Released: released, ReleaseLag: [Math.max(0, now() - endOfMinute(emptied))] });

/** A parked delivery and what its message says. */
interface Readable {
  readonly parked: Parked;
  readonly delivery: DeliveryMessage;
}

interface Unreadable {
  readonly parked: Parked;
  readonly problem: string;
}

/**
 * Sends the deliveries that can be read and sent, and removes them. What can't be read goes to quarantine. What could not
 * be sent, or waits for a newer release of this function, stays, and the cursor with it, for the next run.
 * @returns whether nothing stays
 */
async function releasePage(deps: ReleaseDeps, page: readonly Parked[]): Promise<boolean> {
  const { readable, unreadable } = parseAll(page);
  const unsent = new Set(await unsentOf(deps, readable));
  const isQuarantined = await deps.quarantineItems(
    unreadable.map(({ parked, problem }) => ({ id: parked.key.sk, problem, body: parked.message })),
  );
  const done = [
    ...readable.filter(({ parked }) => !unsent.has(parked)),
    ...(isQuarantined ? unreadable : []),
  ];
  await deps.unpark(done.map(({ parked }) => parked));
  return done.length === page.length;
}

/** A delivery of a newer version is neither. */
function parseAll(page: readonly Parked[]): { readable: Readable[]; unreadable: Unreadable[] } {
  const readable: Readable[] = [];
  const unreadable: Unreadable[] = [];
  for (const parked of page) {
    const parsed = parseMessage(parked.message, ['delivery']);
    if (parsed.ok) readable.push({ parked, delivery: parsed.message });
    else if (!parsed.isNewer) unreadable.push({ parked, problem: parsed.problem });
  }
  return { readable, unreadable };
}

/** Sends deliveries, each to the region that its event names. @returns those that could not be sent */
async function unsentOf(deps: ReleaseDeps, readable: readonly Readable[]): Promise<Parked[]> {
  try {
    const now = deps.now();
    await deps.sendAddressed(readable.map((one) => toMessage(deps, one, now)));
    return [];
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    const unsent = error.unsent.map((position) => readable[position]!);
    const deliveries = unsent.map(({ delivery }) => delivery);
    warn('deliveries not released', { ...aboutAll(deliveries), ...errorFields(error) });
    return unsent.map(({ parked }) => parked);
  }
}

function toMessage({ toLane }: ReleaseDeps, { parked, delivery }: Readable, now: number): Addressed {
  const { due } = parked;
  const delay = delivery.slot === undefined ? queueDelaySeconds(due, now) : secondsToSlot(due, now);
  return toLane('slow', delivery, delay);
}
