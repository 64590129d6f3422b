import type { Priority } from '../events/event-meta.ts';
import { type EndpointHealth, isGood } from './health.ts';

/**
 * Delivery queues, each with a concurrency of its own, so that a slow one holds up no other. `critical` and `standard` are
 * fast, for targets that have shown that they answer. `slow` takes retries, and targets that are slow, failing, or not known
 * yet. `bulk` takes what can wait, and targets that want several events in one request.
 */
export const LANES = ['critical', 'standard', 'slow', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

export const isFast = (lane: Lane): boolean => lane === 'critical' || lane === 'standard';

/**
 * The lane for a delivery's first attempt.
 * @param health of its target, undefined when nothing is known of it
 * @param now milliseconds since the epoch
 */
export function laneFor(
  priority: Priority = 'normal',
  health: EndpointHealth | undefined,
  now: number,
): Lane {
  if (health?.collects) return 'bulk';
  if (!isGood(health, now)) return 'slow';
  if (priority === 'low') return 'bulk';
  return priority === 'critical' ? 'critical' : 'standard';
}

/**
 * Whether a delivery that comes for the first time waits for a probe, as far as health alone says it. Of a target that gets
 * nothing any more, dispatch says what becomes of its deliveries.
 */
export const awaitsProbe = (health: EndpointHealth | undefined): boolean =>
  health?.open !== undefined && !health.disabled && !health.switchedOff;
