import { LRUCache } from 'lru-cache';
import { notifyOfHealth, type Sighting } from '../notifications/health-notifications.ts';
import { requireEnv, requireEnvNumber } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import type { Target } from '../targets/target.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import { type EndpointHealth, isNews, type Observation, observe, observeProbe } from './health.ts';
import { rememberHealth } from './health-cache.ts';
import { changeHealth, type StoredHealth } from './health-store.ts';
import { observationOf } from './observation.ts';

const stateTable = requireEnv('STATE_TABLE');
const disableAfterMs = requireEnvNumber('DISABLE_AFTER_HOURS') * 3600 * 1000;

/**
 * Successes that this function has seen since it last wrote a target's standing: nothing is written for them alone, but
 * failures count against them.
 */
const unreported = new LRUCache<string, number>({ max: 10_000 });

/**
 * As many successes of before count, at most, as failures open a breaker. More would let a target that did well all day
 * fail for as long as its window lasts.
 */
const REMEMBERED = 10;

/** What was seen of a target, and what was known of it before. */
export interface Seen extends Sighting {
  readonly tenant: string;
  readonly target: Target;
  readonly health: StoredHealth | undefined;
}

/** Takes down what was seen, where it is news. Never throws: what is not noted now will be seen again. */
export async function noteHealth(seen: readonly Seen[]): Promise<void> {
  await Promise.all(
    seen.map(async (one) => {
      try {
        await note(one);
      } catch (error) {
        warn('endpoint health not noted', { target: one.target.id, ...errorFields(error) });
      }
    }),
  );
}

async function note({ tenant, target, health, attempts, keepSeconds, generation }: Seen): Promise<void> {
  const ref = { tenant, target: target.id };
  const name = refName(ref);
  const now = Date.now();
  const observed = observationOf(attempts);
  const before = Math.min(unreported.get(name) ?? 0, REMEMBERED);
  const observation = { ...observed, ok: observed.ok + before };
  const change = (known: EndpointHealth | undefined): EndpointHealth | undefined => {
    const collects = Boolean(target.batching);
    const isHintWrong = Boolean(known?.collects) !== collects;
    const isWorthIt = attempts.length > 0 && isNews(known, observation, now, disableAfterMs);
    if (!isWorthIt && !isHintWrong) return known;
    const next = isWorthIt ? observe(known, observation, now, disableAfterMs) : (known ?? EMPTY);
    return { ...next, collects: collects || undefined };
  };
  const sighting = { attempts, keepSeconds, generation };
  const after = await changeAndNotify(ref, target, health, change, sighting);
  if (after !== health) unreported.delete(name);
  else if (observed.ok > 0) unreported.set(name, observation.ok);
}

const EMPTY: EndpointHealth = { failed: 0, ok: 0, countedSince: 0 };

/** Takes down what came of a probe. @returns the standing as it is now */
export async function noteProbe(
  tenant: string,
  target: Target,
  health: StoredHealth,
  sighting: Sighting,
): Promise<StoredHealth> {
  const observation: Observation = observationOf(sighting.attempts);
  const now = Date.now();
  const change = (known: EndpointHealth | undefined): EndpointHealth =>
    observeProbe(known ?? EMPTY, observation, now, disableAfterMs);
  const ref = { tenant, target: target.id };
  return (await changeAndNotify(ref, target, health, change, sighting)) ?? health;
}

async function changeAndNotify(
  ref: TargetRef,
  target: Target,
  known: StoredHealth | undefined,
  change: (known: EndpointHealth | undefined) => EndpointHealth | undefined,
  sighting: Sighting,
): Promise<StoredHealth | undefined> {
  const { before, after } = await changeHealth(stateTable, ref, known, change);
  if (after === known) return after;
  rememberHealth(ref, after);
  await notifyOfHealth(ref, target, before, after, sighting);
  return after;
}
