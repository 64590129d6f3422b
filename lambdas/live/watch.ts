import { FRAME_KEPT_MS, LEASE_MS, MARK_BEFORE_MS, MARK_MS } from './limits.ts';

/**
 * That a tenant is watched. From `since` until `coveredUntil` all that is recorded gets into frames that are kept: each
 * connection and each ping move the end on, and a gap begins a new time.
 */
export interface Watch {
  /** Milliseconds since the epoch, as all times here. */
  readonly since: number;
  readonly coveredUntil: number;
  /** When the last frame was made. */
  readonly frameAt?: number | undefined;
}

/** Whether frames are to be made. */
export const isWatched = (watch: Watch | undefined, now: number): watch is Watch =>
  watch !== undefined && watch.coveredUntil >= now;

/** The watch once somebody has connected, or pinged. */
export const extended = (watch: Watch | undefined, now: number): Watch => ({
  ...watch,
  since: isWatched(watch, now) ? watch.since : now,
  coveredUntil: now + LEASE_MS,
});

/** When the oldest frame was made that is kept. */
export const keptFrom = (now: number): number => now - FRAME_KEPT_MS;

/** Whether all frames since a time are kept. */
export const hasAllSince = (watch: Watch | undefined, time: number, now: number): boolean =>
  isWatched(watch, now) && watch.since <= time && keptFrom(now) <= time;

/**
 * Which counters are to say that their tenant is watched, and until when: those of all that may be recorded before the lease
 * ends.
 */
export const markSpan = (
  now: number,
): { readonly slots: { readonly from: number; readonly to: number }; readonly until: number } => ({
  slots: { from: now - MARK_BEFORE_MS, to: now + LEASE_MS },
  until: now + MARK_MS,
});
