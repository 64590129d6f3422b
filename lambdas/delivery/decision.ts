import type { EndpointHealth } from '../endpoint-health/health.ts';
import type { Lane } from '../endpoint-health/lane.ts';
import type { Target } from '../targets/target.ts';
import type { DeathReason, WaitReason } from './delivery.ts';

/** What happens to a delivery next. */
export type Decision =
  | { kind: 'delivered' }
  /** Tried again then. */
  | { kind: 'retry'; at: number; via: 'queue' | 'table' }
  /** Not posted now, and no attempt used up: its time is then. */
  | { kind: 'later'; at: number; via: 'queue' | 'table'; reason: LaterReason }
  /** Not posted here: it belongs in another lane. */
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

/** Why a delivery waits: for its endpoint to recover, for a slot within the rate limit, for a batch, to be fetched. */
export type HoldReason = Extract<WaitReason, 'recovery' | 'rate_limit' | 'batch' | 'pull'>;
/** Why a delivery's time is later: a pause of its target, its slot within the rate limit, or a retry just claimed. */
type LaterReason = Extract<WaitReason, 'pause' | 'slot' | 'retry'>;
