import type { OverviewView } from '../../api/environment.ts';
import type { ROUTES } from '../../api/routes.ts';
import { endOfMinute } from '../../parking/parking.ts';
import type { RunLease } from '../../recovery/progress-store.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { Operation } from '../operation.ts';
import { attentionOf, type Overview, type RecoveryState } from '../overview/attention.ts';
import type { QueueState } from '../overview/queue-states.ts';

/** What waits in the whole environment, and what of it needs attention. */
export const getOverview: Operation<(typeof ROUTES)['getOverview']> = async (
  { queueStates, troubles, engine },
  { make: { now, at } },
) => {
  const [queues, { total, isCut }, holdQueues, releasedMinute, progress] = await Promise.all([
    queueStates(),
    troubles(),
    engine.readDrainSchedule(),
    engine.readCursor(),
    engine.readProgress(),
  ]);
  const overview = {
    queues,
    holdQueues,
    release: { sentUpTo: releasedMinute === undefined ? undefined : endOfMinute(releasedMinute) },
    recovery: recoveryOf(progress, now),
  };
  return {
    status: 200,
    body: {
      at,
      attention: attentionOf(overview, now),
      targets: { ...total, isCut },
      ...viewOf(overview, now),
    },
  };
};

function recoveryOf(progress: RunLease | undefined, now: number): RecoveryState {
  const isRunning = progress !== undefined && progress.until > now;
  return {
    isRunning,
    endedAt: isRunning ? undefined : progress?.until,
    checkedUpTo: progress?.scans.first?.upTo,
  };
}

type View = Omit<OverviewView, 'at' | 'attention' | 'targets'>;

const viewOf = ({ queues, holdQueues, release, recovery }: Overview, now: number): View => ({
  queues: queues.map(queueView),
  holdQueues: {
    scheduled: holdQueues.count,
    isCut: holdQueues.isCut,
    firstDrainAt: timeOrNull(holdQueues.firstAt),
  },
  release: {
    sentUpTo: timeOrNull(release.sentUpTo),
    behindSeconds:
      release.sentUpTo === undefined ? null : Math.max(0, Math.floor((now - release.sentUpTo) / 1000)),
  },
  recovery: {
    isRunning: recovery.isRunning,
    endedAt: timeOrNull(recovery.endedAt),
    checkedUpTo: timeOrNull(recovery.checkedUpTo),
  },
});

const queueView = ({ name, region, counts, oldestSeconds }: QueueState): View['queues'][number] => ({
  name,
  region,
  waiting: counts?.waiting ?? null,
  inFlight: counts?.inFlight ?? null,
  delayed: counts?.delayed ?? null,
  oldestSeconds: oldestSeconds ?? null,
});

const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : rfc3339(ms));
