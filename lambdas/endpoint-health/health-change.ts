import type { EndpointHealth } from './health.ts';

/** What has become of a target, as its owner wants to know it at once. */
export interface HealthChange {
  /** `open`: its breaker has opened. `recovered`: it has closed. */
  readonly state: 'open' | 'recovered' | 'disabled';
  /** Why it is disabled. */
  readonly reason?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** @returns undefined where nothing has changed that matters, or the target is gone */
export function changeBetween(
  before: EndpointHealth | undefined,
  after: EndpointHealth | undefined,
  at: number,
): HealthChange | undefined {
  if (!after) return undefined;
  if (after.disabled) {
    return before?.disabled ? undefined : { state: 'disabled', reason: after.disabled.reason, at };
  }
  if (Boolean(before?.open) === Boolean(after.open)) return undefined;
  return { state: after.open ? 'open' : 'recovered', at };
}
