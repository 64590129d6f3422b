import type { TroubleKind } from '../targets/troubled-index.ts';
import type { EndpointHealth } from './health.ts';

/** States of a target in trouble: known without its counters, and so to be found by the index. The first that holds. */
export const TROUBLE_STATES = ['disabled', 'unverified', 'open', 'paused', 'failing', 'slow'] as const;
export type TroubleState = (typeof TROUBLE_STATES)[number];

/** How many targets are in each. */
export type TroubleCounts = Readonly<Record<TroubleState, number>>;
export const NO_TROUBLES: TroubleCounts = {
  disabled: 0,
  unverified: 0,
  open: 0,
  paused: 0,
  failing: 0,
  slow: 0,
};

/** How a target does, in a word. The first that holds: its trouble, then how its attempts have fared. */
export const TARGET_STATES = [...TROUBLE_STATES, 'degraded', 'healthy', 'idle'] as const;
export type TargetState = (typeof TARGET_STATES)[number];

/** The share of attempts that succeeded from which an endpoint counts as healthy. */
const HEALTHY = 0.95;

/** The kinds under which the index holds all targets of a state. Other states share a kind. */
export const KINDS_OF_STATE: Readonly<Record<TroubleState, readonly TroubleKind[]>> = {
  disabled: ['disabled', 'off'],
  unverified: ['unverified'],
  open: ['passing'],
  paused: ['passing'],
  failing: ['passing'],
  slow: ['passing'],
};

/**
 * The kind of trouble under which the index has an item. What ends by the clock counts until the item is written next, so
 * a reader of the index asks `troubleOf` as well.
 */
export function troubleKindOf(health: EndpointHealth): TroubleKind | undefined {
  if (health.disabled) return 'disabled';
  if (health.switchedOff) return 'off';
  const { open, failingSince, pausedUntil, slowUntil } = health;
  return open || [failingSince, pausedUntil, slowUntil].some((time) => time !== undefined)
    ? 'passing'
    : undefined;
}

interface Known {
  readonly isActive: boolean;
  /** Its endpoint has answered its challenge, or needs not to. */
  readonly isVerified: boolean;
  readonly health: EndpointHealth | undefined;
  readonly now: number;
}

/** What a target's trouble is, if it is in any. @param known of it now */
export function troubleOf({ isActive, isVerified, health, now }: Known): TroubleState | undefined {
  if (!isActive || health?.disabled) return 'disabled';
  if (!isVerified) return 'unverified';
  if (health?.open) return 'open';
  if ((health?.pausedUntil ?? 0) > now) return 'paused';
  if (health?.failingSince !== undefined) return 'failing';
  return (health?.slowUntil ?? 0) > now ? 'slow' : undefined;
}

/** @param rate of attempts that succeeded; null without any */
export function stateOf({ rate, ...known }: Known & { readonly rate: number | null }): TargetState {
  const trouble = troubleOf(known);
  if (trouble) return trouble;
  if (rate === null) return 'idle';
  return rate < HEALTHY ? 'degraded' : 'healthy';
}
