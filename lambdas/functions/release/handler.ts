import type { Context } from 'aws-lambda';
import { queueDelaySeconds } from '../../delivery/decide.ts';
import { laneUrl, toLane } from '../../delivery/lane-queues.ts';
import { type DeliveryMessage, type DrainMessage, parseMessage } from '../../delivery/messages.ts';
import { quarantine } from '../../delivery/quarantine.ts';
import { firstCall } from '../../hold-queue/hold-queue.ts';
import { overdueDrains } from '../../hold-queue/hold-queue-store.ts';
import { minutesToRelease } from '../../hold-queue/parking.ts';
import { type Parked, parkedIn, readCursor, unpark, writeCursor } from '../../hold-queue/parking-store.ts';
import { secondsToSlot } from '../../hold-queue/rate-limit.ts';
import { requireEnv } from '../../platform/env.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { type Addressed, SendError, sendAddressed, sendMessages } from '../../platform/sqs.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Deliveries read, sent and removed in one step: what a crash between the last two would send twice. */
const PAGE = 200;
/** Time kept back for finishing a page; what is left waits for the next run, a minute later. */
const RESERVE_MS = 10_000;

/** A parked delivery and what its message says. */
interface Readable {
  readonly parked: Parked;
  readonly delivery: DeliveryMessage;
}

/**
 * Sends parked deliveries that fall due soon back to a lane, each with the exact delay that is left; and calls to those
 * waiting rooms that somebody should have looked into long ago. Neither fails with the other.
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const ended = await Promise.allSettled([resendLostDrains(), releaseDue(context)]);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** A call that is this late is lost, or whoever got it is dead. */
const LOST_AFTER_MS = 60_000;

async function resendLostDrains(): Promise<void> {
  const drains: DrainMessage[] = [];
  for await (const { ref, at } of overdueDrains(stateTable, Date.now() - LOST_AFTER_MS)) {
    drains.push(firstCall(ref, at));
  }
  await sendMessages(
    laneUrl('slow', undefined),
    drains.map((body) => ({ body, group: body.target })),
  );
  emitMetrics({ DrainsResent: drains.length });
}

async function releaseDue(context: Context): Promise<void> {
  const minutes = minutesToRelease(await readCursor(stateTable), Date.now());
  let released = 0;
  let isComplete = true;
  for (const minute of minutes) {
    for await (const page of parkedIn(stateTable, minute, PAGE)) {
      isComplete = (await release(page)) && isComplete;
      released += page.length;
      if (context.getRemainingTimeInMillis() > RESERVE_MS) continue;
      warn('release is behind', { minute, released });
      return emitMetrics({ Released: released });
    }
    if (isComplete) await writeCursor(stateTable, minute);
  }
  emitMetrics({ Released: released });
}

/**
 * Sends what can be read and sent, and removes it. What can't be read goes to quarantine. What could not be sent, or
 * waits for a newer release of this function, stays, and the cursor with it, for the next run.
 * @returns whether nothing stays
 */
async function release(page: readonly Parked[]): Promise<boolean> {
  const good: Readable[] = [];
  const bad: { parked: Parked; problem: string }[] = [];
  for (const parked of page) {
    const parsed = parseMessage(parked.message, ['delivery']);
    if (parsed.ok) good.push({ parked, delivery: parsed.message });
    else if (!parsed.isNewer) bad.push({ parked, problem: parsed.problem });
  }
  const unsent = new Set(await unsentOf(good));
  const isQuarantined = await quarantine(
    bad.map(({ parked, problem }) => ({
      from: stateTable,
      id: parked.key.sk,
      problem,
      body: parked.message,
    })),
  );
  const done = [...good.filter(({ parked }) => !unsent.has(parked)), ...(isQuarantined ? bad : [])];
  await unpark(
    stateTable,
    done.map(({ parked }) => parked),
  );
  return done.length === page.length;
}

/** Those that could not be sent. Each goes back to the region that its event names. */
async function unsentOf(parked: readonly Readable[]): Promise<Parked[]> {
  try {
    await sendAddressed(parked.map(toMessage));
    return [];
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    warn('deliveries not released', errorFields(error));
    return error.unsent.map((position) => parked[position]!.parked);
  }
}

function toMessage({ parked: { due }, delivery }: Readable): Addressed {
  const now = Date.now();
  const delay = delivery.slot === undefined ? queueDelaySeconds(due, now) : secondsToSlot(due, now);
  return toLane('slow', delivery, delay);
}
