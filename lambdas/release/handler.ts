import type { Context } from 'aws-lambda';
import { requireEnv } from '../adapters/env.ts';
import { emitMetrics, errorFields, warn } from '../adapters/log.ts';
import { type Parked, parkedIn, readCursor, unpark, writeCursor } from '../adapters/parking-lot.ts';
import { quarantine } from '../adapters/quarantine.ts';
import { type Outgoing, SendError, sendMessages } from '../adapters/sqs.ts';
import { queueDelaySeconds } from '../domain/decide.ts';
import { type DeliveryMessage, parseMessage } from '../domain/messages.ts';
import { minutesToRelease } from '../domain/parking.ts';

const stateTable = requireEnv('STATE_TABLE');
const retryLane = requireEnv('RETRY_LANE_URL');

/** Deliveries read, sent and removed in one step: what a crash between the last two would send twice. */
const PAGE = 200;
/** Time kept back for finishing a page; what is left waits for the next run, a minute later. */
const RESERVE_MS = 10_000;

/** Sends parked deliveries that fall due soon back to a lane, each with the exact delay that is left. */
export async function handler(_event: unknown, context: Context): Promise<void> {
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
  const good: { parked: Parked; message: Outgoing }[] = [];
  const bad: { parked: Parked; problem: string }[] = [];
  for (const parked of page) {
    const parsed = parseMessage(parked.message, ['delivery']);
    if (parsed.ok) good.push({ parked, message: toMessage(parked, parsed.message) });
    else if (!parsed.isNewer) bad.push({ parked, problem: parsed.problem });
  }
  const unsent = new Set(await positionsUnsent(good.map(({ message }) => message)));
  const isQuarantined = await quarantine(
    bad.map(({ parked, problem }) => ({
      from: stateTable,
      id: parked.key.sk,
      problem,
      body: parked.message,
    })),
  );
  const done = [...good.filter((_, position) => !unsent.has(position)), ...(isQuarantined ? bad : [])];
  await unpark(
    stateTable,
    done.map(({ parked }) => parked),
  );
  return done.length === page.length;
}

async function positionsUnsent(messages: readonly Outgoing[]): Promise<readonly number[]> {
  try {
    await sendMessages(retryLane, messages);
    return [];
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    warn('deliveries not released', errorFields(error));
    return error.unsent;
  }
}

const toMessage = ({ due }: Parked, body: DeliveryMessage): Outgoing => ({
  body,
  group: body.target,
  delaySeconds: queueDelaySeconds(due, Date.now()),
});
