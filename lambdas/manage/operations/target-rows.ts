import type { RowHealth } from '../../api/target-schemas.ts';
import { stateOf } from '../../endpoint-health/target-state.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { ManageDeps } from '../deps.ts';
import { lastHourOf } from '../last-hour.ts';
import { healthView } from '../views.ts';
import { noteSwitch } from './target-status.ts';
import { type KnownTarget, statusOf } from './target-views.ts';

/** Rows that are read for at once: two or three queries each. */
const PARALLEL_ROWS = 25;

/** Deliveries of a row that are counted at most: a list shows that many wait, not how many. */
const COUNTED = 100;

type RowDeps = Pick<ManageDeps, 'stats' | 'undelivered'>;

/** How targets do, for rows of a list: their state, the last hour's attempts, and how many deliveries wait. */
export const rowHealthOf = (
  deps: RowDeps,
  known: readonly KnownTarget[],
  now: number,
): Promise<RowHealth[]> =>
  inParallel(known, PARALLEL_ROWS, async (one) => {
    const { tenant, target, health } = one;
    const [{ attempts, attemptSuccessRate }, { waiting }] = await Promise.all([
      lastHourOf(deps, tenant, target.id, now),
      deps.undelivered.countWaiting(tenant, target.id, now, COUNTED),
    ]);
    const { disabled: _, ...seen } = healthView(health, now, undefined);
    return {
      state: stateOf({ ...statusOf(one, now), rate: attemptSuccessRate }),
      ...sinceIn(one),
      attempts,
      attemptSuccessRate,
      waiting,
      ...seen,
    };
  });

/** When the gravest of its troubles began, where that is known. */
function sinceIn({ target, health, verification }: KnownTarget): { troubledSince?: string } {
  const open = target.challenge && verification?.state !== 'passed' ? target.challenge.at : undefined;
  const times = [health?.disabled?.at, open, health?.open?.since, health?.failingSince];
  const since = times.find((time) => time !== undefined);
  return since === undefined ? {} : { troubledSince: new Date(since).toISOString() };
}

/** Puts targets into the index of those in trouble that an older release has switched off, or disabled. */
export async function mendIndex(
  deps: Pick<ManageDeps, 'health'>,
  known: readonly KnownTarget[],
): Promise<void> {
  const wrong = known.filter(({ target, health }) => Boolean(health?.switchedOff) === target.active);
  await inParallel(wrong, PARALLEL_ROWS, ({ tenant, target }) => noteSwitch(deps, tenant, target));
}
