import { warn } from '../platform/log.ts';
import type { RunLease, ScanProgress } from './progress-store.ts';
import { NEARLY_EMPTY, nextSpan, type Progress, SCANS } from './recovery.ts';
import { type ScanDeps, scanLogs } from './scan-logs.ts';

/** Time kept back for finishing a page; what is left waits for the next run. */
const RESERVE_MS = 30_000;

export type RecoveryDeps = ScanDeps & {
  /** Of this run: how long it may go on, in milliseconds. */
  readonly remainingMs: () => number;
  readonly progress: {
    acquireRunLease(now: number, until: number): Promise<RunLease | undefined>;
    noteProgress(lease: RunLease): Promise<boolean>;
    releaseRunLease(lease: RunLease, now: number): Promise<boolean>;
  };
  /** Every queue that may hold a delivery which recovery would take for lost. */
  readonly queues: readonly { readonly name: string; readonly url: string }[];
  /** About how many messages could be received from a queue now. */
  readonly visibleIn: (url: string) => Promise<number>;
};

/**
 * Finds deliveries without an outcome for longer than any fault-free one takes, and sends them again. A run that breaks
 * off is continued by the next.
 */
export async function runRecovery(deps: RecoveryDeps): Promise<void> {
  const now = deps.now();
  const left = deps.remainingMs();
  const lease = await deps.progress.acquireRunLease(now, now + left);
  if (!lease) return warn('recovery is running already');
  let scans: ScanProgress = lease.scans;
  try {
    const due = SCANS.filter((scan) => nextSpan(scan, scans[scan.name], now));
    if (due.length === 0 || (await isFlooded(deps))) return;
    for (const [i, scan] of due.entries()) {
      // Each scan has its share of the time, so that a long one leaves some for the other.
      const reserve = RESERVE_MS + (due.length - 1 - i) * (left / due.length);
      await scanLogs(deps, scan, nextSpan(scan, scans[scan.name], now)!, {
        hasTime: () => deps.remainingMs() > reserve,
        async note(progress: Progress) {
          scans = { ...scans, [scan.name]: progress };
          if (!(await deps.progress.noteProgress({ ...lease, scans })))
            throw new Error('another run of recovery has begun');
        },
      });
    }
  } finally {
    await deps.progress.releaseRunLease({ ...lease, scans }, deps.now());
  }
}

/**
 * Whether a queue holds so many messages that a delivery may have waited in it all the time. Sending more would make a
 * flood worse, and a lost delivery can wait.
 */
async function isFlooded({ queues, visibleIn }: RecoveryDeps): Promise<boolean> {
  const counts = await Promise.all(
    queues.map(async ({ name, url }) => ({ name, count: await visibleIn(url) })),
  );
  const full = counts.filter(({ count }) => count > NEARLY_EMPTY);
  for (const { name, count } of full) warn('recovery waits for a queue', { queue: name, messages: count });
  return full.length > 0;
}
