import type { LaneQueues } from '../delivery/queues/lane-queues.ts';
import type { Event } from '../events/event.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { SendError } from '../platform/sqs.ts';
import { repeatedMessage, replayedMessage } from './replay.ts';
import type { ResendOfLog } from './replay-claim-store.ts';

/** Conditional writes under way at once: they can't be batched. */
const PARALLEL_WRITES = 16;

/** A delivery to send again. */
export interface ToResend extends ResendOfLog {
  /** Set when the same replay claimed it before, and perhaps did not send it. */
  readonly isClaimed: boolean;
  /** Whether its event lists its subscription. */
  readonly isListed: boolean;
}

export interface ResendDeps {
  readonly log: {
    /** Lists subscriptions with events that they did not get from fanout. */
    addSubscriptions(
      added: readonly { readonly tenant: string; readonly event: Event; readonly subscription: string }[],
    ): Promise<void>;
    /** @returns false when another replay claimed the delivery first, or an outcome came */
    claim(resend: ResendOfLog, by: string, now: number): Promise<boolean>;
    unclaim(resend: ResendOfLog): Promise<void>;
  };
  readonly lanes: Pick<LaneQueues, 'sendToLane'>;
}

/**
 * Sends deliveries again, each once: a replay claims a delivery in the log first, and sends only what it claimed. Replays
 * use the bulk lane, so no first attempt waits behind them.
 * @param by the replay's id
 * @param isAsked whether the owner waits for the next attempt: it is made at once, also while the breaker is open
 * @returns the deliveries that were sent
 * @throws SendError when some could not be sent; their claims are taken back
 */
export async function resend<R extends ToResend>(
  deps: ResendDeps,
  all: readonly R[],
  by: string,
  now: number,
  isAsked = false,
): Promise<Set<R>> {
  // Listed before claimed: a second try of this takes a claimed delivery for listed.
  await deps.log.addSubscriptions(all.filter(({ isListed }) => !isListed));
  const isOurs = await inParallel(
    all,
    PARALLEL_WRITES,
    async (one) => one.isClaimed || (await deps.log.claim(one, by, now)),
  );
  const ours = all.filter((_, i) => isOurs[i]);
  await send(deps, ours, now, isAsked);
  return new Set(ours);
}

async function send(
  { log, lanes }: ResendDeps,
  resends: readonly ToResend[],
  now: number,
  isAsked: boolean,
): Promise<void> {
  const messages = resends.map((one) => ({
    ...(one.isClaimed ? repeatedMessage(one, now) : replayedMessage(one, now)),
    ...(isAsked && { asked: true as const }),
  }));
  try {
    await lanes.sendToLane(isAsked ? 'slow' : 'bulk', messages);
  } catch (error) {
    const unsent = error instanceof SendError ? error.unsent.map((i) => resends[i]!) : resends;
    await inParallel(
      unsent.filter(({ isClaimed }) => !isClaimed),
      PARALLEL_WRITES,
      (one) => log.unclaim(one),
    );
    throw error;
  }
}
