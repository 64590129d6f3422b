import * as z from 'zod/mini';
import { type ItemOf, itemKind } from '../values/item.ts';
import { loose } from '../values/loose.ts';

/** `gone`: the endpoint answered 410. `failing`: no success for as long as the environment allows. */
export const DISABLED_REASONS = ['gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/**
 * What the engine knows of how a target does: one item for each target that ever answered, shared by all functions.
 * A target that is well costs one write a day.
 */
const health = {
  /** When it was last noted that the target answers fast, at most once a day. Milliseconds since the epoch, as all. */
  provenAt: z.optional(z.number()),
  /** Until then its deliveries keep out of the fast lanes. */
  slowUntil: z.optional(z.number()),
  /** Until then it gets nothing, because it asked for that (429, or 503 with Retry-After). */
  pausedUntil: z.optional(z.number()),
  /** Answers since `countedSince`: failures that may pass, and all others. */
  failed: z.number(),
  ok: z.number(),
  countedSince: z.number(),
  /** Requests that fast lanes have cut since then, without an answer in between. */
  silent: z.optional(loose({ since: z.number(), count: z.number() })),
  /** The first failure of any kind that no success came after. */
  failingSince: z.optional(z.number()),
  /**
   * The circuit breaker is open since then; `probes` have failed meanwhile, and `failedAt` is when the last of them did, or
   * an attempt that an owner asked for.
   */
  open: z.optional(loose({ since: z.number(), probes: z.number(), failedAt: z.optional(z.number()) })),
  /** The engine gave the target up; its owner can switch it on again. */
  disabled: z.optional(loose({ at: z.number(), reason: z.enum(DISABLED_REASONS) })),
  /** Its owner has switched it off. The configuration decides; here it is for the index of targets in trouble. */
  switchedOff: z.optional(z.boolean()),
  /** The last attempt that was no success: when it was made, and the answer's status or the class of error. */
  lastFailure: z.optional(
    loose({ at: z.number(), status: z.optional(z.number()), error: z.optional(z.string()) }),
  ),
  /** It wants several events in one request. Fanout reads it here, so that it need not read targets. */
  collects: z.optional(z.boolean()),
};

/** The health of a target as the table has it. */
export const HEALTH = itemKind('endpoint health', {
  ...health,
  /** Rises with each write. */
  revision: z.number(),
});
export type StoredHealth = ItemOf<typeof HEALTH>;
export type EndpointHealth = Omit<StoredHealth, 'revision'>;
export type Disabled = NonNullable<EndpointHealth['disabled']>;
type Failure = NonNullable<EndpointHealth['lastFailure']>;

/** What a function saw of a target in one go. */
export interface Observation {
  /** 2xx. */
  readonly ok: number;
  /** No answer, or one that may be another the next time. */
  readonly failed: number;
  /** An answer that says that the request is wrong: the endpoint is there, and takes nothing. */
  readonly rejected: number;
  /** Requests that a fast lane has cut, if there was no answer among them. */
  readonly silent: number;
  /** An answer took longer than the fast lanes' patience, or did not come. */
  readonly isSlow: boolean;
  /** 410 Gone. */
  readonly isGone: boolean;
  /** When the endpoint wants to be asked again, at the latest of those that it named. */
  readonly pauseUntil?: number | undefined;
  /** The last attempt that was no success. */
  readonly lastFailure?: Failure | undefined;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A proof is renewed once a day and holds for three days, so that a target that gets an event a day stays proven. */
const PROOF_RENEWED_MS = DAY_MS;
const PROOF_HOLDS_MS = 3 * DAY_MS;
/** Long enough that a target which is slow for good is cut seldom: it is renewed in the slow lane as long as it is slow. */
const SLOW_MS = 10 * MINUTE_MS;
/** For one that fails now and then. */
export const FAILING_MS = MINUTE_MS;
/** Failures that make a target keep out of the fast lanes: some, and a fifth of all answers. */
const FAILING = { failures: 3, share: 0.2 } as const;
/** Failures that open the breaker: a batch's worth, and half of all answers. */
const BREAKER = { failures: 10, share: 0.5 } as const;
/**
 * So many requests that are cut in so short a time open the breaker as well, if nothing is answered in between. The target's
 * timeout would show it no sooner than in 15 seconds, and until then a flood would fill the slow lane. Half as many as
 * failures: a flood for many targets has few requests for each before the first is cut.
 */
const SILENCE = { requests: 5, ms: 10_000 } as const;
/** Answers are counted for this long, then anew; as long as there are only failures, for longer. */
const WINDOW_MS = MINUTE_MS;

export const UNKNOWN: EndpointHealth = { failed: 0, ok: 0, countedSince: 0 };

/** Whether a target belongs into the fast lanes. */
export function isGood(health: EndpointHealth | undefined, now: number): boolean {
  if (!health || health.open || health.disabled) return false;
  const { provenAt = 0, slowUntil = 0, pausedUntil = 0 } = health;
  return now - provenAt < PROOF_HOLDS_MS && Math.max(slowUntil, pausedUntil) <= now;
}

/**
 * Whether an observation is worth a write. Nothing is written for a target that does well, nor for what comes in after
 * the breaker has opened: from then on probes decide.
 * @param disableAfterMs see `observe`
 */
export function isNews(
  health: EndpointHealth | undefined,
  seen: Observation,
  now: number,
  disableAfterMs: number,
): boolean {
  const known = health ?? UNKNOWN;
  if (known.disabled) return false;
  if (seen.isGone || (seen.pauseUntil ?? 0) > (known.pausedUntil ?? 0)) return true;
  if (seen.isSlow && (known.slowUntil ?? 0) - now < SLOW_MS / 2) return true;
  if (known.open) return false;
  if (seen.failed + seen.silent > 0) return true;
  if (seen.ok + seen.rejected > 0 && isRecent(known.silent, now)) return true;
  if (seen.ok === 0) return known.failingSince === undefined || now - known.failingSince > disableAfterMs;
  return known.failingSince !== undefined || needsProof(known, seen, now) || hasEnded(known, now);
}

/** Whether a slow time or a pause is over and still noted. To drop it takes the target out of the index of troubles. */
const hasEnded = ({ slowUntil, pausedUntil }: EndpointHealth, now: number): boolean =>
  [slowUntil, pausedUntil].some((until) => until !== undefined && until <= now);

const unlessOver = (until: number | undefined, now: number): number | undefined =>
  until !== undefined && until > now ? until : undefined;

const needsProof = ({ provenAt = 0 }: EndpointHealth, seen: Observation, now: number): boolean =>
  seen.ok > 0 && !seen.isSlow && now - provenAt > PROOF_RENEWED_MS;

/**
 * What is known after an observation.
 * @param disableAfterMs a target that fails without a success for longer than this is given up
 */
export function observe(
  health: EndpointHealth | undefined,
  seen: Observation,
  now: number,
  disableAfterMs: number,
): EndpointHealth {
  const known = health ?? UNKNOWN;
  if (known.disabled) return known;
  const counts = count(known, seen, now);
  const failingSince = seen.ok > 0 ? undefined : (known.failingSince ?? now);
  const next: EndpointHealth = {
    ...known,
    ...counts,
    silent: silence(known, seen, now),
    failingSince,
    provenAt: needsProof(known, seen, now) ? now : known.provenAt,
    slowUntil: unlessOver(slowUntil(known, seen, counts, now), now),
    pausedUntil: unlessOver(later(known.pausedUntil, seen.pauseUntil), now),
    lastFailure: seen.lastFailure ?? known.lastFailure,
  };
  if (seen.isGone) return { ...next, open: undefined, disabled: { at: now, reason: 'gone' } };
  if (failingSince !== undefined && now - failingSince > disableAfterMs) {
    return { ...next, open: undefined, disabled: { at: now, reason: 'failing' } };
  }
  const isFailing = exceeds(counts, BREAKER) || (next.silent?.count ?? 0) >= SILENCE.requests;
  return !known.open && isFailing ? { ...next, open: { since: now, probes: 0 } } : next;
}

/**
 * What is known of a target whose owner says that it is well: next to nothing, so it proves itself in the slow lane.
 * A pause that its endpoint asked for still holds.
 * @returns the same where there is nothing to forget
 */
export function freshStart(health: EndpointHealth): EndpointHealth {
  const { open, disabled, failingSince, switchedOff, pausedUntil, collects } = health;
  if (open || disabled || failingSince !== undefined) return { ...UNKNOWN, pausedUntil, collects };
  return switchedOff ? { ...health, switchedOff: undefined } : health;
}

/** Without the pause that its endpoint asked for. @returns the same where there is none */
export function withoutPause(health: EndpointHealth): EndpointHealth {
  const { pausedUntil, ...rest } = health;
  return pausedUntil === undefined ? health : rest;
}

type Counts = Pick<EndpointHealth, 'failed' | 'ok' | 'countedSince'>;

function count(known: EndpointHealth, seen: Observation, now: number): Counts {
  const isOver = now - known.countedSince > WINDOW_MS && known.ok > 0;
  const { failed, ok, countedSince } = isOver ? { ...UNKNOWN, countedSince: now } : known;
  return {
    failed: failed + seen.failed,
    ok: ok + seen.ok + seen.rejected,
    countedSince: countedSince || now,
  };
}

type Silent = EndpointHealth['silent'];

const isRecent = (silent: Silent, now: number): silent is NonNullable<Silent> =>
  silent !== undefined && now - silent.since <= SILENCE.ms;

/** Any answer ends it. */
function silence({ silent }: EndpointHealth, seen: Observation, now: number): Silent {
  if (seen.silent === 0 && seen.ok + seen.rejected + seen.failed > 0) return undefined;
  const { since, count } = isRecent(silent, now) ? silent : { since: now, count: 0 };
  return count + seen.silent > 0 ? { since, count: count + seen.silent } : undefined;
}

const exceeds = ({ failed, ok }: Counts, limit: { failures: number; share: number }): boolean =>
  failed >= limit.failures && failed >= limit.share * (failed + ok);

function slowUntil(
  known: EndpointHealth,
  seen: Observation,
  counts: Counts,
  now: number,
): number | undefined {
  if (seen.isSlow) return later(known.slowUntil, now + SLOW_MS);
  return seen.failed > 0 && exceeds(counts, FAILING)
    ? later(known.slowUntil, now + FAILING_MS)
    : known.slowUntil;
}

export const later = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
