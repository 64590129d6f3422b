import { sendToLane } from '../delivery/lane-queues.ts';
import { addSubscriptions } from '../events/event-log-store.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { SendError } from '../platform/sqs.ts';
import { repeatedMessage, replayedMessage } from './replay.ts';
import { claim, type ResendOfLog, unclaim } from './replay-claim-store.ts';

/** Conditional writes under way at once: they can't be batched. */
const PARALLEL_WRITES = 16;

/** A delivery that is to be sent again. */
export interface ToResend extends ResendOfLog {
  /** Set when the same asker has noted it before, and perhaps not sent it. */
  readonly isNoted: boolean;
  /** Whether its event lists its subscription. */
  readonly isListed: boolean;
}

/**
 * Sends deliveries again, each once: it is noted in the log first, and whoever is not the first to note it does not
 * send it. They go into the bulk lane: nobody's first attempts wait behind them.
 * @param by who asks
 * @returns those that were sent
 * @throws when some could not be sent; they are as they were
 */
export async function resend<R extends ToResend>(
  logTable: string,
  all: readonly R[],
  by: string,
  now: number,
): Promise<Set<R>> {
  // Listed before anything is noted: what is noted is taken for listed when this has to be done again.
  await addSubscriptions(
    logTable,
    all.filter(({ isListed }) => !isListed),
  );
  const isOurs = await inParallel(
    all,
    PARALLEL_WRITES,
    async (one) => one.isNoted || (await claim(logTable, one, by, now)),
  );
  const ours = all.filter((_, i) => isOurs[i]);
  await send(logTable, ours, now);
  return new Set(ours);
}

async function send(logTable: string, resends: readonly ToResend[], now: number): Promise<void> {
  const messages = resends.map((one) =>
    one.isNoted ? repeatedMessage(one, now) : replayedMessage(one, now),
  );
  try {
    await sendToLane('bulk', messages);
  } catch (error) {
    const unsent = error instanceof SendError ? error.unsent.map((i) => resends[i]!) : resends;
    await inParallel(
      unsent.filter(({ isNoted }) => !isNoted),
      PARALLEL_WRITES,
      (one) => unclaim(logTable, one),
    );
    throw error;
  }
}
