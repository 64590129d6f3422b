import type { EndpointHealth } from '../endpoint-health/health.ts';
import type { Lane } from '../endpoint-health/lane.ts';
import type { Target } from '../targets/target.ts';

import type { DeathReason } from './delivery.ts';

/** What happens to a delivery next. */
export type Decision =
  | { kind: 'delivered' }
  /** Tried again then. */
  | { kind: 'retry'; at: number; via: 'queue' | 'table' }
  /** Not posted now, and no attempt used up: its time is then. */
  | { kind: 'later'; at: number; via: 'queue' | 'table' }
  /** Not posted here: it belongs into another lane. */
  | { kind: 'move'; lane: Lane }
  /** Waits under its target. */
  | { kind: 'hold'; reason: HoldReason }
  | { kind: 'dead'; reason: DeathReason };

/** A target as dispatch sees it. */
export interface Destination {
  readonly target: Target;
  /** Why it gets nothing at all. */
  readonly obstacle: DeathReason | undefined;
  readonly health: EndpointHealth | undefined;
}

/** Why a delivery waits: for its endpoint to recover, for its turn within a rate limit, for others to go along with. */
export type HoldReason = 'recovery' | 'rate_limit' | 'batch';
