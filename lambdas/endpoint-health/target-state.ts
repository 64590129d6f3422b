import type { EndpointHealth } from './health.ts';

/** How a target does, in a word. The first that holds: what keeps deliveries away, then how attempts fare. */
export const TARGET_STATES = [
  'disabled',
  'unverified',
  'open',
  'paused',
  'failing',
  'degraded',
  'slow',
  'healthy',
  'idle',
] as const;
export type TargetState = (typeof TARGET_STATES)[number];

/** Shares of attempts that succeeded, from which an endpoint counts as healthy, and under which as failing. */
const HEALTHY = 0.95;
const FAILING = 0.5;

/** @param target what is known of it now */
export function stateOf({
  isActive,
  isVerified,
  health,
  rate,
  now,
}: {
  isActive: boolean;
  isVerified: boolean;
  health: EndpointHealth | undefined;
  /** Of attempts that succeeded; null without any. */
  rate: number | null;
  now: number;
}): TargetState {
  if (!isActive || health?.disabled) return 'disabled';
  if (!isVerified) return 'unverified';
  if (health?.open) return 'open';
  if ((health?.pausedUntil ?? 0) > now) return 'paused';
  if (rate !== null && rate < HEALTHY) return rate < FAILING ? 'failing' : 'degraded';
  if ((health?.slowUntil ?? 0) > now) return 'slow';
  return rate === null ? 'idle' : 'healthy';
}
