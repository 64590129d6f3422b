import { LRUCache } from 'lru-cache';
import type { Attempt } from '../http-client/attempt-record.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import type { Target } from '../targets/target.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { observeProbe } from './circuit-breaker.ts';
import { type EndpointHealth, isNews, observe, type StoredHealth } from './health.ts';
import type { HealthCache } from './health-cache.ts';
import { changeBetween, type HealthChange } from './health-change.ts';
import { observationOf } from './observation.ts';

/** What a function has just seen of a target. */
interface Sighting {
  readonly attempts: readonly Attempt[];
  /** How long its tenant keeps events. */
  readonly keepSeconds: number | undefined;
  /** Of the events that were posted, see `generationOf`; the least of them, if they differ. */
  readonly generation: number;
}

/** A sighting, and what was known of the target before. */
export interface Seen extends Sighting {
  readonly tenant: string;
  readonly target: Target;
  readonly health: StoredHealth | undefined;
  /** Set when a delivery was posted because its owner asked: if the breaker is open, that is a probe. */
  readonly isAsked?: boolean;
}

/** Notifies the target's owner and the operator of a change of its health. Never throws. */
export type NotifyOfHealth = (
  ref: TargetRef,
  target: Target,
  before: EndpointHealth | undefined,
  after: EndpointHealth | undefined,
  sighting: Sighting,
) => Promise<void>;

type Change = (known: EndpointHealth | undefined) => EndpointHealth | undefined;

export interface HealthNotesDeps {
  readonly now: () => number;
  /** A target that fails without a success for longer than this is disabled. */
  readonly disableAfterMs: number;
  /** See `health-store.ts`. */
  readonly changeHealth: (
    ref: TargetRef,
    known: StoredHealth | undefined,
    change: Change,
  ) => Promise<{ before: StoredHealth | undefined; after: StoredHealth | undefined }>;
  readonly remember: HealthCache['remember'];
  readonly notifyOfHealth: NotifyOfHealth;
}

export interface HealthNotes {
  /**
   * Notes what was seen, where it is news. Never throws: what is not noted now will be seen again.
   * @returns what has become of targets, by `refName`
   */
  noteHealth(seen: readonly Seen[]): Promise<ReadonlyMap<string, HealthChange>>;
  /**
   * Notes the result of a probe. Never throws: what came of the delivery does not depend on it, and the next probe is noted.
   * @returns the health as it is now, or as it was known where it is not noted, and what has become of the target
   */
  noteProbe(
    tenant: string,
    target: Target,
    health: StoredHealth,
    sighting: Sighting,
  ): Promise<{ readonly health: StoredHealth; readonly change: HealthChange | undefined }>;
}

/**
 * Earlier successes count up to the number of failures that opens the breaker. If all counted, a target that did well all
 * day could fail for a whole window before its breaker opens.
 */
const REMEMBERED = 10;

const MAX_TARGETS = 10_000;

const EMPTY: EndpointHealth = { failed: 0, ok: 0, countedSince: 0 };

export function createHealthNotes(deps: HealthNotesDeps): HealthNotes {
  const { now, disableAfterMs, changeHealth, remember, notifyOfHealth } = deps;
  /**
   * Successes that this function has seen since it last wrote a target's health: nothing is written for them alone, but
   * failures count against them.
   */
  const unreported = new LRUCache<string, number>({ max: MAX_TARGETS });

  async function note({
    tenant,
    target,
    health,
    isAsked = false,
    ...sighting
  }: Seen): Promise<HealthChange | undefined> {
    const { attempts } = sighting;
    const ref = { tenant, target: target.id };
    const name = refName(ref);
    const at = now();
    const observed = observationOf(attempts);
    const before = Math.min(unreported.get(name) ?? 0, REMEMBERED);
    const observation = { ...observed, ok: observed.ok + before };
    const change: Change = (known) => {
      if (isAsked && attempts.length > 0 && known?.open)
        return observeProbe(known, observed, at, disableAfterMs);
      const collects = Boolean(target.batching);
      const isCollectsWrong = Boolean(known?.collects) !== collects;
      const isWorthIt = attempts.length > 0 && isNews(known, observation, at, disableAfterMs);
      if (!isWorthIt && !isCollectsWrong) return known;
      const next = isWorthIt ? observe(known, observation, at, disableAfterMs) : (known ?? EMPTY);
      return { ...next, collects: collects || undefined };
    };
    const { after, change: news } = await changeAndNotify(ref, target, health, change, sighting);
    if (after !== health) unreported.delete(name);
    else if (observed.ok > 0) unreported.set(name, observation.ok);
    return news;
  }

  async function changeAndNotify(
    ref: TargetRef,
    target: Target,
    known: StoredHealth | undefined,
    change: Change,
    sighting: Sighting,
  ): Promise<{ after: StoredHealth | undefined; change: HealthChange | undefined }> {
    const { before, after } = await changeHealth(ref, known, change);
    if (after === known) return { after, change: undefined };
    remember(ref, after);
    await notifyOfHealth(ref, target, before, after, sighting);
    return { after, change: changeBetween(before, after, now()) };
  }

  return {
    async noteHealth(seen) {
      const changes = new Map<string, HealthChange>();
      await Promise.all(
        seen.map(async (one) => {
          try {
            const change = await note(one);
            if (change) changes.set(refName({ tenant: one.tenant, target: one.target.id }), change);
          } catch (error) {
            warnOfHealth({ tenant: one.tenant, target: one.target.id }, error);
          }
        }),
      );
      return changes;
    },

    async noteProbe(tenant, target, health, sighting) {
      const observation = observationOf(sighting.attempts);
      const at = now();
      const change: Change = (known) => observeProbe(known ?? EMPTY, observation, at, disableAfterMs);
      const ref = { tenant, target: target.id };
      try {
        const { after, change: news } = await changeAndNotify(ref, target, health, change, sighting);
        return { health: after ?? health, change: news };
      } catch (error) {
        warnOfHealth(ref, error);
        return { health, change: undefined };
      }
    },
  };
}

const warnOfHealth = (ref: TargetRef, error: unknown): void =>
  warn('endpoint health not noted', { ...about(ref), ...errorFields(error) });
