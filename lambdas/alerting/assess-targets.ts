import type * as healthStore from '../endpoint-health/health-store.ts';
import type { Bound } from '../platform/bind.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { skip } from '../platform/items.ts';
import { emitMetrics, warn } from '../platform/log.ts';
import type * as failingTenantsStore from '../stats/failing-tenants-store.ts';
import { widened } from '../stats/series.ts';
import type * as statsStore from '../stats/stats-store.ts';
import type * as targetStore from '../targets/target-store.ts';
import { keepSecondsOf } from '../tenants/tenant-defaults.ts';
import type * as tenantStore from '../tenants/tenant-store.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { FAILURES, type FailingLimits, MINUTE_MS, MINUTES, spanOf, windowsOf } from './failing.ts';
import type * as failingTargetsStore from './failing-targets-store.ts';
import type { Known } from './failing-targets-store.ts';
import { type Candidate, isEnded, judge, type Looked } from './judge-targets.ts';
import { type Subjects, type TellDeps, tellOfTargets } from './tell-of-targets.ts';

/** Some functions of a store, bound to their table. */
type Store<M, N extends keyof M> = Bound<Pick<M, N>>;

export interface AssessTargetsDeps extends TellDeps {
  readonly limits: FailingLimits;
  readonly stats: Store<typeof statsStore, 'readFailing' | 'readSlots'> &
    Store<typeof failingTenantsStore, 'tenantsWithFailures'>;
  readonly failing: Store<typeof failingTargetsStore, 'forgetFailing' | 'listFailing' | 'putFailing'>;
  readonly targets: Store<typeof targetStore, 'loadTargets'>;
  readonly health: Store<typeof healthStore, 'readHealth'>;
  readonly tenants: Store<typeof tenantStore, 'readTenants'>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Requests under way at once; more would only queue for sockets. */
const PARALLEL = 16;

/**
 * Finds targets of which too many attempts fail, and those that are well again, and notifies their tenants and the operator.
 *
 * What was found is written before it is told, and marked once it is. So a run that breaks off in between is repeated by the
 * next with the same figures and ids, and an operational event that was sent already arrives once.
 */
export async function assessTargets(deps: AssessTargetsDeps, isOutOfTime: () => boolean): Promise<void> {
  const now = deps.now();
  const known = await deps.failing.listFailing();
  const standing = known.filter((one) => !isEnded(one));
  const over = known.filter(isEnded);
  const reader = countersReader(deps, now, isOutOfTime);
  // Side by side, so that however many fail already, others are found.
  const [stood, candidates] = await Promise.all([
    reader.look(fromElsewhere(standing, now), 'quiet'),
    candidatesOf(deps, reader, known, now).then((all) => reader.look(all, 'window')),
  ]);
  const { found, ended, silent } = judge(stood, candidates, deps.limits, now);
  reader.report();

  const untold = standing.filter(({ told }) => !told);
  const subjects = await subjectsOf(deps, [...over, ...untold, ...found, ...ended, ...silent]);
  const isThere = (ref: TargetRef): boolean => subjects.has(refName(ref));
  const begun = [...untold, ...found].filter(isThere);
  const past = [...over, ...ended].filter(isThere);
  const gone = [...over, ...untold, ...ended, ...silent].filter((ref) => !isThere(ref));
  await deps.failing.putFailing([...found, ...ended].filter(isThere));
  await tellOfTargets(deps, { begun, past, gone }, subjects);

  const left = new Map([...past, ...gone].map((one) => [refName(one), one]));
  const told = begun.filter((one) => !left.has(refName(one)));
  await deps.failing.putFailing(told.map((one) => ({ ...one, told: true as const })));
  await inParallel([...left.values()], PARALLEL, deps.failing.forgetFailing);
  const stay = standing.filter((one) => !left.has(refName(one))).length;
  emitMetrics({ TargetsFailing: stay + found.filter(isThere).length });
}

/** Reads as long as there is time. What it could not read is judged by the next run. */
function countersReader(deps: AssessTargetsDeps, now: number, isOutOfTime: () => boolean) {
  let read = 0;
  let missed = 0;
  /** Reads something of each, and leaves out what there is no time for. */
  async function each<T, R>(things: readonly T[], readOne: (thing: T) => Promise<R>): Promise<R[]> {
    const all = await inParallel(things, PARALLEL, async (thing) => {
      if (isOutOfTime()) {
        missed++;
        return [];
      }
      read++;
      return [await readOne(thing)];
    });
    return all.flat();
  }
  return {
    each,
    look: <T extends TargetRef>(refs: readonly T[], time: 'window' | 'quiet'): Promise<Looked<T>[]> =>
      each(refs, async (one) => {
        const { tenant, target } = one;
        const counted = windowsOf(now);
        await deps.stats.readSlots({ kind: 'target', tenant, target }, spanOf(time, now), counted.add);
        return { one, windows: counted.windows() };
      }),
    report(): void {
      if (missed > 0) warn('targets not all assessed', { read, missed });
    },
  };
}

/** How often this runs, in milliseconds. */
const EVERY_MS = 5 * MINUTE_MS;
/** Steps of the golden ratio fall evenly into any list. */
const STEP = 0.618034;

/** Begins at another place in each run, so that several runs see all of what one has no time for. */
function fromElsewhere<T>(things: readonly T[], now: number): T[] {
  const start = Math.floor(((Math.floor(now / EVERY_MS) * STEP) % 1) * things.length);
  return [...things.slice(start), ...things.slice(0, start)];
}

/**
 * Targets with failures enough to be looked at: of each tenant one, that with the most, then of each a second one, and so on. A
 * tenant with thousands of them keeps no other waiting.
 */
async function candidatesOf(
  { stats }: AssessTargetsDeps,
  { each }: ReturnType<typeof countersReader>,
  known: readonly Known[],
  now: number,
): Promise<Candidate[]> {
  const hours = widened({ from: now - MINUTES.window * MINUTE_MS, to: now + 1 }, 'hour');
  const tenants = await stats.tenantsWithFailures([hours.from, now]);
  const isKnown = new Set(known.map(refName));
  const found = await each(fromElsewhere(tenants, now), async (tenant) => {
    const { failing, onOrdinary } = await stats.readFailing(tenant, hours);
    return [...failing]
      .map(([target, failures]) => ({ tenant, target, failures, forTenant: onOrdinary.has(target) }))
      .filter((one) => one.failures >= FAILURES.some && !isKnown.has(refName(one)))
      .sort((a, b) => b.failures - a.failures)
      .map((one, rank) => ({ ...one, rank }));
  });
  return found.flat().sort((a, b) => a.rank - b.rank || b.failures - a.failures);
}

/** What is told of targets, by `refName`. One is missing that gets nothing any more, or whose tenant is being deleted. */
async function subjectsOf(
  { targets, health, tenants }: AssessTargetsDeps,
  refs: readonly TargetRef[],
): Promise<Subjects> {
  const distinct = [...new Map(refs.map((ref) => [refName(ref), ref])).values()];
  if (distinct.length === 0) return new Map();
  const [targetsByName, healthByName, tenantsById] = await Promise.all([
    targets.loadTargets(distinct, (_, error) => skip(error)),
    health.readHealth(distinct, { onUnreadable: (_, error) => skip(error) }),
    tenants.readTenants([...new Set(distinct.map(({ tenant }) => tenant))]),
  ]);
  return new Map(
    distinct.flatMap((ref) => {
      const name = refName(ref);
      const target = targetsByName.get(name);
      const tenant = tenantsById.get(ref.tenant);
      if (!target?.active || healthByName.get(name)?.disabled || tenant?.deletedAt !== undefined) return [];
      const keepSeconds = tenant && keepSecondsOf(tenant);
      return [[name, { tenant: ref.tenant, target, keepSeconds }] as const];
    }),
  );
}
