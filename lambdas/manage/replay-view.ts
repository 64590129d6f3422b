import type { ReplayView } from '../api/replay.ts';
import { reachedAt, type Selection } from '../replay/replay-job.ts';
import type { StoredJob } from '../replay/replay-job-store.ts';
import { rfc3339 } from '../values/rfc3339.ts';

/** A job of replays, as the API shows it. */
export function replayView(job: StoredJob): ReplayView {
  const { id, state, problem, action, selection, looked, done, skipped } = job;
  const reached = reachedAt(job);
  return {
    id,
    state,
    ...(problem !== undefined && { problem }),
    action,
    ...selectionView(selection),
    looked,
    sent: action === 'send' ? done : 0,
    purged: action === 'purge' ? done : 0,
    skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0),
    skippedFor: { ...skipped },
    ...(reached !== undefined && { reachedAt: rfc3339(reached) }),
    createdAt: rfc3339(job.createdAt),
    updatedAt: rfc3339(job.updatedAt),
  };
}

/** What a job is about. */
export function selectionView(selection: Selection) {
  const { kind, subscription } = selection;
  const about = { deliveries: kind, ...(subscription !== undefined && { subscriptionId: subscription }) };
  if (kind === 'event') return { ...about, eventId: selection.event };
  const { from, to } = selection;
  return {
    ...about,
    ...(kind === 'waiting' && waitingView(selection)),
    ...(kind === 'dead' && selection.target !== undefined && { targetId: selection.target }),
    ...(kind === 'dead' && selection.reason !== undefined && { reason: selection.reason }),
    ...(from !== undefined && { from: rfc3339(from) }),
    ...(to !== undefined && { to: rfc3339(to) }),
  };
}

const waitingView = ({ status, target, eventType }: Extract<Selection, { kind: 'waiting' }>) => ({
  ...(status !== undefined && { status: [...status] }),
  ...(target !== undefined && { targetId: target }),
  ...(eventType !== undefined && { eventType }),
});
