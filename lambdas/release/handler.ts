import type { Context } from 'aws-lambda';
import { requireEnv } from '../adapters/env.ts';
import { emitMetrics, warn } from '../adapters/log.ts';
import { type Parked, parkedIn, readCursor, unpark, writeCursor } from '../adapters/parking-lot.ts';
import { type Outgoing, sendMessages } from '../adapters/sqs.ts';
import { queueDelaySeconds } from '../domain/decide.ts';
import type { DeliveryMessage } from '../domain/messages.ts';
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
  for (const minute of minutes) {
    for await (const page of parkedIn(stateTable, minute, PAGE)) {
      await release(page);
      released += page.length;
      if (context.getRemainingTimeInMillis() > RESERVE_MS) continue;
      warn('release is behind', { minute, released });
      return emitMetrics({ Released: released });
    }
    await writeCursor(stateTable, minute);
  }
  emitMetrics({ Released: released });
}

async function release(page: readonly Parked[]): Promise<void> {
  await sendMessages(retryLane, page.map(toMessage));
  await unpark(stateTable, page);
}

function toMessage({ due, message }: Parked): Outgoing {
  const body: DeliveryMessage = JSON.parse(message);
  return { body, group: body.target, delaySeconds: queueDelaySeconds(due, Date.now()) };
}
