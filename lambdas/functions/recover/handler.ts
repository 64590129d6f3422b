import type { Context } from 'aws-lambda';
import { knownQueues } from '../../delivery/lane-queues.ts';
import { requireEnv } from '../../platform/env.ts';
import { warn } from '../../platform/log.ts';
import { visibleIn } from '../../platform/sqs.ts';
import { NEARLY_EMPTY, nextSpan, type Progress, SCANS } from '../../recovery/recovery.ts';
import { endTurn, noteProgress, type ScanProgress, takeTurn } from '../../recovery/recovery-store.ts';
import { scanLogs } from '../../recovery/scan-tenant.ts';

const stateTable = requireEnv('STATE_TABLE');
/** All that may hold what recovery would miss. */
const queues = knownQueues();

/** Time kept back for finishing a page; what is left waits for the next run. */
const RESERVE_MS = 30_000;

/**
 * Looks for deliveries that nothing has become of for longer than they could need, and sends them again. Whatever keeps
 * a run from ending, the next one goes on where it stopped.
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const now = Date.now();
  const left = context.getRemainingTimeInMillis();
  const turn = await takeTurn(stateTable, now, now + left);
  if (!turn) return warn('recovery is running already');
  let scans: ScanProgress = turn.scans;
  try {
    const due = SCANS.filter((scan) => nextSpan(scan, scans[scan.name], now));
    if (due.length === 0 || (await isFlooded())) return;
    for (const [i, scan] of due.entries()) {
      // Each has its share of the time, so that one with much to do does not keep the other from its own.
      const reserve = RESERVE_MS + (due.length - 1 - i) * (left / due.length);
      await scanLogs(scan, nextSpan(scan, scans[scan.name], now)!, {
        hasTime: () => context.getRemainingTimeInMillis() > reserve,
        async note(progress: Progress) {
          scans = { ...scans, [scan.name]: progress };
          if (!(await noteProgress(stateTable, { ...turn, scans })))
            throw new Error('another run of recovery has begun');
        },
      });
    }
  } finally {
    await endTurn(stateTable, { ...turn, scans }, Date.now());
  }
}

/**
 * Whether a queue holds so many messages that a delivery may have been waiting in it all the time. To send more would
 * make a flood worse, and what comes of it late is no less safe.
 */
async function isFlooded(): Promise<boolean> {
  const counts = await Promise.all(
    queues.map(async ({ name, url }) => ({ name, count: await visibleIn(url) })),
  );
  const full = counts.filter(({ count }) => count > NEARLY_EMPTY);
  for (const { name, count } of full) warn('recovery waits for a queue', { queue: name, messages: count });
  return full.length > 0;
}
